import { type AgentApi, ApiError } from '../api/client';
import { uuid } from '../../../shared/random';
import type { Link } from '../api/socket';
import type { ServerFrame } from '../api/types';
import { findRow } from './reducer';
import { neighbour, replyAllowed } from './selectors';
import type { State, Work } from './state';
import type { Store } from './store';

export interface ControllerDeps {
  api: AgentApi;
  store: Store;
  /** Tells the customer's page that the agent is typing. */
  sendTyping(conversationId: string): void;
  /** A sentence for the agent. */
  notify(kind: 'success' | 'warning' | 'error', text: string): void;
  sound(kind: 'waiting' | 'message'): void;
  /** The token is no longer valid. */
  onSignedOut(): void;
  now?(): number;
  newId?(): string;
}

const RELOAD_AFTER_MS = 120;
/** Without a live connection the console still works, only slower. */
const POLL_MS = 5_000;
const TYPING_EVERY_MS = 2_500;

/** All effects: fetches, sends, and decides when to fetch again. The state itself changes in the reducer only. */
export class Controller {
  private readonly now: () => number;
  private readonly newId: () => string;
  private listing: { again: boolean } | null = null;
  private loading = new Map<string, { again: boolean }>();
  private reloadTimer: ReturnType<typeof setTimeout> | undefined;
  private pollTimer: ReturnType<typeof setInterval> | undefined;
  private typedAt = new Map<string, number>();
  private stopped = false;

  constructor(private readonly deps: ControllerDeps) {
    this.now = deps.now ?? (() => Date.now());
    this.newId = deps.newId ?? uuid;
  }

  private get state(): State {
    return this.deps.store.get();
  }

  start(): void {
    this.stopped = false;
    void this.refreshLists();
    this.pollTimer = setInterval(() => {
      if (this.state.link !== 'open') void this.resync();
    }, POLL_MS);
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.pollTimer);
    clearTimeout(this.reloadTimer);
  }

  readonly onLink = (link: Link): void => {
    this.deps.store.dispatch({ type: 'link', link });
    if (link === 'open') void this.resync();
  };

  readonly onFrame = (frame: ServerFrame): void => {
    if (this.stopped) return;
    const before = this.state;
    this.deps.store.dispatch({ type: 'frame', frame, now: this.now() });
    if (frame.type === 'queue') this.afterLists(before);
    // Every agent hears of every move; what is not in view here comes with the queue frame.
    if (frame.type === 'state' && this.concerns(before, frame.conversation_id)) void this.refreshLists();
    if (frame.type === 'message' && frame.message.sender === 'customer') {
      const mine = before.lists.mine.some((row) => row.id === frame.conversation_id);
      const inView = before.visible && before.activeId === frame.conversation_id;
      if (mine && !inView) this.deps.sound('message');
    }
    this.reloadIfStale();
  };

  /** After a connection came back: nothing that was open is trusted until it has been fetched again. */
  async resync(): Promise<void> {
    this.deps.store.dispatch({ type: 'stale_all' });
    const active = this.state.activeId;
    await Promise.all([this.refreshLists(), active ? this.load(active) : undefined]);
  }

  async refreshLists(): Promise<void> {
    if (this.listing) {
      this.listing.again = true;
      return;
    }
    const job = { again: false };
    this.listing = job;
    do {
      job.again = false;
      await this.fetchLists();
    } while (job.again && !this.stopped);
    this.listing = null;
  }

  private concerns(before: State, id: string): boolean {
    return before.opened[id] !== undefined || before.lists.mine.some((row) => row.id === id);
  }

  private async fetchLists(): Promise<void> {
    try {
      const answer = await this.deps.api.queue();
      if (this.stopped) return;
      const before = this.state;
      this.deps.store.dispatch({ type: 'lists', answer, now: this.now() });
      this.soundIfNewWaiting(before);
    } catch (error) {
      this.checkSignedOut(error);
    }
  }

  select(id: string | null): void {
    this.deps.store.dispatch({ type: 'select', id });
    if (!id) return;
    const opened = this.state.opened[id];
    if (!opened || opened.status !== 'ready' || opened.stale) void this.load(id);
  }

  /** Keyboard: the next (1) or previous (-1) conversation of the list in view. */
  step(direction: 1 | -1): void {
    const id = neighbour(this.state, direction);
    if (id) this.select(id);
  }

  async load(id: string): Promise<void> {
    const running = this.loading.get(id);
    if (running) {
      running.again = true;
      return;
    }
    const job = { again: false };
    this.loading.set(id, job);
    try {
      do {
        job.again = false;
        this.deps.store.dispatch({ type: 'opening', id });
        const detail = await this.deps.api.conversation(id);
        if (this.stopped) return;
        this.deps.store.dispatch({ type: 'loaded', id, detail });
      } while (job.again);
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      const text = status === 403 ? '该会话由其他坐席服务，您不能查看。' : sentence(error);
      this.deps.store.dispatch({ type: 'load_failed', id, error: text, gone: status === 403 || status === 404 });
      this.checkSignedOut(error);
    } finally {
      this.loading.delete(id);
    }
  }

  async take(id: string): Promise<void> {
    const done = await this.act(id, 'take', () => this.deps.api.take(id));
    if (done) this.select(id);
  }

  giveBack(id: string, summary: string): Promise<boolean> {
    return this.act(id, 'return', () => this.deps.api.giveBack(id, summary), '已转回智能客服。');
  }

  close(id: string, summary: string): Promise<boolean> {
    return this.act(id, 'close', () => this.deps.api.close(id, summary), '会话已结束。');
  }

  private async act(
    id: string,
    work: Work,
    call: () => Promise<{ state: 'bot' | 'waiting' | 'human' | 'closed' }>,
    success?: string,
  ): Promise<boolean> {
    if (this.state.opened[id]?.working) return false;
    this.deps.store.dispatch({ type: 'working', id, work });
    try {
      const { state } = await call();
      this.deps.store.dispatch({ type: 'moved', id, state });
      if (success) this.deps.notify('success', success);
      return true;
    } catch (error) {
      this.checkSignedOut(error);
      this.deps.notify(error instanceof ApiError && error.status === 409 ? 'warning' : 'error', sentence(error));
      return false;
    } finally {
      this.deps.store.dispatch({ type: 'working', id, work: null });
      void this.refreshLists();
      void this.load(id);
    }
  }

  async send(id: string, text: string): Promise<void> {
    const trimmed = text.trim();
    if (!trimmed || !replyAllowed(this.state, id)) return;
    this.deps.store.dispatch({ type: 'draft', id, text: '' });
    await this.post(id, this.newId(), trimmed, new Date(this.now()).toISOString());
  }

  /** The same `client_msg_id` again: if the first attempt did arrive, the server answers with its number. */
  async retry(id: string, clientMsgId: string): Promise<void> {
    const item = this.state.opened[id]?.outbox.find((out) => out.clientMsgId === clientMsgId);
    if (item?.status === 'failed') await this.post(id, clientMsgId, item.text, item.at);
  }

  discard(id: string, clientMsgId: string): void {
    this.deps.store.dispatch({ type: 'discard', id, clientMsgId });
  }

  private async post(id: string, clientMsgId: string, text: string, at: string): Promise<void> {
    this.deps.store.dispatch({ type: 'sending', id, clientMsgId, text, at });
    try {
      const { seq } = await this.deps.api.send(id, clientMsgId, text);
      this.deps.store.dispatch({ type: 'sent', id, clientMsgId, seq });
    } catch (error) {
      this.deps.store.dispatch({ type: 'send_failed', id, clientMsgId, error: sentence(error) });
      this.checkSignedOut(error);
      if (error instanceof ApiError && error.status === 409) {
        void this.refreshLists();
        void this.load(id);
      }
    }
    this.reloadIfStale();
  }

  draft(id: string, text: string): void {
    this.deps.store.dispatch({ type: 'draft', id, text });
    if (!text) return;
    const last = this.typedAt.get(id) ?? -Infinity;
    if (this.now() - last < TYPING_EVERY_MS) return;
    this.typedAt.set(id, this.now());
    this.deps.sendTyping(id);
  }

  private afterLists(before: State): void {
    this.soundIfNewWaiting(before);
    const left = before.lists.mine.some((row) => !this.state.lists.mine.some((now) => now.id === row.id));
    // The frame has no ended list; and the open conversation may be the one that left.
    if (left) void this.refreshLists();
    const active = before.activeId;
    const wasShown = active !== null && findRow(before, active)?.state !== findRow(this.state, active)?.state;
    if (active && wasShown) void this.load(active);
  }

  private soundIfNewWaiting(before: State): void {
    if (!before.listsLoaded) return;
    const known = new Set(before.lists.waiting.map((row) => row.id));
    if (this.state.lists.waiting.some((row) => !known.has(row.id))) this.deps.sound('waiting');
  }

  private reloadIfStale(): void {
    const id = this.state.activeId;
    if (!id || !this.state.opened[id]?.stale) return;
    clearTimeout(this.reloadTimer);
    this.reloadTimer = setTimeout(() => {
      const active = this.state.activeId;
      if (!this.stopped && active && this.state.opened[active]?.stale) void this.load(active);
    }, RELOAD_AFTER_MS);
  }

  private checkSignedOut(error: unknown): void {
    if (error instanceof ApiError && error.status === 401 && !this.stopped) {
      this.stop();
      this.deps.onSignedOut();
    }
  }
}

function sentence(error: unknown): string {
  return error instanceof ApiError ? error.message : '操作未成功，请重试。';
}
