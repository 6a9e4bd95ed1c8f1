import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { VisitorClient } from '../../widget/src/client';
import { texts } from '../../widget/src/texts';
import { FakeGateway, clientOf, memoryStore } from './fakes';

let gateway: FakeGateway;
let client: VisitorClient;

const pass = (ms = 50): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const shown = (): string[] => client.snapshot.items.map((item) => `${item.seq} ${item.sender} ${item.text}`);
const sentIds = (): string[] =>
  gateway.heard.flatMap((frame) => (frame.type === 'send' ? [frame.client_msg_id] : []));
const auths = (): number[] => gateway.heard.flatMap((frame) => (frame.type === 'auth' ? [frame.after] : []));

beforeEach(() => {
  vi.useFakeTimers();
  gateway = new FakeGateway();
  client = clientOf(gateway);
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

async function started(): Promise<void> {
  await client.start();
  await pass();
}

describe('session', () => {
  it('is created once and remembered without any message', async () => {
    const store = memoryStore();
    client = clientOf(gateway, store);
    await started();
    expect(gateway.sessions).toBe(1);
    expect(store.value).toEqual({ token: 'token-1', conversation_id: 'c1', read: 0 });
    expect(client.snapshot.link).toBe('online');
  });

  it('is taken up from the store and shows what was said before', async () => {
    gateway.add('customer', '你好');
    gateway.add('bot', '您好');
    client = clientOf(gateway, memoryStore({ token: 'token-1', conversation_id: 'c1', read: 0 }));
    await started();
    expect(gateway.sessions).toBe(0);
    expect(shown()).toEqual(['1 customer 你好', '2 bot 您好']);
  });

  it('is replaced when the token is not valid any more', async () => {
    client = clientOf(gateway, memoryStore({ token: 'stale', conversation_id: 'old', read: 9 }));
    await started();
    expect(gateway.sessions).toBe(1);
    expect(client.snapshot.link).toBe('online');
  });

  it('is tried for again while the gateway does not answer', async () => {
    gateway.reachable = false;
    void client.start();
    await pass();
    expect(client.snapshot.link).toBe('offline');
    gateway.reachable = true;
    await pass(5_000);
    expect(client.snapshot.link).toBe('online');
  });
});

describe('resuming', () => {
  it('asks after the last number and shows each message once', async () => {
    await started();
    gateway.say('bot', '一');
    gateway.say('bot', '二');
    gateway.socket.cut();
    gateway.add('agent', '三');
    await pass(2_000);
    expect(auths()).toEqual([0, 2]);
    expect(shown()).toEqual(['1 bot 一', '2 bot 二', '3 agent 三']);
  });

  it('asks from before a gap, so that nothing in it is lost', async () => {
    await started();
    gateway.say('bot', '一');
    gateway.add('bot', '二');
    gateway.say('bot', '三');
    gateway.socket.cut();
    await pass(2_000);
    expect(auths()).toEqual([0, 1]);
    expect(shown()).toEqual(['1 bot 一', '2 bot 二', '3 bot 三']);
  });

  it('fills a gap over REST while the socket stays up', async () => {
    await started();
    gateway.add('bot', '一');
    gateway.say('bot', '二');
    await pass(1_500);
    expect(shown()).toEqual(['1 bot 一', '2 bot 二']);
    expect(gateway.requests).toContain('GET /api/v1/visitor/messages?after=0&wait=0');
  });

  it('polls when no socket gets through, and goes back to the socket when one does', async () => {
    gateway.acceptSockets = false;
    await client.start();
    await pass(4_000);
    gateway.add('bot', '经轮询送达');
    await pass(2_000);
    expect(client.snapshot.link).toBe('online');
    expect(shown()).toEqual(['1 bot 经轮询送达']);
    gateway.acceptSockets = true;
    await pass(20_000);
    const before = gateway.requests.length;
    await pass(5_000);
    expect(gateway.requests.length).toBe(before);
    expect(shown()).toEqual(['1 bot 经轮询送达']);
  });

  it('notices a dead connection by the missing answer to its ping', async () => {
    await started();
    gateway.socket.onmessage = null;
    await pass(36_000);
    expect(gateway.sockets.length).toBe(2);
  });
});

describe('sending', () => {
  it('shows the message at once and numbers it by the acknowledgement', async () => {
    await started();
    client.send('  有哪些理财产品？ ');
    expect(client.snapshot.items[0]).toMatchObject({ seq: null, text: '有哪些理财产品？', delivery: 'sending' });
    await pass();
    expect(client.snapshot.items).toHaveLength(1);
    expect(client.snapshot.items[0]).toMatchObject({ seq: 1, delivery: 'sent' });
  });

  it('sends nothing for blank text', async () => {
    await started();
    client.send(' \n ');
    expect(client.snapshot.items).toHaveLength(0);
  });

  it('keeps the order of what was typed in a hurry', async () => {
    await started();
    for (const text of ['一', '二', '三']) client.send(text);
    await pass();
    expect(shown()).toEqual(['1 customer 一', '2 customer 二', '3 customer 三']);
  });

  it('does not double a message that comes back from the ledger before its acknowledgement', async () => {
    await started();
    gateway.loseAcks = true;
    client.send('在吗');
    await pass();
    gateway.socket.deliver({ type: 'message', message: gateway.ledger[0]! });
    expect(shown()).toEqual(['1 customer 在吗']);
    expect(client.snapshot.items[0]?.delivery).toBe('sent');
  });

  it('shows the masked text of the ledger instead of what was typed', async () => {
    await started();
    client.send('我的卡号是 1234');
    await pass();
    const masked = { ...gateway.ledger[0]!, text: '我的卡号是 ****' };
    gateway.socket.deliver({ type: 'message', message: masked });
    expect(shown()).toEqual(['1 customer 我的卡号是 ****']);
  });

  it('retries under the same id, and the ledger has the message once', async () => {
    await started();
    gateway.loseAcks = true;
    client.send('转账失败了');
    await pass(30_000);
    const failed = client.snapshot.items[0]!;
    expect(failed).toMatchObject({ delivery: 'failed', error: texts.notSent });
    gateway.loseAcks = false;
    client.retry(failed.clientMsgId!);
    await pass();
    expect(new Set(sentIds())).toEqual(new Set([failed.clientMsgId]));
    expect(gateway.ledger.filter((message) => message.sender === 'customer')).toHaveLength(1);
    expect(shown()).toEqual(['1 customer 转账失败了']);
    expect(client.snapshot.items[0]?.delivery).toBe('sent');
  });

  it('goes over REST while no socket is ready', async () => {
    gateway.acceptSockets = false;
    await client.start();
    client.send('你好');
    await pass(500);
    expect(gateway.requests).toContain('POST /api/v1/visitor/messages');
    expect(client.snapshot.items[0]).toMatchObject({ seq: 1, delivery: 'sent' });
  });

  it('fails with the words of the gateway when it refuses', async () => {
    gateway.acceptSockets = false;
    gateway.refuse = { status: 429, code: 'rate_limited', message: '发送太快，请稍后再试。' };
    await client.start();
    client.send('你好');
    await pass(500);
    expect(client.snapshot.items[0]).toMatchObject({ delivery: 'failed', error: '发送太快，请稍后再试。' });
  });

  it('moves into a new session when the token is refused while sending', async () => {
    await started();
    gateway.acceptSockets = false;
    gateway.socket.cut();
    gateway.token = 'another';
    client.send('还在吗');
    await pass(3_000);
    expect(gateway.sessions).toBe(2);
    expect(client.snapshot.items.filter((item) => item.text === '还在吗')).toHaveLength(1);
    expect(client.snapshot.items.find((item) => item.text === '还在吗')?.delivery).toBe('sent');
  });
});

describe('state', () => {
  it('follows the queue and the agent', async () => {
    await started();
    gateway.socket.deliver({ type: 'state', state: 'waiting', position: 3, expected_wait_minutes: 6 });
    expect(client.snapshot.info).toMatchObject({ state: 'waiting', position: 3, expected_wait_minutes: 6 });
    gateway.socket.deliver({ type: 'state', state: 'human', agent_work_no: '8001' });
    expect(client.snapshot.info).toMatchObject({ state: 'human', position: null, agent_work_no: '8001' });
  });

  it('tells the agent of typing, at most every three seconds, and nobody else', async () => {
    await started();
    client.sendTyping();
    gateway.socket.deliver({ type: 'state', state: 'human' });
    client.sendTyping();
    client.sendTyping();
    expect(gateway.heard.filter((frame) => frame.type === 'typing')).toHaveLength(1);
  });

  it('counts as unread only what came to the customer out of sight', async () => {
    const store = memoryStore();
    client = clientOf(gateway, store);
    await started();
    client.setVisible(true);
    gateway.say('bot', '看见了');
    client.setVisible(false);
    gateway.say('agent', '没看见');
    expect(client.snapshot.unread).toBe(1);
    client.setVisible(true);
    expect(client.snapshot.unread).toBe(0);
    expect(store.value?.read).toBe(2);
  });

  it('stops showing that somebody types when the answer is there', async () => {
    await started();
    gateway.socket.deliver({ type: 'typing', sender: 'bot' });
    expect(client.snapshot.typing).toBe('bot');
    gateway.say('bot', '答案');
    expect(client.snapshot.typing).toBeNull();
  });
});
