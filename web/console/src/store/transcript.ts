import type { CurvePoint, Message } from '../api/types';
import type { Opened, Outgoing } from './state';

/** A later copy never loses what an earlier one knew (a score may come before or after its message). */
function mergeMessage(known: Message, next: Message): Message {
  return {
    ...next,
    frustration: next.frustration ?? known.frustration ?? null,
    emotion: next.emotion ?? known.emotion ?? null,
    trace: next.trace ?? known.trace ?? null,
  };
}

/** The union of both, ordered by `seq`; for one in both, `next` holds. */
export function mergeMessages(known: readonly Message[], next: readonly Message[]): Message[] {
  const bySeq = new Map(known.map((message) => [message.seq, message]));
  for (const message of next) {
    const before = bySeq.get(message.seq);
    bySeq.set(message.seq, before ? mergeMessage(before, message) : message);
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

export function mergeCurve(known: readonly CurvePoint[], next: readonly CurvePoint[]): CurvePoint[] {
  const bySeq = new Map(known.map((point) => [point.seq, point]));
  for (const point of next) bySeq.set(point.seq, point);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

export const lastSeq = (messages: readonly Message[]): number => messages.at(-1)?.seq ?? 0;

/**
 * The outbox without what `message` confirms. By `client_msg_id` where the server names it; else the oldest reply on
 * its way with this text: the broadcast of one's own reply may overtake the answer to the request.
 */
export function settleOutbox(outbox: Outgoing[], message: Message): Outgoing[] {
  if (message.sender !== 'agent' || outbox.length === 0) return outbox;
  const index = message.client_msg_id
    ? outbox.findIndex((item) => item.clientMsgId === message.client_msg_id)
    : outbox.findIndex((item) => item.status === 'sending' && item.text === message.text);
  return index < 0 ? outbox : outbox.filter((_, at) => at !== index);
}

/** Adds a live message. A gap before it marks the conversation as stale. */
export function addLive(opened: Opened, message: Message): Opened {
  const known = opened.messages.some((item) => item.seq === message.seq);
  const gap = opened.status === 'ready' && message.seq > lastSeq(opened.messages) + 1;
  return {
    ...opened,
    messages: mergeMessages(opened.messages, [message]),
    // One that is known already has confirmed its reply before; it must not confirm a second one with the same text.
    outbox: known ? opened.outbox : settleOutbox(opened.outbox, message),
    stale: opened.stale || gap,
  };
}

/** The request's answer: the reply has this number now. */
export function confirmSent(opened: Opened, clientMsgId: string, seq: number): Opened {
  const item = opened.outbox.find((out) => out.clientMsgId === clientMsgId);
  if (!item) return opened;
  const outbox = opened.outbox.filter((out) => out !== item);
  if (opened.messages.some((message) => message.seq === seq)) return { ...opened, outbox };
  const message: Message = { seq, sender: 'agent', kind: 'text', text: item.text, data: {}, at: item.at };
  return { ...addLive({ ...opened, outbox: [] }, message), outbox };
}
