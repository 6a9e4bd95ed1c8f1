import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { Agent } from './api/types';
import type { Controller } from './store/controller';
import type { State } from './store/state';
import type { Store } from './store/store';

export interface Desk {
  agent: Agent;
  store: Store;
  controller: Controller;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('useDesk outside of DeskContext');
  return desk;
}

/** `select` must return a part of the state as it is, or a plain value: identity decides about rendering. */
export function useDeskState<T>(select: (state: State) => T): T {
  const { store } = useDesk();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}

/** This machine's time in ms, renewed every `everyMs`. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** True while the media query matches. */
export function useMedia(query: string): boolean {
  const subscribe = (listener: () => void) => {
    const list = matchMedia(query);
    list.addEventListener('change', listener);
    return () => list.removeEventListener('change', listener);
  };
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** True while the customer of this conversation is typing; ends by itself. */
export function useTyping(id: string): boolean {
  const until = useDeskState((state) => state.typingUntil[id] ?? 0);
  const [typing, setTyping] = useState(false);
  useEffect(() => {
    const left = until - Date.now();
    setTyping(left > 0);
    if (left <= 0) return;
    const timer = setTimeout(() => setTyping(false), left);
    return () => clearTimeout(timer);
  }, [until]);
  return typing;
}
