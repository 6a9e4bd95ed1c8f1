import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PublicConfig, QuickReply } from '../../shared/protocol';
import type { Snapshot } from './client';
import { BotIcon, DownIcon } from './icons';
import { Messages } from './messages';
import { texts } from './texts';
import type { Item } from './transcript';

const NEAR_END_PX = 80;
const ROOM_ABOVE_PX = 10;

export interface LogProps {
  snapshot: Snapshot;
  config: PublicConfig;
  questions: string[];
  visible: boolean;
  onAsk(text: string): void;
  onRetry(clientMsgId: string): void;
}

export function Log({ snapshot, config, questions, visible, onAsk, onRetry }: LogProps): JSX.Element {
  const { items, info, typing, loaded } = snapshot;
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const [below, setBelow] = useState(false);
  const last = items[items.length - 1];
  const replies = info.state === 'bot' || info.state === 'waiting' ? quickReplies(items) : [];
  const canAsk = info.state === 'bot' || info.state === 'waiting';

  const toEnd = (): void => {
    const element = box.current;
    if (!element) return;
    element.scrollTop = element.scrollHeight;
    atEnd.current = true;
    setBelow(false);
  };

  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !visible || !items.length) return;
    const own = last?.sender === 'customer' && last.delivery === 'sending';
    if (!atEnd.current && !own) {
      if (last && last.sender !== 'customer') setBelow(true);
      return;
    }
    toEnd();
    // An answer higher than the window is read from its beginning.
    const articles = element.querySelectorAll<HTMLElement>('article');
    const answer = articles[articles.length - 1];
    if (answer && last?.sender === 'bot' && element.scrollHeight - answer.offsetTop > element.clientHeight) {
      element.scrollTop = answer.offsetTop - ROOM_ABOVE_PX;
    }
  }, [last?.key, items.length, typing, visible]);

  useEffect(() => {
    const element = box.current;
    if (!element || typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(() => {
      if (atEnd.current && element.querySelector('article')) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const onScroll = (): void => {
    const element = box.current;
    if (!element) return;
    // Only scrolling up leaves the end: when the window gets smaller the end moves away by itself.
    const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    if (near) atEnd.current = true;
    else if (element.scrollTop < lastTop.current) atEnd.current = false;
    lastTop.current = element.scrollTop;
    if (near) setBelow(false);
  };

  return (
    <main class="log-frame">
      <div ref={box} class="log" onScroll={onScroll} tabIndex={-1}>
        <Welcome config={config} questions={items.length ? [] : questions} onAsk={onAsk} />
        {!loaded && !items.length && snapshot.link === 'connecting' && <p class="time">{texts.connecting}</p>}
        <div role="log" aria-live="polite" aria-label={texts.logLabel}>
          <Messages
            items={items}
            typing={typing}
            agentWorkNo={info.agent_work_no ?? null}
            canAsk={canAsk}
            onAsk={onAsk}
            onRetry={onRetry}
          />
        </div>
        {replies.length > 0 && !typing && (
          <div class="chips" role="group" aria-label={texts.quickRepliesLabel}>
            {replies.map((reply) => (
              <button key={reply.title} type="button" onClick={() => onAsk(reply.text)}>
                {reply.title}
              </button>
            ))}
          </div>
        )}
      </div>
      {below && (
        <button type="button" class="to-end" onClick={toEnd}>
          <DownIcon />
          {texts.newMessages}
        </button>
      )}
    </main>
  );
}

interface WelcomeProps {
  config: PublicConfig;
  questions: string[];
  onAsk(text: string): void;
}

function Welcome({ config, questions, onAsk }: WelcomeProps): JSX.Element {
  return (
    <section class="welcome">
      <h2>
        <BotIcon />
        {texts.welcomeTitle(config.bank_name)}
      </h2>
      <p>{texts.welcomeBody}</p>
      {questions.length > 0 && (
        <ul aria-label={texts.startersLabel}>
          {questions.map((question) => (
            <li key={question}>
              <button type="button" onClick={() => onAsk(question)}>
                {question}
              </button>
            </li>
          ))}
        </ul>
      )}
      <p class="fine">
        <span>{texts.privacy}</span>
        {config.hotline && <span>{texts.hotline(config.hotline)}</span>}
      </p>
    </section>
  );
}

/** Of the last answer only, and only until the customer has said something. */
function quickReplies(items: readonly Item[]): QuickReply[] {
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const item = items[index];
    if (!item || item.past || item.sender === 'customer') return [];
    if (item.data.quick_replies?.length) return item.data.quick_replies;
    if (item.sender === 'bot') return [];
  }
  return [];
}
