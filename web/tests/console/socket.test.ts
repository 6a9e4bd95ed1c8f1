import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AgentSocket, type SocketLike } from '../../console/src/api/socket';

class FakeSocket implements SocketLike {
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }
  close(): void {
    this.closed = true;
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  tell(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

function connect() {
  const made: FakeSocket[] = [];
  const handlers = { onFrame: vi.fn(), onLink: vi.fn(), onRefused: vi.fn() };
  const socket = new AgentSocket('secret', handlers, () => {
    const fake = new FakeSocket();
    made.push(fake);
    return fake;
  });
  socket.start();
  return { made, handlers, socket };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('the token goes in the first frame, and the link is open only when the server is ready', () => {
  const { made, handlers } = connect();
  made[0]!.open();
  expect(made[0]!.sent).toEqual([{ type: 'auth', token: 'secret' }]);
  expect(handlers.onLink).not.toHaveBeenCalledWith('open');
  made[0]!.tell({ type: 'ready' });
  expect(handlers.onLink).toHaveBeenLastCalledWith('open');
});

it('a lost connection comes back by itself, and frames of the old one no longer count', async () => {
  const { made, handlers } = connect();
  made[0]!.open();
  made[0]!.tell({ type: 'ready' });
  const old = made[0]!;
  old.onclose?.();
  expect(handlers.onLink).toHaveBeenLastCalledWith('lost');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(made).toHaveLength(2);
  old.tell({ type: 'pong' });
  expect(handlers.onFrame).toHaveBeenCalledTimes(1);
});

it('a connection that does not answer a ping is given up', async () => {
  const { made, handlers } = connect();
  made[0]!.open();
  made[0]!.tell({ type: 'ready' });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(made[0]!.sent.at(-1)).toEqual({ type: 'ping' });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(made[0]!.closed).toBe(true);
  expect(handlers.onLink).toHaveBeenCalledWith('lost');
});

it('a ping that is answered keeps the connection', async () => {
  const { made } = connect();
  made[0]!.open();
  made[0]!.tell({ type: 'ready' });
  await vi.advanceTimersByTimeAsync(20_000);
  made[0]!.tell({ type: 'pong' });
  await vi.advanceTimersByTimeAsync(15_000);
  expect(made[0]!.closed).toBe(false);
});

it('a refused token ends it for good', async () => {
  const { made, handlers } = connect();
  made[0]!.open();
  made[0]!.tell({ type: 'error', error: { code: 'unauthorized', message: '登录已过期' } });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(handlers.onRefused).toHaveBeenCalledOnce();
  expect(made).toHaveLength(1);
});

it('after stop nothing comes back', async () => {
  const { made, socket } = connect();
  made[0]!.open();
  socket.stop();
  made[0]!.onclose?.();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(made).toHaveLength(1);
});
