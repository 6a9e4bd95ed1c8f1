import { ApiError, type Call } from '../../shared/api';
import type { Batch, Message, ServerFrame, Session, StateInfo } from '../../shared/protocol';
import { uuid } from '../../shared/random';
import { Link, type LinkStatus, type Socket } from './link';
import type { Store } from './store';
import { texts } from './texts';
import { type Item, Transcript } from './transcript';

export interface Snapshot {
  items: readonly Item[];
  info: StateInfo;
  link: LinkStatus;
  typing: 'bot' | 'agent' | null;
  /** Messages to the customer that were not seen yet. */
  unread: number;
  /** True once the server has told all that was said before. */
  loaded: boolean;
}

export interface ClientOptions {
  channel: 'bubble' | 'h5';
  /** Builds the caller around the present token. */
  createApi: (token: () => string | null) => Call;
  openSocket: () => Socket;
  store: Store;
}

const ACK_TIMEOUT_MS = 8_000;
const POST_TIMEOUT_MS = 12_000;
const SESSION_TIMEOUT_MS = 15_000;
const GAP_PATIENCE_MS = 1_200;
const TYPING_SHOWN_MS = 15_000;
const TYPING_SENT_EVERY_MS = 3_000;
const SESSION_RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

type Outcome = { seq: number } | { error: ApiError } | 'lost';

/** One customer's side of the conversation: session, connection, outbox. The page draws its snapshots. */
export class VisitorClient {
  private readonly transcript = new Transcript();
  private readonly listeners = new Set<() => void>();
  private readonly api: Call;
  private readonly link: Link;
  private token: string | null = null;
  private conversationId = '';
  private read = 0;
  private visible = false;
  private info: StateInfo = { state: 'bot' };
  private status: LinkStatus = 'connecting';
  private typing: 'bot' | 'agent' | null = null;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private gapTimer: ReturnType<typeof setTimeout> | undefined;
  private typingSentAt = 0;
  private loaded = false;
  private pumping = false;
  private opening: Promise<void> | null = null;
  private waiters = new Map<string, (outcome: Outcome) => void>();
  private current: Snapshot;

  constructor(private readonly options: ClientOptions) {
    this.api = options.createApi(() => this.token);
    this.link = new Link(options.openSocket, this.api, {
      token: () => this.token ?? '',
      cursor: () => this.transcript.cursor,
      onFrame: (frame) => this.onFrame(frame),
      onBatch: (batch) => this.onBatch(batch),
      onStatus: (status) => this.onStatus(status),
      onUnauthorized: () => {
        this.token = null;
        void this.renew();
      },
    });
    this.current = this.build();
  }

  get snapshot(): Snapshot {
    return this.current;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Takes up the remembered conversation, or begins one. */
  async start(): Promise<void> {
    const kept = this.options.store.load();
    if (kept) {
      this.token = kept.token;
      this.conversationId = kept.conversation_id;
      this.read = kept.read;
      this.link.start();
    } else {
      await this.renew();
    }
  }

  stop(): void {
    this.link.stop();
    clearTimeout(this.typingTimer);
    clearTimeout(this.gapTimer);
  }

  wake(): void {
    this.link.wake();
  }

  /** Whether the customer can see the conversation now; what arrives meanwhile counts as read. */
  setVisible(visible: boolean): void {
    this.visible = visible;
    if (visible) this.markRead();
    this.changed();
  }

  send(text: string): void {
    const clean = text.trim();
    if (!clean) return;
    this.transcript.add(uuid(), clean, new Date().toISOString());
    this.changed();
    void this.pump();
  }

  /** Sends a failed message again under the same id, so that it can never be there twice. */
  retry(clientMsgId: string): void {
    if (!this.transcript.retry(clientMsgId)) return;
    this.changed();
    this.link.wake();
    void this.pump();
  }

  /** 转人工. Rejects with ApiError. */
  async requestAgent(): Promise<void> {
    await this.ensureSession();
    await this.api('POST', '/api/v1/visitor/handoff', { body: {} });
    await this.catchUp();
  }

  /** Leaves the queue, back to the bot. Rejects with ApiError. */
  async leaveQueue(): Promise<void> {
    await this.api('POST', '/api/v1/visitor/queue/leave', { body: {} });
    await this.catchUp();
  }

  sendTyping(): void {
    if (this.info.state !== 'human') return;
    const now = Date.now();
    if (now - this.typingSentAt < TYPING_SENT_EVERY_MS) return;
    if (this.link.send({ type: 'typing' })) this.typingSentAt = now;
  }

  /** Forgets this browser's conversation and begins an empty one. */
  async reset(): Promise<void> {
    this.link.stop();
    this.transcript.clear();
    this.token = null;
    await this.renew();
  }

  // --- session ----------------------------------------------------------------------------------------

  private ensureSession(): Promise<void> {
    if (this.token) return Promise.resolve();
    return this.opening ?? this.renew();
  }

  /** A new visitor; what was said before stays on the screen, what is under way is sent into the new conversation. */
  private renew(): Promise<void> {
    this.opening ??= this.open().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  private async open(): Promise<void> {
    this.link.stop();
    for (let attempt = 0; ; attempt += 1) {
      try {
        const body = { channel: this.options.channel };
        const session = await this.api<Session>('POST', '/api/v1/visitor/sessions', {
          body,
          timeoutMs: SESSION_TIMEOUT_MS,
        });
        this.begin(session);
        break;
      } catch (error) {
        // A token that is no longer good must not stop us from getting another.
        if (error instanceof ApiError && error.status === 401) this.token = null;
        this.onStatus('offline');
        const wait = SESSION_RETRY_MS[Math.min(attempt, SESSION_RETRY_MS.length - 1)] ?? 15_000;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    this.link.start();
    void this.pump();
  }

  /** Numbers run on over all conversations of one visitor; another visitor's begin at 1. */
  private begin(session: Session): void {
    this.transcript.beginNext();
    this.token = session.token;
    this.conversationId = session.conversation_id;
    this.read = 0;
    this.info = { state: 'bot' };
    this.remember();
    this.changed();
  }

  private remember(): void {
    if (!this.token) return;
    this.options.store.save({ token: this.token, conversation_id: this.conversationId, read: this.read });
  }

  // --- what the server says ---------------------------------------------------------------------------

  private onFrame(frame: ServerFrame): void {
    switch (frame.type) {
      case 'ready':
        this.setInfo(frame);
        this.loaded = true;
        void this.pump();
        break;
      case 'message':
        this.onMessage(frame.message);
        break;
      case 'state':
        this.setInfo(frame);
        break;
      case 'typing':
        this.showTyping(frame.sender);
        break;
      case 'ack':
        this.waiters.get(frame.client_msg_id)?.({ seq: frame.seq });
        break;
      case 'error':
        if (frame.client_msg_id) {
          const error = new ApiError(statusOf(frame.error.code), frame.error.code, frame.error.message);
          this.waiters.get(frame.client_msg_id)?.({ error });
        }
        break;
      case 'pong':
        break;
    }
    this.changed();
  }

  private onBatch(batch: Batch): void {
    let last = 0;
    for (const message of batch.messages) {
      this.onMessage(message);
      last = Math.max(last, message.seq);
    }
    this.transcript.settle(last);
    this.setInfo(batch);
    this.loaded = true;
    this.changed();
    void this.pump();
  }

  private onMessage(message: Message): void {
    const isNew = this.transcript.receive(message);
    if (isNew && message.sender !== 'customer') this.showTyping(null);
    if (this.visible) this.markRead();
    if (this.transcript.hasGap) {
      this.gapTimer ??= setTimeout(() => {
        this.gapTimer = undefined;
        if (this.transcript.hasGap) void this.catchUp();
      }, GAP_PATIENCE_MS);
    }
  }

  /** Asks for all after the last number without a gap. Failing is no harm: the link will do it again. */
  private async catchUp(): Promise<void> {
    try {
      const path = `/api/v1/visitor/messages?after=${this.transcript.cursor}&wait=0`;
      this.onBatch(await this.api<Batch>('GET', path));
    } catch {
      this.link.wake();
    }
  }

  private onStatus(status: LinkStatus): void {
    this.status = status;
    if (status !== 'online') {
      this.showTyping(null);
      for (const waiter of this.waiters.values()) waiter('lost');
    }
    this.changed();
  }

  private setInfo(info: StateInfo): void {
    this.info = {
      state: info.state,
      position: info.position ?? null,
      expected_wait_minutes: info.expected_wait_minutes ?? null,
      agent_work_no: info.agent_work_no ?? null,
    };
    if (info.state === 'human' && this.typing === 'bot') this.showTyping(null);
  }

  private showTyping(sender: 'bot' | 'agent' | null): void {
    clearTimeout(this.typingTimer);
    this.typing = sender;
    if (sender) {
      this.typingTimer = setTimeout(() => {
        this.typing = null;
        this.changed();
      }, TYPING_SHOWN_MS);
    }
  }

  // --- outbox: one message at a time, in order -----------------------------------------------------------

  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    try {
      for (;;) {
        const next = this.transcript.items().find((item) => item.seq === null && item.delivery === 'sending');
        if (!next?.clientMsgId) return;
        await this.deliver(next.clientMsgId, next.text);
      }
    } finally {
      this.pumping = false;
    }
  }

  private async deliver(id: string, text: string): Promise<void> {
    let outcome: Outcome = 'lost';
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (!(await this.sessionWithin(SESSION_TIMEOUT_MS))) break;
      outcome = await this.deliverOnce(id, text);
      if (outcome === 'lost') break;
      if ('seq' in outcome) break;
      if (outcome.error.status !== 401) break;
      this.token = null;
    }
    if (!this.transcript.isPending(id)) {
      // It came back to us from the ledger before its acknowledgement.
    } else if (outcome !== 'lost' && 'seq' in outcome) {
      this.transcript.acknowledge(id, outcome.seq);
      const unanswered = this.transcript.lastSeq <= outcome.seq;
      if (unanswered && (this.info.state === 'bot' || this.info.state === 'waiting')) this.showTyping('bot');
    } else {
      const reason = outcome === 'lost' || outcome.error.status === 0 ? texts.notSent : outcome.error.message;
      this.transcript.fail(id, reason);
    }
    this.changed();
  }

  private async deliverOnce(id: string, text: string): Promise<Outcome> {
    if (this.link.isReady) {
      const outcome = await this.deliverBySocket(id, text);
      if (outcome !== 'lost') return outcome;
    }
    try {
      return await this.api<{ seq: number }>('POST', '/api/v1/visitor/messages', {
        body: { client_msg_id: id, text },
        timeoutMs: POST_TIMEOUT_MS,
      });
    } catch (error) {
      return { error: error as ApiError };
    }
  }

  private deliverBySocket(id: string, text: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const done = (outcome: Outcome): void => {
        clearTimeout(timer);
        this.waiters.delete(id);
        resolve(outcome);
      };
      const timer = setTimeout(() => done('lost'), ACK_TIMEOUT_MS);
      this.waiters.set(id, done);
      if (!this.link.send({ type: 'send', client_msg_id: id, text })) done('lost');
    });
  }

  private async sessionWithin(ms: number): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    });
    const inTime = await Promise.race([this.ensureSession().then(() => true), late]);
    clearTimeout(timer);
    return inTime;
  }

  // --- drawing ------------------------------------------------------------------------------------------

  private markRead(): void {
    const last = this.transcript.lastSeq;
    if (last <= this.read) return;
    this.read = last;
    this.remember();
  }

  private build(): Snapshot {
    const items = this.transcript.items();
    const unread = items.filter(
      (item) => !item.past && item.sender !== 'customer' && item.seq !== null && item.seq > this.read,
    ).length;
    return {
      items,
      info: this.info,
      link: this.status,
      typing: this.typing,
      unread: this.visible ? 0 : unread,
      loaded: this.loaded,
    };
  }

  private changed(): void {
    this.current = this.build();
    for (const listener of this.listeners) listener();
  }
}

/** Frames of the socket carry only the code; the outbox decides by status. */
function statusOf(code: string): number {
  return code === 'unauthorized' ? 401 : 400;
}
