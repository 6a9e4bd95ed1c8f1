/** Shapes of the agents' API, as docs/architecture.md gives them. Times are ISO 8601 UTC unless a name says otherwise. */

import type { ConversationState, ErrorBody, Message as SharedMessage } from '../../../shared/protocol';

export type { ConversationState, Disclosure, ErrorBody, Product, Sender } from '../../../shared/protocol';

export type Stage = 'calm' | 'watch' | 'handoff';

export interface Agent {
  id: string;
  username: string;
  work_no: string;
  role: string;
}

export interface Trace {
  intent?: string | null;
  confidence?: number | null;
  outcome?: string | null;
  entities?: TraceEntity[] | null;
  faq?: FaqEvidence | null;
  [more: string]: unknown;
}

/** `start` and `end` are offsets in the customer's message. */
export interface TraceEntity {
  entity: string;
  value: unknown;
  start?: number;
  end?: number;
}

export interface FaqEvidence {
  id: string;
  score: number;
  question?: string;
  alternatives?: { id: string; score: number; question?: string }[];
}

/** What an agent sees of a message beyond what the customer sees. */
export interface Message extends SharedMessage {
  client_msg_id?: string | null;
  /** 0..1, of customers' messages only. */
  frustration?: number | null;
  emotion?: string | null;
  trace?: Trace | null;
}

export interface Brief {
  id: string;
  channel: string;
  state: ConversationState;
  /** Frustration of the whole conversation, 0..1. */
  level: number;
  stage: Stage;
  reason: string | null;
  text_reason: string | null;
  since: string;
  /** While waiting only. */
  waiting_seconds: number | null;
  last_text: string;
  last_at: string | null;
  last_seq: number;
  agent_id: string | null;
  position: number | null;
}

export interface CurvePoint {
  seq: number;
  score: number;
  level: number;
}

export interface HandoffReason {
  code: string;
  text: string;
  seqs: number[];
  /** This signal's part of the level, 0..1. */
  weight: number;
}

export interface Handoff {
  reason: string;
  text_reason: string;
  reasons: HandoffReason[];
  at: string;
}

export interface LedgerEvent {
  at: string;
  who: string;
  what: string;
  why?: string;
  detail?: Record<string, unknown>;
}

export interface DisclosureShown {
  seq: number;
  product_code: string;
  id?: string;
  version: string;
  at: string;
}

export interface ConversationDetail {
  conversation: Brief & { agent_work_no?: string | null; summary?: string | null };
  transcript: Message[];
  curve: CurvePoint[];
  threshold: number;
  handoff: Handoff | null;
  events: LedgerEvent[];
  disclosures_shown: DisclosureShown[];
  previous: Brief[];
}

export interface QueueAnswer {
  waiting: Brief[];
  mine: Brief[];
  ended?: Brief[];
}

/** What the server sends over `/api/v1/agent/ws`. */
export type ServerFrame =
  | { type: 'ready' }
  | { type: 'pong' }
  | ({ type: 'queue' } & QueueAnswer)
  | { type: 'message'; conversation_id: string; message: Message }
  | {
      type: 'score';
      conversation_id: string;
      seq: number;
      frustration: number;
      emotion: string;
      level: number;
      stage: Stage;
    }
  | { type: 'state'; conversation_id: string; state: ConversationState }
  | { type: 'typing'; conversation_id: string }
  | { type: 'error'; error: ErrorBody };
