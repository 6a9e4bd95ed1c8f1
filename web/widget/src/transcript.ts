import type { Kind, Message, MessageData, Sender } from '../../shared/protocol';

export type Delivery = 'sending' | 'sent' | 'failed';

/** One message on the screen: from the ledger (has a `seq`) or the customer's own that is still under way. */
export interface Item {
  /** Stable over the item's life, also when it gets its number. */
  key: string;
  seq: number | null;
  clientMsgId: string | null;
  sender: Sender;
  kind: Kind;
  text: string;
  data: MessageData;
  at: string;
  delivery: Delivery;
  /** Why it failed, for the customer. */
  error: string | null;
  /** Of a visitor's token that is no longer good: shown, never renumbered. */
  past: boolean;
}

/**
 * Merges what the customer typed with what the ledger says, without gap or double.
 *
 * The ledger numbers a visitor's messages 1, 2, 3 …; `cursor` is the last number up to which nothing is missing,
 * so asking for all after it can never skip one.
 */
export class Transcript {
  private past: Item[] = [];
  private numbered = new Map<number, Item>();
  private pending: Item[] = [];
  private epoch = 0;
  private contiguous = 0;

  get cursor(): number {
    return this.contiguous;
  }

  /** True while a later message is here and an earlier one is not. */
  get hasGap(): boolean {
    for (const seq of this.numbered.keys()) if (seq > this.contiguous) return true;
    return false;
  }

  get lastSeq(): number {
    let last = this.contiguous;
    for (const seq of this.numbered.keys()) last = Math.max(last, seq);
    return last;
  }

  /** Oldest first; what is under way stands last. */
  items(): Item[] {
    const current = [...this.numbered.values()].sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    return [...this.past, ...current, ...this.pending];
  }

  /** Takes a message of the ledger. Returns whether it was new. */
  receive(message: Message): boolean {
    const known = this.numbered.get(message.seq);
    if (known) {
      // The ledger's text counts: it is masked, the typed one is not.
      this.numbered.set(message.seq, { ...known, text: message.text, data: message.data ?? {}, at: message.at });
      return false;
    }
    if (message.sender === 'customer') {
      const mine = this.pending.find((item) => item.delivery === 'sending' && item.text === message.text);
      if (mine) {
        this.pending = this.pending.filter((item) => item !== mine);
        this.place({ ...mine, seq: message.seq, at: message.at, delivery: 'sent', error: null });
        return false;
      }
    }
    this.place({
      key: `${this.epoch}:${message.seq}`,
      seq: message.seq,
      clientMsgId: null,
      sender: message.sender,
      kind: message.kind,
      text: message.text,
      data: message.data ?? {},
      at: message.at,
      delivery: 'sent',
      error: null,
      past: false,
    });
    return true;
  }

  /** The server has answered for all up to `seq`: what is not here does not exist for the customer. */
  settle(seq: number): void {
    if (seq > this.contiguous) this.contiguous = seq;
    this.advance();
  }

  add(clientMsgId: string, text: string, at: string): void {
    this.pending.push({
      key: clientMsgId,
      seq: null,
      clientMsgId,
      sender: 'customer',
      kind: 'text',
      text,
      data: {},
      at,
      delivery: 'sending',
      error: null,
      past: false,
    });
  }

  /** The customer's message is in the ledger under `seq`. */
  acknowledge(clientMsgId: string, seq: number): void {
    const mine = this.pending.find((item) => item.clientMsgId === clientMsgId);
    if (!mine) return;
    this.pending = this.pending.filter((item) => item !== mine);
    const twin = this.numbered.get(seq);
    this.place({
      ...mine,
      seq,
      text: twin?.text ?? mine.text,
      at: twin?.at ?? mine.at,
      delivery: 'sent',
      error: null,
    });
  }

  fail(clientMsgId: string, error: string): void {
    this.change(clientMsgId, { delivery: 'failed', error });
  }

  /** Back under way, with the same id. Returns whether there was such a failed message. */
  retry(clientMsgId: string): boolean {
    const mine = this.pending.find((item) => item.clientMsgId === clientMsgId && item.delivery === 'failed');
    if (mine) this.change(clientMsgId, { delivery: 'sending', error: null });
    return mine !== undefined;
  }

  isPending(clientMsgId: string): boolean {
    return this.pending.some((item) => item.clientMsgId === clientMsgId);
  }

  /** Another visitor's token: numbers start again, what was said stays in sight. */
  beginNext(): void {
    const done = this.items().filter((item) => !this.pending.includes(item));
    this.past = done.map((item) => (item.past ? item : { ...item, past: true }));
    this.numbered.clear();
    this.contiguous = 0;
    this.epoch += 1;
  }

  clear(): void {
    this.past = [];
    this.pending = [];
    this.numbered.clear();
    this.contiguous = 0;
    this.epoch += 1;
  }

  private change(clientMsgId: string, change: Partial<Item>): void {
    this.pending = this.pending.map((item) => (item.clientMsgId === clientMsgId ? { ...item, ...change } : item));
  }

  private place(item: Item): void {
    if (item.seq === null) return;
    this.numbered.set(item.seq, item);
    this.advance();
  }

  private advance(): void {
    while (this.numbered.has(this.contiguous + 1)) this.contiguous += 1;
  }
}
