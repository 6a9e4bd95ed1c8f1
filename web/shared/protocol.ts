/** What the gateway and its pages say to each other; docs/architecture.md is the contract. */

export type Sender = 'customer' | 'bot' | 'agent' | 'system';
export type ConversationState = 'bot' | 'waiting' | 'human' | 'closed';
export type Kind =
  | 'text'
  | 'faq_answer'
  | 'product_card'
  | 'product_list'
  | 'disclosure'
  | 'handoff'
  | 'queue'
  | 'notice';

export interface QuickReply {
  title: string;
  text: string;
}

export interface Disclosure {
  id: string;
  version: string;
  title: string;
  text: string;
  url: string;
  product_codes?: string[];
}

export interface Product {
  code: string;
  name: string;
  type: string;
  type_label: string;
  risk_level: string | null;
  term_text: string;
  rate_text: string;
  minimum_text: string;
  fees: string;
  status: string;
  status_label: string;
  summary: string;
  channels: string;
}

/** Every field is optional: which ones are there depends on the message's kind. */
export interface MessageData {
  /** The part of `text` to print beside what is drawn from the other fields. */
  body?: string;
  quick_replies?: QuickReply[];
  disclosures?: Disclosure[];
  faq_id?: string;
  question?: string;
  category?: string;
  source?: string;
  effective_date?: string;
  product?: Product;
  products?: Product[];
  product_code?: string;
  full_text?: string;
  reason?: string;
  text_reason?: string;
  position?: number | null;
  expected_wait_minutes?: number | null;
  code?: string;
  work_no?: string;
}

export interface Message {
  seq: number;
  sender: Sender;
  kind: Kind;
  text: string;
  data: MessageData;
  /** ISO 8601, UTC, milliseconds. */
  at: string;
}

export interface StateInfo {
  state: ConversationState;
  position?: number | null;
  expected_wait_minutes?: number | null;
  agent_work_no?: string | null;
}

export interface ErrorBody {
  code: string;
  message: string;
}

export interface Session {
  conversation_id: string;
  token: string;
}

export interface Batch extends StateInfo {
  messages: Message[];
}

export interface PublicConfig {
  bank_name: string;
  hotline: string;
}

export type VisitorFrame =
  | { type: 'auth'; token: string; after: number }
  | { type: 'send'; client_msg_id: string; text: string }
  | { type: 'typing' }
  | { type: 'ping' };

export type ServerFrame =
  | ({ type: 'ready' } & StateInfo)
  | { type: 'ack'; client_msg_id: string; seq: number }
  | { type: 'message'; message: Message }
  | ({ type: 'state' } & StateInfo)
  | { type: 'typing'; sender: 'bot' | 'agent' }
  | { type: 'pong' }
  | { type: 'error'; error: ErrorBody; client_msg_id?: string };
