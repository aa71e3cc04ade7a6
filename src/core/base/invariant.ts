/** Bugs: conditions that can only fail when the code is wrong. They throw, and nothing below a host catches them. */

export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws `InvariantError` when `condition` is false; the message names the broken promise. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
