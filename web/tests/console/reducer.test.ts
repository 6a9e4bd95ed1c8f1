import { describe, expect, it } from 'vitest';
import type { Message } from '../../console/src/api/types';
import { titleOf, unread } from '../../console/src/store/selectors';
import type { Event } from '../../console/src/store/state';
import { after, brief, detail, message, mineBrief, more, NOW, seqs, serving } from './build';

const ID = 'c1';
const live = (item: Message, id = ID): Event => ({
  type: 'frame',
  frame: { type: 'message', conversation_id: id, message: item },
  now: NOW,
});

describe('messages', () => {
  it('a frame that comes twice leaves one message', () => {
    const state = serving(ID, [message(1, 'customer', '在吗')]);
    const next = more(state, live(message(2, 'customer', '急')), live(message(2, 'customer', '急')));
    expect(seqs(next, ID)).toEqual([1, 2]);
  });

  it('frames out of order are put in order, and the gap asks for a fetch', () => {
    const state = serving(ID, [message(1, 'customer', '在吗')]);
    const gap = more(state, live(message(3, 'customer', '三')));
    expect(gap.opened[ID]?.stale).toBe(true);
    expect(seqs(more(gap, live(message(2, 'customer', '二'))), ID)).toEqual([1, 2, 3]);
  });

  it('the next number in turn asks for no fetch', () => {
    const state = serving(ID, [message(1, 'customer', '在吗')]);
    expect(more(state, live(message(2, 'customer', '二'))).opened[ID]?.stale).toBe(false);
  });

  it('a fetch that was answered late loses nothing that came in between', () => {
    const state = serving(ID, [message(1, 'customer', '一')]);
    const next = more(state, live(message(2, 'customer', '二')), {
      type: 'loaded',
      id: ID,
      detail: detail(mineBrief(ID, { last_seq: 1 }), [message(1, 'customer', '一')]),
    });
    expect(seqs(next, ID)).toEqual([1, 2]);
  });

  it('a score reaches message, curve and list, and a later copy of the message keeps it', () => {
    const state = serving(ID, [message(1, 'customer', '还没到账？')]);
    const scored = more(state, {
      type: 'frame',
      frame: { type: 'score', conversation_id: ID, seq: 1, frustration: 0.8, emotion: '愤怒', level: 0.75, stage: 'handoff' },
      now: NOW,
    });
    const next = more(scored, live(message(1, 'customer', '还没到账？', { frustration: null, emotion: null })));
    expect(next.opened[ID]?.messages[0]).toMatchObject({ emotion: '愤怒', frustration: 0.8 });
    expect(next.opened[ID]?.curve).toEqual([{ seq: 1, score: 0.8, level: 0.75 }]);
    expect(next.lists.mine[0]).toMatchObject({ level: 0.75, stage: 'handoff' });
  });
});

describe('replies', () => {
  const sending = (clientMsgId: string, text: string): Event => ({
    type: 'sending',
    id: ID,
    clientMsgId,
    text,
    at: new Date(NOW).toISOString(),
  });

  it('answer before broadcast: one message', () => {
    const state = more(serving(ID, [message(1, 'customer', '在吗')]), sending('k1', '您好'));
    const sent = more(state, { type: 'sent', id: ID, clientMsgId: 'k1', seq: 2 });
    const next = more(sent, live(message(2, 'agent', '您好')));
    expect(next.opened[ID]?.outbox).toEqual([]);
    expect(seqs(next, ID)).toEqual([1, 2]);
  });

  it('broadcast before answer: one message, never shown twice', () => {
    const state = more(serving(ID, [message(1, 'customer', '在吗')]), sending('k1', '您好'));
    const broadcast = more(state, live(message(2, 'agent', '您好')));
    expect(broadcast.opened[ID]?.outbox).toEqual([]);
    const next = more(broadcast, { type: 'sent', id: ID, clientMsgId: 'k1', seq: 2 });
    expect(seqs(next, ID)).toEqual([1, 2]);
  });

  it('the same words twice are two messages', () => {
    const state = more(serving(ID, [message(1, 'customer', '在吗')]), sending('k1', '您好'), sending('k2', '您好'));
    const first = more(state, live(message(2, 'agent', '您好')), live(message(2, 'agent', '您好')));
    expect(first.opened[ID]?.outbox.map((item) => item.clientMsgId)).toEqual(['k2']);
    const next = more(first, { type: 'sent', id: ID, clientMsgId: 'k2', seq: 3 }, live(message(3, 'agent', '您好')));
    expect(next.opened[ID]?.outbox).toEqual([]);
    expect(seqs(next, ID)).toEqual([1, 2, 3]);
  });

  it('a failed reply stays, and a retry that had arrived the first time leaves one message', () => {
    const failed = more(
      serving(ID, [message(1, 'customer', '在吗')]),
      sending('k1', '您好'),
      { type: 'send_failed', id: ID, clientMsgId: 'k1', error: '网络连接失败' },
      live(message(2, 'agent', '您好')),
    );
    expect(failed.opened[ID]?.outbox).toMatchObject([{ clientMsgId: 'k1', status: 'failed', error: '网络连接失败' }]);
    const next = more(failed, sending('k1', '您好'), { type: 'sent', id: ID, clientMsgId: 'k1', seq: 2 });
    expect(next.opened[ID]?.outbox).toEqual([]);
    expect(seqs(next, ID)).toEqual([1, 2]);
  });

  it('a reply that a fetch after reconnecting brings is no longer on its way', () => {
    const state = more(serving(ID, [message(1, 'customer', '在吗')]), sending('k1', '您好'));
    const next = more(state, {
      type: 'loaded',
      id: ID,
      detail: detail(mineBrief(ID), [message(1, 'customer', '在吗'), message(2, 'agent', '您好')]),
    });
    expect(next.opened[ID]?.outbox).toEqual([]);
  });
});

describe('lists', () => {
  it('the queue opens first when there is nothing of one’s own, until the agent chooses', () => {
    const answer = { mine: [], waiting: [brief('w')], ended: [] };
    const state = after({ type: 'lists', answer, now: NOW });
    expect(state.tab).toBe('waiting');
    expect(more(state, { type: 'tab', tab: 'ended' }, { type: 'lists', answer, now: NOW }).tab).toBe('ended');
  });

  it('waiting time counts from this machine’s clock', () => {
    const state = after({ type: 'lists', answer: { mine: [], waiting: [brief('w', { waiting_seconds: 90 })] }, now: NOW });
    expect(state.lists.waiting[0]?.waitingFrom).toBe(NOW - 90_000);
  });

  it('an older snapshot does not take back the last message', () => {
    const state = serving(ID, [message(1, 'customer', '一')]);
    const next = more(state, live(message(2, 'customer', '二')), {
      type: 'frame',
      frame: { type: 'queue', mine: [mineBrief(ID, { last_seq: 1, last_text: '一' })], waiting: [] },
      now: NOW,
    });
    expect(next.lists.mine[0]).toMatchObject({ last_seq: 2, last_text: '二' });
  });

  it('a queue frame without ended conversations keeps them', () => {
    const ended = brief('e', { state: 'closed' });
    const state = after({ type: 'lists', answer: { mine: [], waiting: [], ended: [ended] }, now: NOW });
    const next = more(state, { type: 'frame', frame: { type: 'queue', mine: [], waiting: [] }, now: NOW });
    expect(next.lists.ended.map((row) => row.id)).toEqual(['e']);
  });

  it('taking moves the row to one’s own and shows that list', () => {
    const state = after(
      { type: 'lists', answer: { mine: [], waiting: [brief(ID), brief('w2')], ended: [] }, now: NOW },
      { type: 'moved', id: ID, state: 'human' },
    );
    expect(state.lists.waiting.map((row) => row.id)).toEqual(['w2']);
    expect(state.lists.mine).toMatchObject([{ id: ID, state: 'human', agent_id: 'agent-1' }]);
    expect(state.tab).toBe('mine');
  });

  it('closing moves the row to the ended ones', () => {
    const state = more(serving(ID, [message(1, 'customer', '一')]), { type: 'moved', id: ID, state: 'closed' });
    expect(state.lists.mine).toEqual([]);
    expect(state.lists.ended.map((row) => row.id)).toEqual([ID]);
  });
});

describe('unread', () => {
  const row = (state: ReturnType<typeof after>) => unread(state, state.lists.mine[0]!);

  it('nothing is unread that was there before the agent came', () => {
    const state = after({ type: 'lists', answer: { mine: [mineBrief(ID, { last_seq: 7 })], waiting: [] }, now: NOW });
    expect(row(state)).toBe(0);
  });

  it('counts what comes while another conversation is open, and forgets it on opening', () => {
    const away = more(serving(ID, [message(1, 'customer', '一')]), { type: 'select', id: null });
    const news = more(away, live(message(2, 'customer', '二')), live(message(3, 'customer', '三')));
    expect(row(news)).toBe(2);
    expect(titleOf(news)).toBe('(未读 2) 听心坐席工作台');
    expect(row(more(news, { type: 'select', id: ID }))).toBe(0);
  });

  it('an open conversation counts while the page is hidden', () => {
    const hidden = more(serving(ID, [message(1, 'customer', '一')]), { type: 'visible', visible: false });
    const news = more(hidden, live(message(2, 'customer', '二')));
    expect(row(news)).toBe(1);
    expect(row(more(news, { type: 'visible', visible: true }))).toBe(0);
  });

  it('one’s own reply is not news', () => {
    const away = more(serving(ID, [message(1, 'customer', '一')]), { type: 'select', id: null });
    expect(row(more(away, live(message(2, 'agent', '您好'))))).toBe(0);
  });
});

it('typing ends when the message comes', () => {
  const typing = more(serving(ID, [message(1, 'customer', '一')]), {
    type: 'frame',
    frame: { type: 'typing', conversation_id: ID },
    now: NOW,
  });
  expect(typing.typingUntil[ID]).toBeGreaterThan(NOW);
  expect(more(typing, live(message(2, 'customer', '二'))).typingUntil[ID]).toBe(0);
});
