import { MARK, type HostContext, type ToChat, type ToHost, type Unmarked, accept } from '../../shared/bridge';

export interface HostHandlers {
  onOpen(draft: string): void;
  onClose(): void;
  onReset(): void;
  onContext(context: HostContext): void;
}

export interface Host {
  embedded: boolean;
  tell(message: Unmarked<ToHost>): void;
}

const MAX_QUESTIONS = 4;
const MAX_QUESTION_CHARS = 40;
const MAX_DRAFT_CHARS = 200;

/** Connects the chat with the page around it; alone in its tab it has none. */
export function connectHost(handlers: HostHandlers, page: Window = window): Host {
  const origin = hostOrigin(page);
  if (!origin) return { embedded: false, tell: () => undefined };
  page.addEventListener('message', (event: MessageEvent) => {
    const message = accept<ToChat>(event, origin, page.parent);
    if (!message) return;
    if (message.type === 'open') handlers.onOpen(text(message.draft, MAX_DRAFT_CHARS));
    else if (message.type === 'close') handlers.onClose();
    else if (message.type === 'reset') handlers.onReset();
    else if (message.type === 'context') handlers.onContext(cleanContext(message.context));
  });
  return {
    embedded: true,
    tell: (message) => page.parent.postMessage({ mark: MARK, ...message }, origin),
  };
}

/** The loader names the page's origin behind the #; where the browser tells it too, both must agree. */
export function hostOrigin(page: Window): string | null {
  if (page.parent === page) return null;
  const named = new URLSearchParams(page.location.hash.slice(1)).get('host');
  if (!named) return null;
  const seen = page.location.ancestorOrigins?.[0];
  if (seen && seen !== named) return null;
  try {
    return new URL(named).origin === named ? named : null;
  } catch {
    return null;
  }
}

function cleanContext(context: unknown): HostContext {
  const questions = (context as HostContext | null)?.questions;
  if (!Array.isArray(questions)) return {};
  const clean = questions.map((question) => text(question, MAX_QUESTION_CHARS)).filter(Boolean);
  return { questions: clean.slice(0, MAX_QUESTIONS) };
}

function text(value: unknown, limit: number): string {
  return typeof value === 'string' ? value.trim().slice(0, limit) : '';
}
