/** Short tones made by WebAudio: no file to load. Browsers allow them after the first click or key. */

let context: AudioContext | null = null;

function ready(): AudioContext | null {
  if (typeof AudioContext === 'undefined') return null;
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume().catch(() => undefined);
  return context;
}

/** Called on the agent's first click or key, so that later tones are allowed. */
export function unlockSound(): void {
  ready();
}

function tone(audio: AudioContext, frequency: number, start: number, seconds: number, volume: number): void {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = 'sine';
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0.0001, start);
  gain.gain.exponentialRampToValueAtTime(volume, start + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + seconds + 0.02);
}

/** Two rising notes: someone waits. */
export function playWaiting(): void {
  const audio = ready();
  if (!audio || audio.state !== 'running') return;
  tone(audio, 659.25, audio.currentTime, 0.18, 0.16);
  tone(audio, 880, audio.currentTime + 0.16, 0.32, 0.16);
}

/** One soft note: a customer wrote in a conversation that is not in view. */
export function playMessage(): void {
  const audio = ready();
  if (!audio || audio.state !== 'running') return;
  tone(audio, 587.33, audio.currentTime, 0.14, 0.07);
}
