/** Structures whose signal a gate ruled out: until its time is up the same structure is not recorded again (PH-2, ST-3). */
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Side } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';

export interface RestoredGate {
  readonly instrumentId: InstrumentId;
  readonly strategyId: string;
  readonly side: Side;
  readonly structureKey: string;
  /** When a phantom of it would have timed out. */
  readonly until: UnixMs;
}

export class GatedStructures {
  readonly #until = new Map<string, UnixMs>();

  add(gate: RestoredGate): void {
    this.#until.set(keyOf(gate), gate.until);
  }

  has(gate: Omit<RestoredGate, 'until'>, now: UnixMs): boolean {
    const key = keyOf(gate);
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (now < until) return true;
    this.#until.delete(key);
    return false;
  }
}

function keyOf({ instrumentId, strategyId, side, structureKey }: Omit<RestoredGate, 'until'>): string {
  return `${instrumentId} ${strategyId} ${side} ${structureKey}`;
}
