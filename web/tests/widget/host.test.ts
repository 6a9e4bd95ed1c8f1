import { describe, expect, it } from 'vitest';
import { MARK, accept } from '../../shared/bridge';
import { type HostHandlers, connectHost, hostOrigin } from '../../widget/src/host';

const BANK = 'https://bank.example';

function fakePage(hash: string, ancestors?: string[]) {
  const listeners: ((event: unknown) => void)[] = [];
  const posted: { message: unknown; origin: string }[] = [];
  const parent = { postMessage: (message: unknown, origin: string) => posted.push({ message, origin }) };
  const page = {
    parent,
    location: { hash, ancestorOrigins: ancestors },
    addEventListener: (_: string, listener: (event: unknown) => void) => listeners.push(listener),
  };
  const emit = (event: unknown): void => listeners.forEach((listener) => listener(event));
  return { page: page as unknown as Window, parent, posted, emit };
}

function recorder() {
  const calls: unknown[] = [];
  const handlers: HostHandlers = {
    onOpen: (draft) => calls.push(['open', draft]),
    onClose: () => calls.push(['close']),
    onReset: () => calls.push(['reset']),
    onContext: (context) => calls.push(['context', context]),
  };
  return { calls, handlers };
}

describe('the origin of the page around the chat', () => {
  it('is the one that the loader names', () => {
    expect(hostOrigin(fakePage(`#host=${encodeURIComponent(BANK)}`).page)).toBe(BANK);
  });

  it.each(['', '#host=', '#host=*', '#host=null', '#host=https://bank.example/path', '#host=javascript:alert(1)'])(
    'is nothing for %j',
    (hash) => expect(hostOrigin(fakePage(hash).page)).toBeNull(),
  );

  it('is nothing when the browser knows another', () => {
    const { page } = fakePage(`#host=${BANK}`, ['https://evil.example']);
    expect(hostOrigin(page)).toBeNull();
  });
});

describe('messages between chat and page', () => {
  it('are taken from the parent window on the named origin only', () => {
    const { page, parent, emit } = fakePage(`#host=${BANK}`);
    const { calls, handlers } = recorder();
    connectHost(handlers, page);
    const data = { mark: MARK, type: 'reset' };
    emit({ origin: 'https://evil.example', source: parent, data });
    emit({ origin: BANK, source: {}, data });
    emit({ origin: BANK, source: null, data });
    emit({ origin: BANK, source: parent, data: { type: 'reset' } });
    expect(calls).toEqual([]);
    emit({ origin: BANK, source: parent, data });
    expect(calls).toEqual([['reset']]);
  });

  it('are sent to the named origin, never to any', () => {
    const { page, posted } = fakePage(`#host=${BANK}`);
    connectHost(recorder().handlers, page).tell({ type: 'unread', count: 2 });
    expect(posted).toEqual([{ message: { mark: MARK, type: 'unread', count: 2 }, origin: BANK }]);
  });

  it('carry only short texts', () => {
    const { page, parent, emit } = fakePage(`#host=${BANK}`);
    const { calls, handlers } = recorder();
    connectHost(handlers, page);
    const questions = ['一', 7, '', 'x'.repeat(90), '二', '三', '四'];
    emit({ origin: BANK, source: parent, data: { mark: MARK, type: 'context', context: { questions } } });
    emit({ origin: BANK, source: parent, data: { mark: MARK, type: 'open', draft: { evil: 1 } } });
    expect(calls).toEqual([
      ['context', { questions: ['一', 'x'.repeat(40), '二', '三'] }],
      ['open', ''],
    ]);
  });

  it('are refused while there is no window to compare with', () => {
    const event = { origin: BANK, source: null, data: { mark: MARK, type: 'ready' } };
    expect(accept(event, BANK, undefined)).toBeNull();
  });
});
