/** A short tone per kind of notice (DE-17), made by the browser: no file, no download. */
import type { NoticeKind } from '#contract/areas/notices.ts';

/** What asks for a decision is highest, what warns is low. */
const FREQUENCIES_HZ: Readonly<Record<NoticeKind, number>> = {
  ticket: 660,
  tp1: 587,
  closed: 523,
  model: 440,
  drift: 330,
  health: 294,
  breaker: 220,
};
const LENGTH_S = 0.18;
const LOUDNESS = 0.05;

export function playTone(kind: NoticeKind): void {
  try {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = FREQUENCIES_HZ[kind];
    volume.gain.setValueAtTime(LOUDNESS, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + LENGTH_S);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + LENGTH_S);
    tone.addEventListener('ended', () => void audio.close());
  } catch {
    // A machine without sound output misses a tone, nothing else.
  }
}
