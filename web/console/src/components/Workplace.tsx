import { App as AntApp } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { createAgentApi } from '../api/client';
import { AgentSocket } from '../api/socket';
import { type Desk, DeskContext } from '../desk';
import { keepSoundOn, readSoundOn, type Session } from '../lib/session';
import { playMessage, playWaiting, unlockSound } from '../lib/sound';
import { Controller } from '../store/controller';
import { titleOf } from '../store/selectors';
import { initialState } from '../store/state';
import { Store } from '../store/store';
import { Shell } from './Shell';

interface Props {
  session: Session;
  onLeave(why: 'asked' | 'expired'): void;
}

/** Makes the store, the controller and the live connection for one signed-in agent, and ends them. */
export function Workplace({ session, onLeave }: Props) {
  const { message } = AntApp.useApp();
  const [desk, setDesk] = useState<Desk | null>(null);
  const [soundOn, setSoundOn] = useState(readSoundOn);
  const soundRef = useRef(soundOn);

  useEffect(() => {
    soundRef.current = soundOn;
    keepSoundOn(soundOn);
  }, [soundOn]);

  useEffect(() => {
    const store = new Store(initialState(session.agent.id));
    const controller = new Controller({
      api: createAgentApi(session.token),
      store,
      sendTyping: (id) => socket.typing(id),
      notify: (kind, text) => void message[kind](text),
      sound: (kind) => {
        if (soundRef.current) (kind === 'waiting' ? playWaiting : playMessage)();
      },
      onSignedOut: () => onLeave('expired'),
    });
    const socket = new AgentSocket(session.token, {
      onFrame: controller.onFrame,
      onLink: controller.onLink,
      onRefused: () => onLeave('expired'),
    });
    const untitle = store.subscribe(() => {
      document.title = titleOf(store.get());
    });
    const onVisible = () => store.dispatch({ type: 'visible', visible: document.visibilityState === 'visible' });
    const onOnline = () => socket.hurry();
    document.addEventListener('visibilitychange', onVisible);
    window.addEventListener('online', onOnline);
    window.addEventListener('pointerdown', unlockSound, { once: true });
    window.addEventListener('keydown', unlockSound, { once: true });
    onVisible();
    controller.start();
    socket.start();
    setDesk({ agent: session.agent, store, controller });
    return () => {
      socket.stop();
      controller.stop();
      untitle();
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener('online', onOnline);
      window.removeEventListener('pointerdown', unlockSound);
      window.removeEventListener('keydown', unlockSound);
      document.title = '听心坐席工作台';
    };
  }, [session, message, onLeave]);

  const signOut = () => {
    // The page forgets the token even if the server cannot be told.
    void createAgentApi(session.token)
      .signOut()
      .catch(() => undefined);
    onLeave('asked');
  };

  if (!desk) return null;
  return (
    <DeskContext value={desk}>
      <Shell soundOn={soundOn} onSound={setSoundOn} onSignOut={signOut} />
    </DeskContext>
  );
}
