/**
 * What the bank's page (loader) and the chat in the iframe say to each other with postMessage.
 *
 * Both sides name the other's exact origin when they send, and check origin and window when they receive.
 */

export const MARK = 'tingxin';

/** What the bank's page may tell the chat about itself. */
export interface HostContext {
  /** Questions to offer in the empty chat, for the page that the customer reads. */
  questions?: string[];
}

export type ToChat =
  | { mark: typeof MARK; type: 'open'; draft?: string }
  | { mark: typeof MARK; type: 'close' }
  | { mark: typeof MARK; type: 'reset' }
  | { mark: typeof MARK; type: 'context'; context: HostContext };

export type ToHost =
  | { mark: typeof MARK; type: 'ready' }
  | { mark: typeof MARK; type: 'unread'; count: number }
  | { mark: typeof MARK; type: 'close' }
  | { mark: typeof MARK; type: 'state'; state: string };

/** A message before the sender puts the mark on it. */
export type Unmarked<T> = T extends unknown ? Omit<T, 'mark'> : never;

/** The message, or null when it is not from that window on that origin, or not of ours. */
export function accept<T extends { mark: string }>(
  event: Pick<MessageEvent, 'origin' | 'source' | 'data'>,
  origin: string,
  source: unknown,
): T | null {
  if (event.origin !== origin || !source || event.source !== source) return null;
  const data = event.data as T | null;
  return data && typeof data === 'object' && data.mark === MARK ? data : null;
}
