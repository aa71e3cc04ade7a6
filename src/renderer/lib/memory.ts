/** What the window remembers on this machine (layout, filters, last instrument); its absence is never an error. */

/** The part of `Storage` that is needed; private windows may refuse it. */
export interface Memory {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const PREFIX = 'shadowdesk.';

/** The value under `name` when it is there and `isValid`; else `fallback`. */
export function recall<T>(memory: Memory, name: string, isValid: (value: unknown) => value is T, fallback: T): T {
  try {
    const text = memory.getItem(PREFIX + name);
    if (text === null) return fallback;
    const value: unknown = JSON.parse(text);
    return isValid(value) ? value : fallback;
  } catch {
    return fallback;
  }
}

export function remember(memory: Memory, name: string, value: unknown): void {
  try {
    memory.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // A full or forbidden storage costs the memory of a layout, nothing else.
  }
}

export function forget(memory: Memory, name: string): void {
  try {
    memory.removeItem(PREFIX + name);
  } catch {
    // As above.
  }
}

/** Where the browser forbids storage. */
export function forgetfulMemory(): Memory {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

export function windowMemory(): Memory {
  try {
    return window.localStorage;
  } catch {
    return forgetfulMemory();
  }
}
