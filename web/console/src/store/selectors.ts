import type { Brief, DisclosureShown, Message } from '../api/types';
import { intentLabel, SMALL_TALK } from '../lib/labels';
import { findRow } from './reducer';
import type { Row, State } from './state';

/** The freshest brief: the list's, else that of the opened conversation. */
export function briefOf(state: State, id: string | null): Brief | null {
  if (!id) return null;
  const opened = state.opened[id]?.brief ?? null;
  const row = findRow(state, id);
  if (!row || !opened) return row ?? opened;
  // Frames patch both; what left the lists is described by the opened copy only.
  return row;
}

/** Messages of a row that the agent has not seen; only one's own conversations have any. */
export function unread(state: State, row: Row): number {
  if (row.state !== 'human') return 0;
  return Math.max(0, row.last_seq - (state.seen[row.id] ?? row.last_seq));
}

export function totalUnread(state: State): number {
  return state.lists.mine.reduce((sum, row) => sum + unread(state, row), 0);
}

export function replyAllowed(state: State, id: string): boolean {
  const brief = briefOf(state, id);
  return brief?.state === 'human' && brief.agent_id === state.agentId;
}

/** Page title: waiting customers and unread messages stand first, to be read on a narrow tab. */
export function titleOf(state: State): string {
  const waiting = state.lists.waiting.length;
  const news = totalUnread(state);
  const parts = [waiting > 0 ? `排队 ${waiting}` : "", news > 0 ? `未读 ${news}` : ""].filter(Boolean);
  return parts.length > 0 ? `(${parts.join(" · ")}) 听心坐席工作台` : "听心坐席工作台";
}

export function neighbour(state: State, direction: 1 | -1): string | null {
  const rows = state.lists[state.tab];
  if (rows.length === 0) return null;
  const at = rows.findIndex((row) => row.id === state.activeId);
  if (at < 0) return (direction === 1 ? rows[0] : rows.at(-1))?.id ?? null;
  return rows[(at + direction + rows.length) % rows.length]?.id ?? null;
}

/** One matter that the customer raised with the bot, and how it ended. */
export interface AskedPoint {
  key: string;
  label: string;
  seqs: number[];
  /** Of the last answer, where the trace says it. */
  outcome: string | null;
}

/** The matters in order of appearance; repeated ones are one point with several turns. Courtesies are left out. */
export function askedPoints(messages: readonly Message[]): AskedPoint[] {
  const points = new Map<string, AskedPoint>();
  let open: Message | null = null;
  for (const message of messages) {
    if (message.sender === 'customer') open = message;
    if (message.sender !== 'bot' || !open) continue;
    // A turn that the engine failed on has no intent: the customer's own words tell what it was.
    const intent = message.trace?.intent ?? (message.trace?.outcome ? 'out_of_scope' : null);
    if (!intent || SMALL_TALK.has(intent)) continue;
    const { key, label } = topic(message, intent, open);
    const point = points.get(key) ?? { key, label, seqs: [], outcome: null };
    if (!point.seqs.includes(open.seq)) point.seqs.push(open.seq);
    point.outcome = message.trace?.outcome ?? point.outcome;
    points.set(key, point);
  }
  return [...points.values()];
}

function topic(answer: Message, intent: string, question: Message): { key: string; label: string } {
  const asked = answer.data['question'];
  if (answer.kind === 'faq_answer' && typeof asked === 'string') {
    return { key: `faq:${String(answer.data["faq_id"] ?? asked)}`, label: asked };
  }
  const product = answer.data['product'] as { code?: string; name?: string } | undefined;
  if (product?.name) {
    return { key: `${intent}:${product.code ?? product.name}`, label: `${product.name} · ${intentLabel(intent)}` };
  }
  // What was not recognised is best told in the customer's own words.
  if (intent === 'out_of_scope' || intent === 'faq_clarify' || intent === 'faq') {
    return { key: `own:${question.text}`, label: question.text };
  }
  return { key: intent, label: intentLabel(intent) };
}

/** Which agent wrote each agent's message: the one who joined last before it. Key: `seq`. */
export function workNumbers(messages: readonly Message[]): Map<number, string> {
  const found = new Map<number, string>();
  let joined: string | undefined;
  for (const message of messages) {
    if (message.kind === 'notice' && message.data.code === 'agent_joined') joined = message.data.work_no;
    if (message.sender === 'agent' && joined) found.set(message.seq, joined);
  }
  return found;
}

/** What was shown, in words: the product's name where its card stands in the same message, else the text's title. */
export function disclosureName(messages: readonly Message[], shown: DisclosureShown): string {
  const data = messages.find((message) => message.seq === shown.seq)?.data;
  const products = data?.products ?? (data?.product ? [data.product] : []);
  const product = products.find((item) => item.code === shown.product_code);
  const text = data?.disclosures?.find((item) => item.id === shown.id && item.version === shown.version);
  return product?.name ?? text?.title ?? shown.product_code;
}
