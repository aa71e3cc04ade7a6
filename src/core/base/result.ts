/** Expected failures as values: `Result` with a tagged error; bugs throw invariants instead. */

export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Err<E> {
  readonly ok: false;
  readonly error: E;
}

export type Result<T, E> = Ok<T> | Err<E>;

/** A failure a user can meet: what happened, and what to do about it. */
export interface Fault<K extends string = string> {
  readonly kind: K;
  /** What went wrong, in one sentence. */
  readonly message: string;
  /** What the reader can do about it, in one sentence. */
  readonly remedy: string;
}

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

export function err<E>(error: E): Err<E> {
  return { ok: false, error };
}
