import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { createApi } from '../../shared/api';
import type { HostContext } from '../../shared/bridge';
import type { PublicConfig } from '../../shared/protocol';
import { Banner, LinkBanner } from './banner';
import type { Snapshot, VisitorClient } from './client';
import { Composer } from './composer';
import { Header } from './header';
import { type Host, connectHost } from './host';
import { Log } from './log';
import { rememberedFlag } from './store';
import { texts } from './texts';

const elderFlag = rememberedFlag('tingxin:elder');
const loadConfig = createApi();

export interface AppProps {
  client: VisitorClient;
  channel: 'bubble' | 'h5';
}

function useSnapshot(client: VisitorClient): Snapshot {
  const [snapshot, setSnapshot] = useState(client.snapshot);
  useEffect(() => {
    setSnapshot(client.snapshot);
    return client.subscribe(() => setSnapshot(client.snapshot));
  }, [client]);
  return snapshot;
}

export function App({ client, channel }: AppProps): JSX.Element {
  const snapshot = useSnapshot(client);
  const [config, setConfig] = useState<PublicConfig>({ bank_name: '', hotline: '' });
  const [elder, setElder] = useState(elderFlag.get());
  const [context, setContext] = useState<HostContext>({});
  const [draft, setDraft] = useState('');
  const [problem, setProblem] = useState('');
  const [open, setOpen] = useState(channel === 'h5');
  const [network, setNetwork] = useState(navigator.onLine !== false);
  const input = useRef<HTMLTextAreaElement>(null);
  const hostRef = useRef<Host | null>(null);
  const focus = useCallback(() => input.current?.focus({ preventScroll: true }), []);

  const host = useMemo<Host>(() => {
    const made = connectHost({
      onOpen(text) {
        setOpen(true);
        if (text) setDraft(text);
        requestAnimationFrame(focus);
      },
      onClose: () => setOpen(false),
      onReset: () => void client.reset(),
      onContext: setContext,
    });
    hostRef.current = made;
    return made;
  }, [client, focus]);

  useEffect(() => {
    if (!host.embedded) setOpen(true);
    host.tell({ type: 'ready' });
    void client.start();
    loadConfig<PublicConfig>('GET', '/api/v1/config').then(setConfig, () => undefined);
    const wake = (): void => {
      setNetwork(navigator.onLine !== false);
      client.wake();
    };
    window.addEventListener('online', wake);
    window.addEventListener('offline', wake);
    document.addEventListener('visibilitychange', wake);
    return () => {
      window.removeEventListener('online', wake);
      window.removeEventListener('offline', wake);
      document.removeEventListener('visibilitychange', wake);
      client.stop();
    };
  }, [client, host]);

  useEffect(() => {
    const update = (): void => client.setVisible(open && document.visibilityState === 'visible');
    update();
    document.addEventListener('visibilitychange', update);
    return () => document.removeEventListener('visibilitychange', update);
  }, [client, open]);

  useEffect(() => host.tell({ type: 'unread', count: snapshot.unread }), [host, snapshot.unread]);
  useEffect(() => host.tell({ type: 'state', state: snapshot.info.state }), [host, snapshot.info.state]);

  useEffect(() => {
    if (config.bank_name) document.title = texts.title(config.bank_name);
  }, [config.bank_name]);

  useEffect(() => {
    document.documentElement.classList.toggle('elder', elder);
  }, [elder]);

  useEffect(() => {
    if (!problem) return undefined;
    const timer = setTimeout(() => setProblem(''), 8_000);
    return () => clearTimeout(timer);
  }, [problem]);

  const attempt = useCallback((action: () => Promise<void>) => {
    setProblem('');
    action().catch((error: unknown) => setProblem(error instanceof Error ? error.message : texts.actionFailed));
  }, []);

  const send = useCallback((text: string) => client.send(text), [client]);
  const toAgent = useCallback(() => attempt(() => client.requestAgent()), [attempt, client]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.isComposing && host.embedded) {
      event.preventDefault();
      host.tell({ type: 'close' });
    }
  };

  return (
    <div class="chat" data-channel={channel} data-state={snapshot.info.state} onKeyDown={onKeyDown}>
      <Header
        bank={config.bank_name}
        info={snapshot.info}
        elder={elder}
        onElder={() => {
          elderFlag.set(!elder);
          setElder(!elder);
        }}
        onClose={host.embedded ? () => host.tell({ type: 'close' }) : null}
      />
      <Banner
        info={snapshot.info}
        onKeepAsking={focus}
        onLeave={() => attempt(() => client.leaveQueue())}
      />
      <LinkBanner link={network ? snapshot.link : 'offline'} problem={problem} onRetry={() => client.wake()} onDismiss={() => setProblem('')} />
      <Log
        snapshot={snapshot}
        config={config}
        questions={context.questions?.length ? context.questions : texts.starters}
        visible={open}
        onAsk={send}
        onRetry={(id) => client.retry(id)}
      />
      <Composer
        inputRef={input}
        info={snapshot.info}
        draft={draft}
        onDraft={setDraft}
        onSend={send}
        onTyping={() => client.sendTyping()}
        onAgent={toAgent}
      />
    </div>
  );
}
