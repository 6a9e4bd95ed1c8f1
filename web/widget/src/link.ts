import { ApiError, type Call } from '../../shared/api';
import type { Batch, ServerFrame, VisitorFrame } from '../../shared/protocol';

/** The part of WebSocket that the link uses. */
export interface Socket {
  readyState: number;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
  send(data: string): void;
  close(): void;
}

export type LinkStatus = 'connecting' | 'online' | 'offline';

export interface LinkHandlers {
  token(): string;
  /** Last number up to which nothing is missing. */
  cursor(): number;
  onFrame(frame: ServerFrame): void;
  onBatch(batch: Batch): void;
  onStatus(status: LinkStatus): void;
  /** The token is not valid any more. The link has stopped. */
  onUnauthorized(): void;
}

const READY_TIMEOUT_MS = 8_000;
const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 10_000;
const BACKOFF_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
/** After so many sockets that never became ready we poll beside trying on: some proxies do not let WebSocket through. */
const POLL_AFTER_FAILURES = 2;
const POLL_WAIT_S = 20;
/** Between two empty answers, should the server not have waited. */
const POLL_PAUSE_MS = 500;

/** Keeps one conversation connected: WebSocket, resumed after the last number, with long polling in reserve. */
export class Link {
  private socket: Socket | null = null;
  private ready = false;
  private stopped = true;
  private failures = 0;
  private timers = new Map<string, ReturnType<typeof setTimeout>>();
  private polling: AbortController | null = null;
  private status: LinkStatus = 'connecting';

  constructor(
    private readonly openSocket: () => Socket,
    private readonly api: Call,
    private readonly handlers: LinkHandlers,
  ) {}

  get isReady(): boolean {
    return this.ready;
  }

  start(): void {
    this.stopped = false;
    this.failures = 0;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.dropSocket();
    this.stopPolling();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  /** Tries at once: the network came back, or the customer looks at the page again. */
  wake(): void {
    if (this.stopped) return;
    if (this.ready) {
      this.ping();
    } else if (!this.socket) {
      this.connect();
    }
  }

  /** Returns false when no socket is ready. */
  send(frame: VisitorFrame): boolean {
    if (!this.ready || !this.socket) return false;
    try {
      this.socket.send(JSON.stringify(frame));
      return true;
    } catch {
      return false;
    }
  }

  private connect(): void {
    this.cancel('reconnect');
    this.dropSocket();
    if (this.stopped) return;
    if (this.status !== 'online') this.report(this.failures ? 'offline' : 'connecting');
    let socket: Socket;
    try {
      socket = this.openSocket();
    } catch {
      this.lost();
      return;
    }
    this.socket = socket;
    this.after('ready', READY_TIMEOUT_MS, () => this.lost());
    socket.onopen = () => {
      const auth: VisitorFrame = { type: 'auth', token: this.handlers.token(), after: this.handlers.cursor() };
      socket.send(JSON.stringify(auth));
    };
    socket.onmessage = (event) => {
      if (this.socket === socket) this.receive(String(event.data));
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lost();
    };
    socket.onerror = () => undefined;
  }

  private receive(raw: string): void {
    let frame: ServerFrame;
    try {
      frame = JSON.parse(raw) as ServerFrame;
    } catch {
      return;
    }
    this.cancel('pong');
    if (frame.type === 'ready') {
      this.ready = true;
      this.failures = 0;
      this.cancel('ready');
      this.stopPolling();
      this.schedulePing();
      this.report('online');
    } else if (frame.type === 'error' && !this.ready && frame.error.code === 'unauthorized') {
      this.stop();
      this.handlers.onUnauthorized();
      return;
    }
    if (frame.type !== 'pong') this.handlers.onFrame(frame);
  }

  private schedulePing(): void {
    this.after('ping', PING_EVERY_MS, () => {
      this.ping();
      this.schedulePing();
    });
  }

  private ping(): void {
    if (!this.send({ type: 'ping' })) {
      this.lost();
      return;
    }
    this.after('pong', PONG_WITHIN_MS, () => this.lost());
  }

  private lost(): void {
    const wasReady = this.ready;
    this.dropSocket();
    if (this.stopped) return;
    this.failures += 1;
    if (!this.polling) this.report(wasReady || this.failures < 2 ? 'connecting' : 'offline');
    if (!wasReady && this.failures >= POLL_AFTER_FAILURES) this.startPolling();
    const base = BACKOFF_MS[Math.min(this.failures - 1, BACKOFF_MS.length - 1)] ?? 15_000;
    this.after('reconnect', base * (0.75 + Math.random() / 2), () => this.connect());
  }

  private startPolling(): void {
    if (this.polling) return;
    const control = new AbortController();
    this.polling = control;
    void this.poll(control);
  }

  private async poll(control: AbortController): Promise<void> {
    let wait = 0;
    while (!control.signal.aborted) {
      try {
        const path = `/api/v1/visitor/messages?after=${this.handlers.cursor()}&wait=${wait}`;
        const batch = await this.api<Batch>('GET', path, {
          timeoutMs: (POLL_WAIT_S + 15) * 1000,
          signal: control.signal,
        });
        if (control.signal.aborted) return;
        wait = POLL_WAIT_S;
        this.report('online');
        this.handlers.onBatch(batch);
        if (!batch.messages.length) await pause(POLL_PAUSE_MS);
      } catch (error) {
        if (control.signal.aborted) return;
        if (error instanceof ApiError && error.status === 401) {
          this.stop();
          this.handlers.onUnauthorized();
          return;
        }
        wait = 0;
        this.report('offline');
        await pause(3_000);
      }
    }
  }

  private stopPolling(): void {
    this.polling?.abort();
    this.polling = null;
  }

  private dropSocket(): void {
    const socket = this.socket;
    this.socket = null;
    this.ready = false;
    for (const name of ['ready', 'ping', 'pong']) this.cancel(name);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  private report(status: LinkStatus): void {
    if (status === this.status) return;
    this.status = status;
    this.handlers.onStatus(status);
  }

  private after(name: string, ms: number, run: () => void): void {
    this.cancel(name);
    this.timers.set(
      name,
      setTimeout(() => {
        this.timers.delete(name);
        run();
      }, ms),
    );
  }

  private cancel(name: string): void {
    const timer = this.timers.get(name);
    if (timer !== undefined) clearTimeout(timer);
    this.timers.delete(name);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
