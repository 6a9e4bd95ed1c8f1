import { texts } from './texts';

const GAP_MS = 5 * 60_000;

/** Whether the pause before a message is long enough to print the time. */
export function needsTime(before: string | null, at: string): boolean {
  return before === null || Date.parse(at) - Date.parse(before) > GAP_MS;
}

/** "10:32", "昨天 10:32", "11月20日 10:32" in the customer's own time. */
export function clock(at: string, now = new Date()): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  const pad = (value: number): string => String(value).padStart(2, '0');
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0) return time;
  if (days === 1) return `${texts.yesterday} ${time}`;
  return `${date.getMonth() + 1}月${date.getDate()}日 ${time}`;
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
