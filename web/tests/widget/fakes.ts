import { createApi } from '../../shared/api';
import type { Message, ServerFrame, StateInfo, VisitorFrame } from '../../shared/protocol';
import { VisitorClient } from '../../widget/src/client';
import type { Socket } from '../../widget/src/link';
import type { Remembered, Store } from '../../widget/src/store';

/** A gateway in memory: one visitor, a ledger that takes a `client_msg_id` once, sockets that can be cut. */
export class FakeGateway {
  ledger: Message[] = [];
  taken = new Map<string, number>();
  token = 'token-1';
  sessions = 0;
  info: StateInfo = { state: 'bot' };
  sockets: FakeSocket[] = [];
  /** Frames that customers sent, in order. */
  heard: VisitorFrame[] = [];
  requests: string[] = [];
  acceptSockets = true;
  reachable = true;
  /** Takes a message into the ledger but loses its acknowledgement. */
  loseAcks = false;
  refuse: { status: number; code: string; message: string } | null = null;

  add(sender: Message['sender'], text: string, extra: Partial<Message> = {}): Message {
    const message: Message = {
      seq: this.ledger.length + 1,
      sender,
      kind: 'text',
      text,
      data: {},
      at: '2026-11-22T02:00:00.000Z',
      ...extra,
    };
    this.ledger.push(message);
    return message;
  }

  /** Writes a message and delivers it. */
  say(sender: Message['sender'], text: string): void {
    const message = this.add(sender, text);
    for (const socket of this.sockets) if (socket.authenticated) socket.deliver({ type: 'message', message });
  }

  take(id: string, text: string): number {
    const known = this.taken.get(id);
    if (known !== undefined) return known;
    const seq = this.add('customer', text).seq;
    this.taken.set(id, seq);
    return seq;
  }

  readonly fetch = async (url: unknown, init?: RequestInit): Promise<Response> => {
    const method = init?.method ?? 'GET';
    const path = String(url);
    this.requests.push(`${method} ${path}`);
    if (!this.reachable) throw new TypeError('fetch failed');
    const headers = init?.headers as Record<string, string>;
    if (path.endsWith('/sessions')) {
      this.sessions += 1;
      this.token = `token-${this.sessions}`;
      return json(201, { conversation_id: `c${this.sessions}`, token: this.token });
    }
    if (headers['Authorization'] !== `Bearer ${this.token}`) {
      return json(401, { error: { code: 'unauthorized', message: '访客令牌无效' } });
    }
    if (this.refuse && method === 'POST') {
      return json(this.refuse.status, { error: { code: this.refuse.code, message: this.refuse.message } });
    }
    if (method === 'POST' && path.endsWith('/messages')) {
      const body = JSON.parse(String(init?.body)) as { client_msg_id: string; text: string };
      const seq = this.take(body.client_msg_id, body.text);
      if (this.loseAcks) throw new TypeError('connection reset');
      return json(202, { seq });
    }
    if (method === 'GET') {
      const after = Number(new URL(path, 'http://gateway').searchParams.get('after'));
      const messages = this.ledger.filter((message) => message.seq > after);
      return json(200, { messages, ...this.info });
    }
    return json(202, {});
  };

  readonly openSocket = (): Socket => {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    return socket;
  };

  get socket(): FakeSocket {
    const socket = this.sockets[this.sockets.length - 1];
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }
}

export class FakeSocket implements Socket {
  readyState = 0;
  authenticated = false;
  closed = false;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  onerror: Socket['onerror'] = null;

  constructor(private readonly gateway: FakeGateway) {
    setTimeout(() => {
      if (this.closed) return;
      if (gateway.acceptSockets) this.onopen?.(new Event('open'));
      else this.cut();
    }, 1);
  }

  send(data: string): void {
    const frame = JSON.parse(data) as VisitorFrame;
    this.gateway.heard.push(frame);
    if (frame.type === 'auth') {
      if (frame.token !== this.gateway.token) {
        this.deliver({ type: 'error', error: { code: 'unauthorized', message: '访客令牌无效' } });
        return;
      }
      this.authenticated = true;
      this.deliver({ type: 'ready', ...this.gateway.info });
      for (const message of this.gateway.ledger) {
        if (message.seq > frame.after) this.deliver({ type: 'message', message });
      }
    } else if (frame.type === 'send') {
      const seq = this.gateway.take(frame.client_msg_id, frame.text);
      if (!this.gateway.loseAcks) this.deliver({ type: 'ack', client_msg_id: frame.client_msg_id, seq });
    } else if (frame.type === 'ping') {
      this.deliver({ type: 'pong' });
    }
  }

  deliver(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) } as MessageEvent);
  }

  /** The connection breaks. */
  cut(): void {
    this.authenticated = false;
    this.closed = true;
    this.onclose?.({} as CloseEvent);
  }

  close(): void {
    this.closed = true;
    this.authenticated = false;
  }
}

export function memoryStore(first: Remembered | null = null): Store & { value: Remembered | null } {
  return {
    value: first,
    load() {
      return this.value;
    },
    save(value) {
      this.value = value;
    },
  };
}

export function clientOf(gateway: FakeGateway, store: Store = memoryStore()): VisitorClient {
  return new VisitorClient({
    channel: 'bubble',
    createApi: (token) => createApi({ token, fetch: gateway.fetch as typeof fetch }),
    openSocket: gateway.openSocket,
    store,
  });
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
}
