import { useEffect, useRef } from 'react';

export interface Shortcuts {
  next(): void;
  previous(): void;
  reply(): void;
  end(): void;
  help(): void;
}

export const SHORTCUT_LIST: readonly { keys: string[]; text: string }[] = [
  { keys: ['Alt', 'J'], text: '下一个会话' },
  { keys: ['Alt', 'K'], text: '上一个会话' },
  { keys: ['Alt', 'L'], text: '把光标放到回复框' },
  { keys: ['Alt', 'E'], text: '结束当前会话' },
  { keys: ['Enter'], text: '发送回复' },
  { keys: ['Shift', 'Enter'], text: '回复中换行' },
  { keys: ['?'], text: '打开或关闭本说明' },
];

/** By place on the keyboard: with Alt, some layouts give another character. */
const BY_CODE: Record<string, keyof Shortcuts> = { KeyJ: 'next', KeyK: 'previous', KeyL: 'reply', KeyE: 'end' };

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.ctrlKey || event.metaKey) return;
      const name = event.altKey ? BY_CODE[event.code] : undefined;
      if (name) {
        event.preventDefault();
        latest.current[name]();
      } else if (!event.altKey && (event.key === '?' || event.key === '？') && !isTyping(event.target)) {
        event.preventDefault();
        latest.current.help();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
