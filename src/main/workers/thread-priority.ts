/** Where a worker and the engine's thread both want a processor, the engine goes first. */
import { setPriority } from 'node:os';

const NICENESS = 10;

export function yieldToEngine(): void {
  // On Linux a priority is a thread's own; elsewhere it would be the whole process's.
  if (process.platform === 'linux') setPriority(NICENESS);
}
