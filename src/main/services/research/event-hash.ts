/** One hash over an event stream: what two runs must agree on to the byte (PL-6). */
import { createHash } from 'node:crypto';
import type { EngineEvent } from '#core/engine/messages.ts';
import { CanonicalBytes } from './canonical-bytes.ts';

/** SHA-256 over the canonical bytes of each event. Events hold no time of the machine, so neither does the hash. */
export class EventHash {
  readonly #hash = createHash('sha256');
  readonly #bytes = new CanonicalBytes((bytes) => this.#hash.update(bytes));

  add(events: readonly EngineEvent[]): void {
    for (const event of events) this.#bytes.add(event);
  }

  /** Hex; the hash is used up afterwards. */
  digest(): string {
    this.#bytes.flush();
    return this.#hash.digest('hex');
  }
}
