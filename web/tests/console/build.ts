import type { Brief, ConversationDetail, Message, Sender } from '../../console/src/api/types';
import { reduce } from '../../console/src/store/reducer';
import { type Event, initialState, type State } from '../../console/src/store/state';

export const AGENT = 'agent-1';
export const NOW = Date.UTC(2026, 2, 5, 6, 0, 0);

export function message(seq: number, sender: Sender, text: string, more: Partial<Message> = {}): Message {
  return { seq, sender, kind: 'text', text, data: {}, at: new Date(NOW + seq * 1000).toISOString(), ...more };
}

export function brief(id: string, more: Partial<Brief> = {}): Brief {
  return {
    id,
    channel: 'bubble',
    state: 'waiting',
    level: 0.2,
    stage: 'calm',
    reason: 'asked',
    text_reason: '客户要求人工服务',
    since: new Date(NOW).toISOString(),
    waiting_seconds: 30,
    last_text: '',
    last_at: new Date(NOW).toISOString(),
    last_seq: 0,
    agent_id: null,
    position: 1,
    ...more,
  };
}

export const mineBrief = (id: string, more: Partial<Brief> = {}): Brief =>
  brief(id, { state: 'human', agent_id: AGENT, waiting_seconds: null, position: null, ...more });

export function detail(conversation: Brief, transcript: Message[], more: Partial<ConversationDetail> = {}): ConversationDetail {
  return {
    conversation,
    transcript,
    curve: [],
    threshold: 0.7,
    handoff: null,
    events: [],
    disclosures_shown: [],
    previous: [],
    ...more,
  };
}

export function after(...events: Event[]): State {
  return events.reduce(reduce, initialState(AGENT));
}

export const more = (state: State, ...events: Event[]): State => events.reduce(reduce, state);

/** A conversation of this agent, opened, with messages 1..n. */
export function serving(id: string, messages: Message[]): State {
  const mine = mineBrief(id, { last_seq: messages.at(-1)?.seq ?? 0, last_text: messages.at(-1)?.text ?? '' });
  return after(
    { type: 'lists', answer: { mine: [mine], waiting: [], ended: [] }, now: NOW },
    { type: 'select', id },
    { type: 'opening', id },
    { type: 'loaded', id, detail: detail(mine, messages) },
  );
}

export const seqs = (state: State, id: string): number[] => (state.opened[id]?.messages ?? []).map((item) => item.seq);
