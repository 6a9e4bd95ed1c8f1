import type { Brief, ConversationDetail, ConversationState, Message, QueueAnswer, ServerFrame } from '../api/types';
import { emptyOpened, type Event, type Opened, type Row, type State, type Tab, TABS, TYPING_SHOWN_MS } from './state';
import { addLive, confirmSent, lastSeq, mergeCurve, mergeMessages, settleOutbox } from './transcript';

/** Pure: the same state and event give the same state. Nothing is mutated. */
export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case 'link':
      return state.link === event.link ? state : { ...state, link: event.link };
    case 'lists':
      return setLists(state, event.answer, event.now);
    case 'tab':
      return { ...state, tab: event.tab, tabChosen: true };
    case 'select':
      return markSeen({ ...state, activeId: event.id });
    case 'visible':
      return markSeen({ ...state, visible: event.visible });
    case 'draft':
      return { ...state, drafts: { ...state.drafts, [event.id]: event.text } };
    case 'opening':
      return patch(state, event.id, (opened) => ({
        ...opened,
        status: opened.status === 'ready' ? 'ready' : 'loading',
        stale: false,
      }));
    case 'loaded':
      return markSeen(setDetail(state, event.id, event.detail));
    case 'load_failed':
      return patch(state, event.id, (opened) => ({
        ...opened,
        status: opened.status === 'ready' && !event.gone ? 'ready' : 'failed',
        stale: opened.status === 'ready' && !event.gone,
        error: event.error,
      }));
    case 'frame':
      return applyFrame(state, event.frame, event.now);
    case 'stale_all':
      return {
        ...state,
        opened: Object.fromEntries(
          Object.entries(state.opened).map(([id, opened]) => [id, { ...opened, stale: true }]),
        ),
      };
    case 'sending':
      return startSending(state, event.id, event.clientMsgId, event.text, event.at);
    case 'sent':
      return afterSent(state, event.id, event.clientMsgId, event.seq);
    case 'send_failed':
      return patch(state, event.id, (opened) => ({
        ...opened,
        outbox: opened.outbox.map((out) =>
          out.clientMsgId === event.clientMsgId ? { ...out, status: 'failed', error: event.error } : out,
        ),
      }));
    case 'discard':
      return patch(state, event.id, (opened) => ({
        ...opened,
        outbox: opened.outbox.filter((out) => out.clientMsgId !== event.clientMsgId),
      }));
    case 'working':
      return patch(state, event.id, (opened) => ({ ...opened, working: event.work }));
    case 'moved':
      return move(state, event.id, event.state, true);
  }
}

function patch(state: State, id: string, change: (opened: Opened) => Opened): State {
  return { ...state, opened: { ...state.opened, [id]: change(state.opened[id] ?? emptyOpened()) } };
}

function patchRows(state: State, id: string, change: (row: Row) => Row): State {
  const lists = { ...state.lists };
  for (const tab of TABS) {
    if (lists[tab].some((row) => row.id === id)) {
      lists[tab] = lists[tab].map((row) => (row.id === id ? change(row) : row));
    }
  }
  return { ...state, lists };
}

export function findRow(state: State, id: string): Row | undefined {
  for (const tab of TABS) {
    const row = state.lists[tab].find((item) => item.id === id);
    if (row) return row;
  }
  return undefined;
}

/** What is open and in view counts as read. */
function markSeen(state: State): State {
  const id = state.activeId;
  if (!id || !state.visible) return state;
  const newest = Math.max(findRow(state, id)?.last_seq ?? 0, lastSeq(state.opened[id]?.messages ?? []));
  if (newest <= (state.seen[id] ?? 0)) return state;
  return { ...state, seen: { ...state.seen, [id]: newest } };
}

function toRow(brief: Brief, known: Row | undefined, now: number): Row {
  const row: Row = { ...brief, waitingFrom: now - (brief.waiting_seconds ?? 0) * 1000 };
  // A snapshot may have been made before a message that has arrived already.
  if (known && known.last_seq > brief.last_seq) {
    row.last_seq = known.last_seq;
    row.last_text = known.last_text;
    row.last_at = known.last_at;
  }
  return row;
}

function setLists(state: State, answer: QueueAnswer, now: number): State {
  const rows = (briefs: Brief[]) => briefs.map((brief) => toRow(brief, findRow(state, brief.id), now));
  const lists: Record<Tab, Row[]> = {
    mine: rows(answer.mine),
    waiting: rows(answer.waiting),
    ended: answer.ended ? rows(answer.ended) : state.lists.ended,
  };
  const seen = { ...state.seen };
  // What was there when the agent came is not news.
  for (const row of lists.mine) seen[row.id] ??= row.last_seq;
  const next: State = { ...state, lists, seen, listsLoaded: true };
  if (!next.tabChosen) next.tab = lists.mine.length === 0 && lists.waiting.length > 0 ? 'waiting' : 'mine';
  return markSeen(next);
}

function setDetail(state: State, id: string, detail: ConversationDetail): State {
  return patch(state, id, (opened) => {
    const fresh = detail.transcript.filter((item) => !opened.messages.some((known) => known.seq === item.seq));
    return {
      ...opened,
      status: 'ready',
      error: undefined,
      brief: detail.conversation,
      servedBy: detail.conversation.agent_work_no ?? '',
      messages: mergeMessages(opened.messages, detail.transcript),
      curve: mergeCurve(opened.curve, detail.curve),
      threshold: detail.threshold,
      handoff: detail.handoff,
      events: detail.events,
      disclosures: detail.disclosures_shown,
      previous: detail.previous,
      summary: detail.conversation.summary ?? '',
      outbox: fresh.reduce(settleOutbox, opened.outbox),
    };
  });
}

function applyFrame(state: State, frame: ServerFrame, now: number): State {
  switch (frame.type) {
    case 'queue':
      return setLists(state, frame, now);
    case 'message':
      return liveMessage(state, frame.conversation_id, frame.message);
    case 'score':
      return liveScore(state, frame);
    case 'state':
      return move(state, frame.conversation_id, frame.state, false);
    case 'typing':
      return { ...state, typingUntil: { ...state.typingUntil, [frame.conversation_id]: now + TYPING_SHOWN_MS } };
    default:
      return state;
  }
}

function liveMessage(state: State, id: string, message: Message): State {
  let next = patchRows(state, id, (row) =>
    message.seq <= row.last_seq && row.last_text
      ? row
      : { ...row, last_seq: message.seq, last_text: message.text, last_at: message.at },
  );
  if (next.opened[id]) next = patch(next, id, (opened) => addLive(opened, message));
  if (message.sender === 'customer') {
    next = { ...next, typingUntil: { ...next.typingUntil, [id]: 0 } };
  } else if ((next.seen[id] ?? -1) >= message.seq - 1) {
    // One's own reply and the system's notices are no news, wherever the agent looks.
    next = { ...next, seen: { ...next.seen, [id]: Math.max(next.seen[id] ?? 0, message.seq) } };
  }
  return markSeen(next);
}

function liveScore(state: State, frame: Extract<ServerFrame, { type: 'score' }>): State {
  const { conversation_id: id, seq, frustration, emotion, level, stage } = frame;
  const next = patchRows(state, id, (row) => ({ ...row, level, stage }));
  if (!next.opened[id]) return next;
  return patch(next, id, (opened) => ({
    ...opened,
    brief: opened.brief && { ...opened.brief, level, stage },
    messages: opened.messages.map((message) =>
      message.seq === seq ? { ...message, frustration, emotion } : message,
    ),
    curve: mergeCurve(opened.curve, [{ seq, score: frustration, level }]),
  }));
}

/** `byMe`: the agent's own action was accepted, so that the row may change lists before the next snapshot. */
function move(state: State, id: string, to: ConversationState, byMe: boolean): State {
  const agentId = byMe && to === 'human' ? state.agentId : undefined;
  const change = <T extends Brief>(brief: T): T => ({ ...brief, state: to, agent_id: agentId ?? brief.agent_id });
  let next = patchRows(state, id, change);
  if (next.opened[id]) {
    // A hand-off's reasons, events and notices come with the detail, not with the frame.
    next = patch(next, id, (opened) => ({ ...opened, brief: opened.brief && change(opened.brief), stale: true }));
  }
  const row = findRow(next, id);
  if (!byMe || !row) return next;
  const without = (rows: Row[]) => rows.filter((item) => item.id !== id);
  const target: Tab | null = to === 'human' ? 'mine' : to === 'closed' ? 'ended' : null;
  next = {
    ...next,
    lists: {
      mine: without(next.lists.mine),
      waiting: without(next.lists.waiting),
      ended: without(next.lists.ended),
    },
  };
  if (target) next.lists[target] = [row, ...next.lists[target]];
  if (target === 'mine') next = { ...next, tab: 'mine', tabChosen: true };
  return markSeen(next);
}

function startSending(state: State, id: string, clientMsgId: string, text: string, at: string): State {
  return patch(state, id, (opened) => ({
    ...opened,
    outbox: opened.outbox.some((out) => out.clientMsgId === clientMsgId)
      ? opened.outbox.map((out) =>
          out.clientMsgId === clientMsgId ? { ...out, status: 'sending' as const, error: undefined } : out,
        )
      : [...opened.outbox, { clientMsgId, text, at, status: 'sending' as const }],
  }));
}

function afterSent(state: State, id: string, clientMsgId: string, seq: number): State {
  const opened = state.opened[id];
  if (!opened) return state;
  const next = patch(state, id, () => confirmSent(opened, clientMsgId, seq));
  const message = next.opened[id]?.messages.find((item) => item.seq === seq);
  return message ? liveMessage(next, id, message) : next;
}
