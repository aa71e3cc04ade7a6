/** How training threads leave the processors to the engine (RE-30): by priority, or by number where there is none. */
import { availableParallelism, setPriority } from 'node:os';

const NICENESS = 10;
const MOST_HELPERS = 2;

/** On Linux a priority is a thread's own; elsewhere it would be the whole process's. */
const HAS_OWN_PRIORITY = process.platform === 'linux';

/** For this thread: where both want a processor, the engine's thread goes first. */
export function letEngineGoFirst(): void {
  if (HAS_OWN_PRIORITY) setPriority(NICENESS);
}

/** Threads that a retrain may spread its fits over; below 2 it had better work by itself. */
export function helperThreads(): number {
  return Math.min(MOST_HELPERS, availableParallelism() - (HAS_OWN_PRIORITY ? 0 : 1));
}
