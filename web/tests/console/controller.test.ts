import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type AgentApi, ApiError } from '../../console/src/api/client';
import type { ConversationDetail, QueueAnswer } from '../../console/src/api/types';
import { Controller } from '../../console/src/store/controller';
import { initialState } from '../../console/src/store/state';
import { Store } from '../../console/src/store/store';
import { AGENT, brief, detail, message, mineBrief, NOW, seqs } from './build';

/** A server in memory: what it holds is what the controller may learn. */
class Server implements AgentApi {
  lists: QueueAnswer = { mine: [], waiting: [], ended: [] };
  details = new Map<string, ConversationDetail>();
  calls: string[] = [];
  fail: ApiError | null = null;
  private accepted = new Map<string, number>();

  private answer<T>(name: string, value: () => T): Promise<T> {
    this.calls.push(name);
    return this.fail ? Promise.reject(this.fail) : Promise.resolve(value());
  }
  signOut = () => this.answer('signOut', () => undefined);
  queue = () => this.answer('queue', () => structuredClone(this.lists));
  conversation = (id: string) => this.answer(`get ${id}`, () => structuredClone(this.details.get(id)!));
  take = (id: string) => this.answer(`take ${id}`, () => ({ state: 'human' as const }));
  giveBack = (id: string) => this.answer(`return ${id}`, () => ({ state: 'bot' as const }));
  close = (id: string) => this.answer(`close ${id}`, () => ({ state: 'closed' as const }));
  send = (id: string, key: string, text: string) =>
    this.answer(`send ${key}`, () => {
      const transcript = this.details.get(id)!.transcript;
      const seq = this.accepted.get(key) ?? transcript.length + 1;
      if (!this.accepted.has(key)) transcript.push(message(seq, 'agent', text));
      this.accepted.set(key, seq);
      return { seq };
    });
}

function desk() {
  const server = new Server();
  const store = new Store(initialState(AGENT));
  const notify = vi.fn();
  const sound = vi.fn();
  const sendTyping = vi.fn();
  const onSignedOut = vi.fn();
  let ids = 0;
  let clock = NOW;
  const controller = new Controller({
    api: server,
    store,
    notify,
    sound,
    sendTyping,
    onSignedOut,
    now: () => clock,
    newId: () => `key-${(ids += 1)}`,
  });
  return { server, store, controller, notify, sound, sendTyping, onSignedOut, pass: (ms: number) => (clock += ms) };
}

const settle = () => vi.advanceTimersByTimeAsync(500);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function servingDesk() {
  const made = desk();
  made.server.lists = { mine: [mineBrief('c1', { last_seq: 1 })], waiting: [], ended: [] };
  made.server.details.set('c1', detail(mineBrief('c1', { last_seq: 1 }), [message(1, 'customer', '在吗')]));
  await made.controller.refreshLists();
  made.controller.select('c1');
  await settle();
  return made;
}

it('after a lost connection the open conversation is fetched again, and what was missed is there once', async () => {
  const { server, store, controller } = await servingDesk();
  controller.onLink('open');
  await settle();
  controller.onLink('lost');
  server.details.get('c1')!.transcript.push(message(2, 'customer', '还在吗'), message(3, 'customer', '急'));
  controller.onLink('open');
  await settle();
  expect(seqs(store.get(), 'c1')).toEqual([1, 2, 3]);
  controller.onFrame({ type: 'message', conversation_id: 'c1', message: message(3, 'customer', '急') });
  expect(seqs(store.get(), 'c1')).toEqual([1, 2, 3]);
  expect(store.get().opened['c1']?.stale).toBe(false);
});

it('a conversation that was opened before the loss is fetched again when it is next chosen', async () => {
  const { server, controller } = await servingDesk();
  controller.select(null);
  controller.onLink('lost');
  controller.onLink('open');
  await settle();
  server.calls.length = 0;
  controller.select('c1');
  await settle();
  expect(server.calls).toContain('get c1');
});

it('a gap in the numbers leads to a fetch that closes it', async () => {
  const { server, store, controller } = await servingDesk();
  server.details.get('c1')!.transcript.push(message(2, 'customer', '二'), message(3, 'customer', '三'));
  controller.onFrame({ type: 'message', conversation_id: 'c1', message: message(3, 'customer', '三') });
  await settle();
  expect(seqs(store.get(), 'c1')).toEqual([1, 2, 3]);
});

it('a reply that fails is sent again under the same client_msg_id', async () => {
  const { server, store, controller } = await servingDesk();
  server.fail = new ApiError(0, 'network', '网络连接不可用，请检查网络后重试。');
  await controller.send('c1', '  您好  ');
  expect(store.get().opened['c1']?.outbox).toMatchObject([{ text: '您好', status: 'failed' }]);
  server.fail = null;
  await controller.retry('c1', 'key-1');
  await settle();
  expect(server.calls.filter((call) => call.startsWith('send'))).toEqual(['send key-1', 'send key-1']);
  expect(seqs(store.get(), 'c1')).toEqual([1, 2]);
  expect(store.get().opened['c1']?.outbox).toEqual([]);
});

it('nothing is sent to a conversation of another', async () => {
  const { server, store, controller } = await servingDesk();
  server.lists = { mine: [], waiting: [], ended: [] };
  server.details.get('c1')!.conversation.agent_id = 'agent-2';
  await controller.refreshLists();
  await controller.load('c1');
  await controller.send('c1', '您好');
  expect(server.calls.some((call) => call.startsWith('send'))).toBe(false);
  expect(store.get().opened['c1']?.outbox).toEqual([]);
});

it('taking what another has taken says so and renews the lists', async () => {
  const { server, controller, store, notify } = desk();
  server.lists = { mine: [], waiting: [brief('w1')], ended: [] };
  server.details.set('w1', detail(brief('w1'), []));
  await controller.refreshLists();
  server.take = () => Promise.reject(new ApiError(409, 'already_taken', '该会话已由其他坐席接入。'));
  server.lists = { mine: [], waiting: [], ended: [] };
  await controller.take('w1');
  await settle();
  expect(notify).toHaveBeenCalledExactlyOnceWith('warning', '该会话已由其他坐席接入。');
  expect(store.get().lists.waiting).toEqual([]);
  expect(store.get().opened['w1']?.working).toBeNull();
});

it('a second click while taking does not take twice', async () => {
  const { server, controller } = desk();
  server.lists = { mine: [], waiting: [brief('w1')], ended: [] };
  server.details.set('w1', detail(mineBrief('w1'), []));
  await controller.refreshLists();
  await Promise.all([controller.take('w1'), controller.take('w1')]);
  expect(server.calls.filter((call) => call === 'take w1')).toHaveLength(1);
});

it('a new waiting customer sounds once; those who were there at the start do not', async () => {
  const { server, controller, sound } = desk();
  server.lists = { mine: [], waiting: [brief('w1')], ended: [] };
  await controller.refreshLists();
  expect(sound).not.toHaveBeenCalled();
  const waiting = [brief('w1'), brief('w2', { position: 2 })];
  controller.onFrame({ type: 'queue', waiting, mine: [] });
  controller.onFrame({ type: 'queue', waiting, mine: [] });
  expect(sound).toHaveBeenCalledExactlyOnceWith('waiting');
});

it('moves of conversations that this agent does not follow cause no fetch', async () => {
  const { server, controller } = await servingDesk();
  server.calls.length = 0;
  controller.onFrame({ type: 'state', conversation_id: 'foreign', state: 'waiting' });
  await settle();
  expect(server.calls).toEqual([]);
});

it('without a live connection the console polls', async () => {
  const { server, controller } = await servingDesk();
  controller.start();
  controller.onLink('lost');
  await settle();
  server.calls.length = 0;
  await vi.advanceTimersByTimeAsync(5_000);
  controller.stop();
  expect(server.calls).toEqual(expect.arrayContaining(['queue', 'get c1']));
});

it('an expired sign-in ends the work once', async () => {
  const { server, controller, onSignedOut } = await servingDesk();
  server.fail = new ApiError(401, 'unauthorized', '登录已过期，请重新登录。');
  await Promise.all([controller.refreshLists(), controller.load('c1')]);
  expect(onSignedOut).toHaveBeenCalledOnce();
});

it('typing is told at most every two and a half seconds, and not for an emptied box', async () => {
  const { controller, sendTyping, pass } = await servingDesk();
  controller.draft('c1', '您');
  controller.draft('c1', '您好');
  expect(sendTyping).toHaveBeenCalledTimes(1);
  pass(2_600);
  controller.draft('c1', '');
  expect(sendTyping).toHaveBeenCalledTimes(1);
  controller.draft('c1', '请');
  expect(sendTyping).toHaveBeenCalledTimes(2);
});

it('a waiting conversation that another takes while it is open can be neither read nor answered any more', async () => {
  const { server, store, controller } = desk();
  server.lists = { mine: [], waiting: [brief('w1')], ended: [] };
  server.details.set('w1', detail(brief('w1'), [message(1, 'customer', '转人工')]));
  await controller.refreshLists();
  controller.select('w1');
  await settle();
  server.conversation = () => Promise.reject(new ApiError(403, 'forbidden', '您没有查看这个会话的权限。'));
  controller.onFrame({ type: 'queue', waiting: [], mine: [] });
  await settle();
  expect(store.get().opened['w1']).toMatchObject({ status: 'failed', error: '该会话由其他坐席服务，您不能查看。', stale: false });
});

it('a failed fetch keeps what is already in view', async () => {
  const { server, store, controller } = await servingDesk();
  server.fail = new ApiError(503, 'unavailable', '服务暂时不可用。');
  await controller.load('c1');
  expect(store.get().opened['c1']).toMatchObject({ status: 'ready', stale: true });
  expect(seqs(store.get(), 'c1')).toEqual([1]);
});
