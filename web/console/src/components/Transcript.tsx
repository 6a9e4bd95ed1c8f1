import { DownOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTyping } from '../desk';
import { day } from '../lib/time';
import { workNumbers } from '../store/selectors';
import type { Opened } from '../store/state';
import { MessageRow } from './MessageRow';
import { OutgoingRow } from './OutgoingRow';
import type { Focus } from './Shell';
import { scrollWithin } from '../lib/scroll';
import { SystemRow } from './SystemRow';

/** Rendered at first; older ones come on demand. */
const PAGE = 50;
const NEAR_END_PX = 120;

interface Props {
  id: string;
  opened: Opened;
  workNo: string;
  focus: Focus | null;
}

export function Transcript({ id, opened, workNo, focus }: Props) {
  const { messages, outbox } = opened;
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [shown, setShown] = useState(PAGE);
  const [below, setBelow] = useState(0);
  const typing = useTyping(id);
  const speakers = useMemo(() => workNumbers(messages), [messages]);
  const hidden = Math.max(0, messages.length - shown);
  const visible = messages.slice(hidden);
  const newest = messages.at(-1)?.seq ?? 0;
  const count = useRef(newest);

  const toEnd = (smooth: boolean) => {
    const element = box.current;
    element?.scrollTo({ top: element.scrollHeight, behavior: smooth ? 'smooth' : 'instant' });
    setBelow(0);
  };

  useLayoutEffect(() => {
    const added = newest - count.current;
    count.current = newest;
    if (atEnd.current) toEnd(false);
    else if (added > 0) setBelow((before) => before + added);
  }, [newest, typing]);

  // One's own reply is always brought into view.
  const pending = outbox.length;
  useLayoutEffect(() => {
    if (pending > 0) toEnd(false);
  }, [pending]);

  // Scores arrive after their messages, the reply box grows, the phone's keyboard opens: the end stays in view.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    if (inner.current) observer.observe(inner.current);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const first = focus?.seqs[0];
    if (first === undefined) return;
    const index = messages.findIndex((message) => message.seq === first);
    if (index >= 0 && index < hidden) {
      setShown(messages.length - index + 5);
      return;
    }
    const target = box.current?.querySelector<HTMLElement>(`[data-seq="${first}"]`);
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (box.current && target) scrollWithin(box.current, target, calm ? 'instant' : 'smooth');
    // Only a new focus scrolls, or the page back that it asked for; a new message must not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [focus, shown]);

  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    if (atEnd.current && below > 0) setBelow(0);
  };

  return (
    <div className="transcript-frame">
      <div
        ref={box}
        className="transcript"
        data-testid="transcript"
        role="log"
        aria-live="polite"
        aria-label="会话记录"
        tabIndex={0}
        onScroll={onScroll}
      >
        <div ref={inner}>
          {hidden > 0 && (
            <Button className="older" size="small" onClick={() => setShown((before) => before + PAGE)}>
              查看更早的 {hidden} 条
            </Button>
          )}
          {visible.length === 0 && <p className="transcript-empty">客户还没有发送消息。</p>}
          {visible.map((message, index) => {
            const before = visible[index - 1];
            const newDay = !before || day(before.at) !== day(message.at);
            const lit = focus?.seqs.includes(message.seq) ? focus.nonce : 0;
            return (
              <div key={message.seq} className="turn">
                {newDay && <p className="day-line">{day(message.at)}</p>}
                {message.sender === 'system' ? (
                  <SystemRow message={message} lit={lit} />
                ) : (
                  <MessageRow
                    message={message}
                    lit={lit}
                    follows={!newDay && before?.sender === message.sender}
                    workNo={speakers.get(message.seq) ?? workNo}
                  />
                )}
              </div>
            );
          })}
          {outbox.map((item) => (
            <OutgoingRow key={item.clientMsgId} id={id} item={item} workNo={workNo} />
          ))}
          {typing && (
            <p className="typing" aria-live="off">
              <i aria-hidden />
              <i aria-hidden />
              <i aria-hidden />
              客户正在输入
            </p>
          )}
        </div>
      </div>
      {below > 0 && (
        <Button className="to-end" shape="round" icon={<DownOutlined />} onClick={() => toEnd(true)}>
          {below} 条新消息
        </Button>
      )}
    </div>
  );
}
