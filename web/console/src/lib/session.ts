import type { Agent } from '../api/types';

/** The sign-in lasts as long as the browser tab: sessionStorage, never localStorage, never a URL. */
export interface Session {
  token: string;
  agent: Agent;
}

const SESSION_KEY = 'tingxin.console.session';
const SOUND_KEY = 'tingxin.console.sound';

export function readSession(): Session | null {
  try {
    const stored = JSON.parse(sessionStorage.getItem(SESSION_KEY) ?? 'null') as Session | null;
    return stored?.token && stored.agent?.work_no ? stored : null;
  } catch {
    return null;
  }
}

export function keepSession(session: Session | null): void {
  try {
    if (session) sessionStorage.setItem(SESSION_KEY, JSON.stringify(session));
    else sessionStorage.removeItem(SESSION_KEY);
  } catch {
    // Storage may be forbidden; the agent then signs in again after a reload.
  }
}

/** On unless the agent switched it off on this machine. */
export function readSoundOn(): boolean {
  try {
    return localStorage.getItem(SOUND_KEY) !== 'off';
  } catch {
    return true;
  }
}

export function keepSoundOn(on: boolean): void {
  try {
    localStorage.setItem(SOUND_KEY, on ? 'on' : 'off');
  } catch {
    // See keepSession.
  }
}
