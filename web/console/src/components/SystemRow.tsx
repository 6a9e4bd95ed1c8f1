import { memo } from 'react';
import type { Message } from '../api/types';
import { reasonLabel } from '../lib/labels';
import { clock } from '../lib/time';

interface Props {
  message: Message;
  lit: number;
}

const STRONG_CODES: ReadonlySet<string> = new Set(['agent_joined', 'returned_to_bot', 'closed', 'agent_lost']);

/** A line across the transcript: hand-off, queue, who joined and who left. */
export const SystemRow = memo(function SystemRow({ message, lit }: Props) {
  const { kind, data } = message;
  const handoff = kind === 'handoff';
  const strong = handoff || (kind === 'notice' && STRONG_CODES.has(data.code ?? ''));
  const why = reasonLabel(data.reason ?? null);
  return (
    <div
      data-testid="message"
      data-sender="system"
      data-seq={message.seq}
      className={`system${strong ? ' is-strong' : ''}${handoff ? ' is-handoff' : ''}${lit ? ` is-lit lit-${lit % 2}` : ''}`}
    >
      <p>
        {handoff && <b>转人工{why ? ` · ${why}` : ''}</b>}
        <span>{message.text}</span>
        <time dateTime={message.at}>{clock(message.at)}</time>
      </p>
    </div>
  );
});
