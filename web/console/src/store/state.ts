import type {
  Brief,
  ConversationDetail,
  ConversationState,
  CurvePoint,
  DisclosureShown,
  Handoff,
  LedgerEvent,
  Message,
  QueueAnswer,
  ServerFrame,
} from '../api/types';
import type { Link } from '../api/socket';

export type Tab = 'mine' | 'waiting' | 'ended';
export const TABS: readonly Tab[] = ['mine', 'waiting', 'ended'];

/** A row of the left list. `waitingFrom` is in this machine's clock, so that a wrong clock does not show. */
export interface Row extends Brief {
  waitingFrom: number;
}

/** A reply that the server has not yet confirmed. */
export interface Outgoing {
  clientMsgId: string;
  text: string;
  at: string;
  status: 'sending' | 'failed';
  error?: string;
}

export type Work = 'take' | 'return' | 'close';

/** One opened conversation. */
export interface Opened {
  status: 'loading' | 'ready' | 'failed';
  error?: string;
  brief: Brief | null;
  /** 工号 of the agent who serves it, empty when none does. */
  servedBy: string;
  /** Ordered by `seq`, no `seq` twice. */
  messages: Message[];
  curve: CurvePoint[];
  threshold: number | null;
  handoff: Handoff | null;
  events: LedgerEvent[];
  disclosures: DisclosureShown[];
  previous: Brief[];
  /** What an agent wrote when the conversation was given back or ended. */
  summary: string;
  outbox: Outgoing[];
  working: Work | null;
  /** Something was missed: it must be fetched again before it can be trusted. */
  stale: boolean;
}

export interface State {
  agentId: string;
  link: Link;
  listsLoaded: boolean;
  lists: Record<Tab, Row[]>;
  /** Until the agent chooses a tab, the one that has work is shown. */
  tabChosen: boolean;
  tab: Tab;
  activeId: string | null;
  /** The page is in view: what arrives in the open conversation counts as read. */
  visible: boolean;
  opened: Record<string, Opened>;
  /** Highest `seq` that the agent has seen, by conversation. */
  seen: Record<string, number>;
  /** Customer is typing, until (ms, this machine's clock). */
  typingUntil: Record<string, number>;
  drafts: Record<string, string>;
}

export type Event =
  | { type: 'link'; link: Link }
  | { type: 'lists'; answer: QueueAnswer; now: number }
  | { type: 'tab'; tab: Tab }
  | { type: 'select'; id: string | null }
  | { type: 'visible'; visible: boolean }
  | { type: 'draft'; id: string; text: string }
  | { type: 'opening'; id: string }
  | { type: 'loaded'; id: string; detail: ConversationDetail }
  /** `gone`: the agent may no longer see it, or it is no more. */
  | { type: 'load_failed'; id: string; error: string; gone: boolean }
  | { type: 'frame'; frame: ServerFrame; now: number }
  | { type: 'stale_all' }
  | { type: 'sending'; id: string; clientMsgId: string; text: string; at: string }
  | { type: 'sent'; id: string; clientMsgId: string; seq: number }
  | { type: 'send_failed'; id: string; clientMsgId: string; error: string }
  | { type: 'discard'; id: string; clientMsgId: string }
  | { type: 'working'; id: string; work: Work | null }
  | { type: 'moved'; id: string; state: ConversationState };

export const TYPING_SHOWN_MS = 5_000;

export function initialState(agentId: string): State {
  return {
    agentId,
    link: 'connecting',
    listsLoaded: false,
    lists: { mine: [], waiting: [], ended: [] },
    tabChosen: false,
    tab: 'mine',
    activeId: null,
    visible: true,
    opened: {},
    seen: {},
    typingUntil: {},
    drafts: {},
  };
}

export function emptyOpened(): Opened {
  return {
    status: 'loading',
    brief: null,
    servedBy: '',
    messages: [],
    curve: [],
    threshold: null,
    handoff: null,
    events: [],
    disclosures: [],
    previous: [],
    summary: '',
    outbox: [],
    working: null,
    stale: false,
  };
}
