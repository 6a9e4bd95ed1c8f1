/** What the chat remembers in the browser: the token, which conversation, how far it was read. Never a message. */
export interface Remembered {
  token: string;
  conversation_id: string;
  /** Last number that the customer has seen. */
  read: number;
}

export interface Store {
  load(): Remembered | null;
  save(value: Remembered | null): void;
}

/** `localStorage` where the browser lets us, memory otherwise (private windows, blocked third-party storage). */
export function browserStore(key: string): Store {
  let memory: Remembered | null = null;
  return {
    load() {
      try {
        const raw = localStorage.getItem(key);
        if (!raw) return memory;
        const value = JSON.parse(raw) as Partial<Remembered>;
        if (typeof value.token !== 'string' || typeof value.conversation_id !== 'string') return null;
        return { token: value.token, conversation_id: value.conversation_id, read: Number(value.read) || 0 };
      } catch {
        return memory;
      }
    },
    save(value) {
      memory = value;
      try {
        if (value) localStorage.setItem(key, JSON.stringify(value));
        else localStorage.removeItem(key);
      } catch {
        // Memory has it; the conversation then lasts as long as the page.
      }
    },
  };
}

/** A remembered yes or no, such as 长辈版. */
export function rememberedFlag(key: string): { get(): boolean; set(on: boolean): void } {
  return {
    get() {
      try {
        return localStorage.getItem(key) === '1';
      } catch {
        return false;
      }
    },
    set(on) {
      try {
        localStorage.setItem(key, on ? '1' : '0');
      } catch {
        // Lasts as long as the page.
      }
    },
  };
}
