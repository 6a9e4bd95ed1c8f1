import { memo } from 'react';
import type { Message } from '../api/types';
import { reasonLabel } from '../lib/labels';
import { clock } from '../lib/time';

interface Props {
  message: Message;
  lit: number;
}

/** What happened, in the agent's words; the customer's words stand beneath. */
function headline({ kind, data }: Message): string {
  if (kind === 'handoff') {
    const why = reasonLabel(data.reason ?? null);
    return why ? `转人工 · ${why}` : '转人工';
  }
  const who = data.work_no ? `工号 ${data.work_no}` : '人工客服';
  switch (data.code) {
    case 'agent_joined':
      return `${who} 已接入`;
    case 'returned_to_bot':
      return `${who} 转回智能客服`;
    case 'closed':
      return `${who} 结束会话`;
    case 'agent_lost':
      return `${who} 连接中断，重新排队`;
    case 'left_queue':
      return '客户取消排队';
    default:
      return '';
  }
}

/** A line across the transcript: hand-off, queue, who joined and who left. */
export const SystemRow = memo(function SystemRow({ message, lit }: Props) {
  const title = headline(message);
  const kind = message.kind === 'handoff' ? ' is-handoff' : '';
  return (
    <div
      data-testid="message"
      data-sender="system"
      data-seq={message.seq}
      className={`system${kind}${lit ? ` is-lit lit-${lit % 2}` : ''}`}
    >
      {title && (
        <p className="cut">
          <b>{title}</b>
          <time dateTime={message.at}>{clock(message.at)}</time>
        </p>
      )}
      <p className="told">
        <span className="sr">客户看到：</span>
        {message.text}
      </p>
    </div>
  );
});
