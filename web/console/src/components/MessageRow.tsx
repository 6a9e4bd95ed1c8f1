import { CustomerServiceOutlined, RobotOutlined, UserOutlined } from '@ant-design/icons';
import { memo } from 'react';
import type { Message } from '../api/types';
import { emotionTone, percent, senderLabel } from '../lib/labels';
import { clock } from '../lib/time';
import { MessageBody } from './MessageBody';
import { TraceButton } from './TraceButton';

interface Props {
  message: Message;
  /** Other than 0: light it up; a new number lights it up again. */
  lit: number;
  /** The same sender spoke just before. */
  follows: boolean;
  /** Of the agent who wrote it. */
  workNo: string;
}

const MARKS = { customer: <UserOutlined />, bot: <RobotOutlined />, agent: <CustomerServiceOutlined /> } as const;

export const MessageRow = memo(function MessageRow({ message, lit, follows, workNo }: Props) {
  const { sender } = message;
  if (sender === 'system') return null;
  return (
    <article
      data-testid="message"
      data-sender={sender}
      data-seq={message.seq}
      className={`row from-${sender}${follows ? ' follows' : ''}${lit ? ` is-lit lit-${lit % 2}` : ''}`}
    >
      <span className="mark" aria-hidden>
        {MARKS[sender]}
      </span>
      <div className="row-main">
        <p className="row-head">
          <b>{sender === 'agent' ? `人工客服 ${workNo}` : senderLabel(sender)}</b>
          <time dateTime={message.at}>{clock(message.at)}</time>
          <span className="seq" title="第几条消息">
            #{message.seq}
          </span>
        </p>
        <MessageBody message={message} />
        {sender === 'customer' && <Emotion message={message} />}
        {sender === 'bot' && message.trace && <TraceButton trace={message.trace} />}
      </div>
    </article>
  );
});

function Emotion({ message }: { message: Message }) {
  if (!message.emotion) return null;
  const tone = emotionTone(message.emotion);
  const score = message.frustration;
  return (
    <p className="emotion" style={{ color: tone.color }} title="情绪与负面程度">
      <i style={{ background: tone.color }} aria-hidden />
      {tone.word}
      {typeof score === 'number' && (
        <>
          <span className="meter" aria-hidden>
            <span style={{ width: percent(score), background: tone.color }} />
          </span>
          <span className="sr">负面程度 </span>
          {percent(score)}
        </>
      )}
    </p>
  );
}
