/**
 * The loader: one script tag puts the help bubble on a page.
 *
 *   <script src="https://HOST/sdk/tingxin.js" data-site="demo" async></script>
 *
 * The chat runs in an iframe on the script's origin; this page gets no token and no cookie. Any element with
 * `data-tingxin-open` opens it, the attribute's value is put into the input as a draft.
 */
import { MARK, type HostContext, type ToChat, type ToHost, type Unmarked, accept } from '../shared/bridge';
import css from './style.css?inline';

type Events = { open: undefined; close: undefined; unread: number; state: string };
type Listener<K extends keyof Events> = (value: Events[K]) => void;
type Command = Unmarked<ToChat>;

export interface TingxinApi {
  /** Opens the chat; `draft` is put into the input, not sent. */
  open(draft?: string): void;
  close(): void;
  toggle(): void;
  /** Listens; the answer stops it. */
  on<K extends keyof Events>(event: K, listener: Listener<K>): () => void;
  /** Forgets the conversation and begins an empty one. */
  reset(): void;
  /** Tells the chat about the page, e.g. questions to offer. */
  setContext(context: HostContext): void;
}

declare global {
  interface Window {
    Tingxin?: TingxinApi;
  }
}

const LABEL = '在线客服';
/** Remembers for this tab that there is a conversation ('1') and that it was open ('2'). */
const TAB_KEY = 'tingxin';

const ICON =
  '<svg viewBox="0 0 24 24" width="30" height="30" fill="none" stroke="#fff" stroke-width="1.7" stroke-linecap="round" ' +
  'stroke-linejoin="round" aria-hidden="true">';
const BUBBLE =
  ICON +
  '<path d="M12 3.5c5 0 9 3.4 9 7.5s-4 7.5-9 7.5c-.9 0-1.8-.1-2.6-.3l-4.2 2.3.6-3.6C4 15.5 3 13.4 3 11c0-4.1 4-7.5 9-7.5Z"/>' +
  '<path d="M8.2 10v2M12 8.4v5.2M15.8 10v2"/></svg>';
const DOWN = ICON + '<path d="m6.5 9.5 5.5 5.5 5.5-5.5"/></svg>';

export function install(page: Window, script: HTMLScriptElement): TingxinApi {
  const document = page.document;
  const chatUrl = new URL('../chat/', script.src);
  const site = script.dataset['site'] ?? '';
  const phone = page.matchMedia('(max-width: 640px)');
  const listeners: { [K in keyof Events]?: Set<Listener<K>> } = {};
  const waiting: Command[] = [];
  let frame: HTMLIFrameElement | null = null;
  let ready = false;
  let shown = false;
  let unread = 0;
  let overflow = '';

  const host = document.createElement('div');
  const shadow = host.attachShadow({ mode: 'closed' });
  shadow.innerHTML =
    `<style>${css}</style><div id="panel" role="dialog" aria-label="${LABEL}" hidden></div>` +
    '<button type="button" aria-haspopup="dialog"><span id="icon"></span><span id="badge" aria-hidden="true" hidden></span></button>';
  const find = <E extends HTMLElement>(selector: string): E => shadow.querySelector(selector) as E;
  const panel = find('#panel');
  const button = find<HTMLButtonElement>('button');
  const badge = find('#badge');

  const emit = <K extends keyof Events>(event: K, value: Events[K]): void =>
    listeners[event]?.forEach((listener) => (listener as Listener<K>)(value));

  const post = (message: Command): void => {
    if (ready) frame?.contentWindow?.postMessage({ mark: MARK, ...message }, chatUrl.origin);
    else waiting.push(message);
  };

  const remember = (value: string): void => {
    try {
      page.sessionStorage.setItem(TAB_KEY, value);
    } catch {
      // The bubble starts closed on the next page.
    }
  };

  const load = (): void => {
    if (frame) return;
    frame = document.createElement('iframe');
    frame.title = LABEL;
    frame.src = `${chatUrl.href}?site=${encodeURIComponent(site)}#host=${encodeURIComponent(page.location.origin)}`;
    panel.append(frame);
  };

  const draw = (): void => {
    const full = shown && phone.matches;
    panel.hidden = !shown;
    button.hidden = full;
    find('#icon').innerHTML = shown ? DOWN : BUBBLE;
    button.title = LABEL;
    button.setAttribute('aria-label', unread ? `${LABEL}，${unread} 条未读消息` : LABEL);
    button.setAttribute('aria-expanded', String(shown));
    badge.hidden = shown || !unread;
    badge.textContent = unread > 99 ? '99+' : String(unread);
    // Behind the full-screen chat the page must not scroll.
    document.documentElement.style.overflow = full ? 'hidden' : overflow;
  };

  const open = (draft?: string): void => {
    load();
    if (!shown) {
      overflow = document.documentElement.style.overflow;
      shown = true;
      draw();
      emit('open', undefined);
    }
    remember('2');
    post(draft ? { type: 'open', draft } : { type: 'open' });
    frame?.focus();
  };

  const close = (): void => {
    if (!shown) return;
    shown = false;
    draw();
    remember('1');
    post({ type: 'close' });
    button.focus();
    emit('close', undefined);
  };

  const toggle = (): void => (shown ? close() : open());

  page.addEventListener('message', (event) => {
    const message = accept<ToHost>(event, chatUrl.origin, frame?.contentWindow);
    if (!message) return;
    if (message.type === 'ready') {
      ready = true;
      waiting.splice(0).forEach(post);
    } else if (message.type === 'unread') {
      unread = Number(message.count) || 0;
      draw();
      emit('unread', unread);
    } else if (message.type === 'close') {
      close();
    } else if (message.type === 'state') {
      emit('state', String(message.state));
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && shown) close();
  });
  document.addEventListener('click', (event) => {
    const opener = (event.target as Element | null)?.closest?.('[data-tingxin-open]');
    if (!opener) return;
    event.preventDefault();
    open(opener.getAttribute('data-tingxin-open') ?? '');
  });
  phone.addEventListener?.('change', draw);
  button.onclick = toggle;
  draw();
  document.body.append(host);

  let before: string | null = null;
  try {
    before = page.sessionStorage.getItem(TAB_KEY);
  } catch {
    // No memory of this tab: start closed.
  }
  // A conversation goes on while the customer moves through the site.
  if (before === '2' && !phone.matches) open();
  else if (before) load();

  return {
    open,
    close,
    toggle,
    on(event, listener) {
      const set = ((listeners[event] as Set<typeof listener> | undefined) ??= new Set());
      (listeners as Record<string, unknown>)[event] = set;
      set.add(listener);
      return () => void set.delete(listener);
    },
    reset: () => post({ type: 'reset' }),
    setContext: (context) => post({ type: 'context', context }),
  };
}
