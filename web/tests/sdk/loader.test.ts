// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MARK } from '../../shared/bridge';
import { type TingxinApi, install } from '../../sdk/tingxin';

const CHAT = 'https://chat.example';

let shadow: ShadowRoot;
let mode: string | undefined;
let made: HTMLIFrameElement | null = null;
let api: TingxinApi;

const button = (): HTMLButtonElement => shadow.querySelector('button')!;
const panel = (): HTMLElement => shadow.querySelector('#panel')!;
const frame = (): HTMLIFrameElement | null => (made && shadow.contains(made) ? made : null);

function start(): void {
  const script = document.createElement('script');
  Object.defineProperty(script, 'src', { value: `${CHAT}/sdk/tingxin.js` });
  script.dataset['site'] = 'demo';
  api = install(window, script);
}

/** What the chat in the iframe posts. */
function fromChat(data: object, origin = CHAT, source: unknown = frame()?.contentWindow): void {
  window.dispatchEvent(new MessageEvent('message', { data: { mark: MARK, ...data }, origin, source: source as Window }));
}

beforeEach(() => {
  sessionStorage.clear();
  document.body.innerHTML = '';
  document.documentElement.style.overflow = '';
  const attach = Element.prototype.attachShadow;
  vi.spyOn(Element.prototype, 'attachShadow').mockImplementation(function (this: Element, options: ShadowRootInit) {
    mode = options.mode;
    shadow = attach.call(this, options);
    return shadow;
  });
  // A frame that loads nothing; its window records what it is told.
  made = null;
  const create = document.createElement.bind(document);
  vi.spyOn(document, 'createElement').mockImplementation((name: string) => {
    if (name !== 'iframe') return create(name);
    made = Object.assign(create('div'), { contentWindow: { postMessage: vi.fn() } }) as unknown as HTMLIFrameElement;
    return made;
  });
  start();
});

afterEach(() => {
  vi.restoreAllMocks();
});

const told = (): unknown[] => vi.mocked(frame()!.contentWindow!.postMessage).mock.calls;

describe('the launcher', () => {
  it('hides in a closed shadow root and loads no chat before it is wanted', () => {
    expect(mode).toBe('closed');
    expect(button().getAttribute('aria-label')).toBe('在线客服');
    expect(button().getAttribute('aria-expanded')).toBe('false');
    expect(frame()).toBeNull();
  });

  it('opens the chat of the host that the script came from, and tells it this page', () => {
    button().click();
    const url = new URL(frame()!.src);
    expect(url.origin + url.pathname).toBe(`${CHAT}/chat/`);
    expect(new URLSearchParams(url.hash.slice(1)).get('host')).toBe(window.location.origin);
    expect(panel().hidden).toBe(false);
    expect(button().getAttribute('aria-expanded')).toBe('true');
  });

  it('closes on Escape and takes the focus back', () => {
    api.open();
    const focus = vi.spyOn(button(), 'focus');
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(panel().hidden).toBe(true);
    expect(focus).toHaveBeenCalledOnce();
  });

  it('opens with a draft from an element of the page', () => {
    document.body.insertAdjacentHTML('beforeend', '<a href="/h5/" data-tingxin-open="年费怎么收"><b>问</b></a>');
    document.querySelector('b')!.click();
    fromChat({ type: 'ready' });
    expect(told()).toEqual([[{ mark: MARK, type: 'open', draft: '年费怎么收' }, CHAT]]);
  });

  it('says nothing to the frame before it is ready, then all of it in order', () => {
    api.setContext({ questions: ['怎么挂失'] });
    api.open();
    expect(told()).toEqual([]);
    fromChat({ type: 'ready' });
    expect(told()).toEqual([
      [{ mark: MARK, type: 'context', context: { questions: ['怎么挂失'] } }, CHAT],
      [{ mark: MARK, type: 'open' }, CHAT],
    ]);
  });

  it('leaves no cookie on the page', () => {
    api.open();
    api.close();
    expect(document.cookie).toBe('');
  });
});

describe('messages to the page', () => {
  it('show what is unread in the name and on the badge', () => {
    api.open();
    api.close();
    fromChat({ type: 'unread', count: 2 });
    expect(button().getAttribute('aria-label')).toBe('在线客服，2 条未读消息');
    expect(shadow.querySelector('#badge')!.textContent).toBe('2');
  });

  it('are ignored from another origin or another window', () => {
    api.open();
    fromChat({ type: 'close' }, 'https://evil.example');
    fromChat({ type: 'close' }, CHAT, window);
    fromChat({ type: 'close' }, CHAT, null);
    expect(panel().hidden).toBe(false);
    fromChat({ type: 'close' });
    expect(panel().hidden).toBe(true);
  });

  it('reach listeners until they stop', () => {
    const seen: unknown[] = [];
    const stop = api.on('unread', (count) => seen.push(count));
    api.on('open', () => seen.push('open'));
    api.open();
    fromChat({ type: 'unread', count: 1 });
    stop();
    fromChat({ type: 'unread', count: 3 });
    expect(seen).toEqual(['open', 1]);
  });
});

describe('the next page of the site', () => {
  it('goes on with the open chat', () => {
    api.open();
    start();
    expect(panel().hidden).toBe(false);
  });

  it('keeps a closed conversation connected for its unread messages', () => {
    api.open();
    api.close();
    start();
    expect(panel().hidden).toBe(true);
    expect(frame()).not.toBeNull();
  });
});
