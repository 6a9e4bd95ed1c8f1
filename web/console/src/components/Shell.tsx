import { Drawer } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useDesk, useDeskState, useMedia } from '../desk';
import { useShortcuts } from '../lib/shortcuts';
import { replyAllowed } from '../store/selectors';
import { type Closing, CloseDialog } from './CloseDialog';
import { Conversation } from './Conversation';
import { ConversationList } from './ConversationList';
import { Header } from './Header';
import { HelpSheet } from './HelpSheet';
import { InfoPanel } from './InfoPanel';
import { NothingOpen } from './NothingOpen';

/** Turns to scroll to and to light up; `nonce` makes a repeated click count. */
export interface Focus {
  seqs: number[];
  nonce: number;
}

interface Props {
  soundOn: boolean;
  onSound(on: boolean): void;
  onSignOut(): void;
}

export function Shell({ soundOn, onSound, onSignOut }: Props) {
  const { controller, store } = useDesk();
  const activeId = useDeskState((state) => state.activeId);
  const phone = useMedia('(max-width: 767px)');
  const wide = useMedia('(min-width: 1180px)');
  const [helpOpen, setHelpOpen] = useState(false);
  const [panelOpen, setPanelOpen] = useState(false);
  const [closing, setClosing] = useState<Closing | null>(null);
  const [focus, setFocus] = useState<Focus | null>(null);
  const replyRef = useRef<HTMLTextAreaElement | null>(null);

  useEffect(() => {
    setFocus(null);
    setPanelOpen(false);
  }, [activeId]);

  const onJump = useCallback((seqs: number[]) => {
    setPanelOpen(false);
    setFocus((before) => ({ seqs, nonce: (before?.nonce ?? 0) + 1 }));
  }, []);

  const askClose = useCallback(
    (kind: Closing['kind']) => {
      const id = store.get().activeId;
      if (id && replyAllowed(store.get(), id)) setClosing({ id, kind });
    },
    [store],
  );

  useShortcuts({
    next: () => controller.step(1),
    previous: () => controller.step(-1),
    reply: () => replyRef.current?.focus(),
    end: () => askClose('close'),
    help: () => setHelpOpen((open) => !open),
  });

  const panel = activeId && <InfoPanel id={activeId} onJump={onJump} />;
  const showList = !phone || !activeId;
  const showMain = !phone || activeId;
  return (
    <div className={`shell${phone ? ' is-phone' : ''}${wide ? ' is-wide' : ''}`}>
      <Header soundOn={soundOn} onSound={onSound} onHelp={() => setHelpOpen(true)} onSignOut={onSignOut} phone={phone} />
      <div className="columns">
        {showList &&
          (showMain ? (
            <ConversationList />
          ) : (
            <main className="phone-main">
              <ConversationList />
            </main>
          ))}
        {showMain && (
          <main className="middle" aria-label="会话">
            {activeId ? (
              <Conversation
                key={activeId}
                id={activeId}
                focus={focus}
                replyRef={replyRef}
                onBack={phone ? () => controller.select(null) : undefined}
                onPanel={wide ? undefined : () => setPanelOpen(true)}
                onClose={askClose}
              />
            ) : (
              <NothingOpen />
            )}
          </main>
        )}
        {wide && activeId && (
          <aside className="panel" aria-label="客户情况">
            {panel}
          </aside>
        )}
      </div>
      {!wide && (
        <Drawer
          open={panelOpen && Boolean(activeId)}
          onClose={() => setPanelOpen(false)}
          title="客户情况"
          size={phone ? '100%' : 380}
          destroyOnHidden
          styles={{ body: { padding: 0, background: 'var(--bg)' } }}
        >
          <div className="panel in-drawer">{panel}</div>
        </Drawer>
      )}
      <CloseDialog closing={closing} onDone={() => setClosing(null)} />
      <HelpSheet open={helpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}
