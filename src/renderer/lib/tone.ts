/** A short tone when a ticket opens, made by the browser: no file, no download. */

const FREQUENCY_HZ = 660;
const LENGTH_S = 0.18;
const LOUDNESS = 0.05;

export function playTicketTone(): void {
  try {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = FREQUENCY_HZ;
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
