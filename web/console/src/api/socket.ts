import type { ServerFrame } from './types';

export type Link = 'connecting' | 'open' | 'lost';

export interface SocketHandlers {
  onFrame(frame: ServerFrame): void;
  onLink(link: Link): void;
  /** The server refused the token. No further attempt is made. */
  onRefused(): void;
}

/** What the console needs of a WebSocket: tests hand in a function that makes a fake. */
export interface SocketLike {
  readyState: number;
  send(data: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

const OPEN = 1;
const PING_EVERY_MS = 20_000;
/** No frame for this long after a ping: the connection is dead although TCP has not noticed. */
const SILENCE_MS = 10_000;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 15_000;

/** A connection that authenticates with its first frame, pings, and comes back with growing pauses. */
export class AgentSocket {
  private socket: SocketLike | null = null;
  private attempts = 0;
  private stopped = false;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setInterval> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly token: string,
    private readonly handlers: SocketHandlers,
    private readonly make: () => SocketLike = openBrowserSocket,
  ) {}

  start(): void {
    this.stopped = false;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.drop();
    clearTimeout(this.retryTimer);
  }

  /** Tries at once instead of waiting for the next attempt (the browser says that it is online again). */
  hurry(): void {
    if (this.stopped || this.socket?.readyState === OPEN) return;
    clearTimeout(this.retryTimer);
    this.drop();
    this.attempts = 0;
    this.connect();
  }

  typing(conversationId: string): void {
    this.post({ type: 'typing', conversation_id: conversationId });
  }

  private post(frame: object): void {
    if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(frame));
  }

  private connect(): void {
    this.handlers.onLink('connecting');
    const socket = this.make();
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: 'auth', token: this.token }));
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = () => {
      if (this.socket === socket) this.lost();
    };
  }

  private receive(data: unknown): void {
    clearTimeout(this.silenceTimer);
    let frame: ServerFrame;
    try {
      frame = JSON.parse(String(data)) as ServerFrame;
    } catch {
      return;
    }
    if (frame.type === 'ready') {
      this.attempts = 0;
      clearInterval(this.pingTimer);
      this.pingTimer = setInterval(() => this.ping(), PING_EVERY_MS);
      this.handlers.onLink('open');
    }
    if (frame.type === 'error' && (frame.error.code === 'unauthorized' || frame.error.code === 'forbidden')) {
      this.stop();
      this.handlers.onRefused();
      return;
    }
    this.handlers.onFrame(frame);
  }

  private ping(): void {
    this.post({ type: 'ping' });
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => this.lost(), SILENCE_MS);
  }

  private lost(): void {
    this.drop();
    if (this.stopped) return;
    this.handlers.onLink('lost');
    const pause = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** this.attempts);
    this.attempts += 1;
    // Spread, so that all consoles do not come back in the same instant after a restart.
    this.retryTimer = setTimeout(() => this.connect(), pause * (0.7 + 0.6 * Math.random()));
  }

  private drop(): void {
    clearInterval(this.pingTimer);
    clearTimeout(this.silenceTimer);
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }
}

function openBrowserSocket(): SocketLike {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(`${scheme}//${location.host}/api/v1/agent/ws`) as unknown as SocketLike;
}
