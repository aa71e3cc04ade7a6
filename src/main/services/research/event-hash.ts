/** One hash over an event stream: what two runs must agree on to the byte (PL-6). */
import { createHash } from 'node:crypto';
import type { EngineEvent } from '#core/engine/messages.ts';

/** SHA-256 over one line of canonical JSON per event. Events hold no time of the machine, so neither does the hash. */
export class EventHash {
  readonly #hash = createHash('sha256');

  add(events: readonly EngineEvent[]): void {
    for (const event of events) this.#hash.update(`${canonicalJson(event)}\n`);
  }

  /** Hex; the hash is used up afterwards. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}

/**
 * JSON with sorted keys: the order in which code fills an object does not show. Typed arrays are lists; numbers without
 * a JSON form (NaN: missing) are written as their names, so that they differ from null.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value instanceof Float64Array) return `[${Array.from(value, canonicalJson).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
}
