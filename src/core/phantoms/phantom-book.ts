/** All open phantoms, by instrument, moved forward bar by bar (PH-1, PH-3). */
import { invariant } from '#core/base/invariant.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import type { Decision } from '#core/domain/score.ts';
import type { Side, SignalId } from '#core/domain/signal.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import { TradeWalk, type WalkState } from '#core/fills/trade-walk.ts';

/** An open phantom and its walk. The phantom's `result` is as of its opening; `walk.result()` is as of now. */
export interface OpenPhantom {
  phantom: Phantom;
  readonly walk: TradeWalk;
  /** True once a bar fetched after the fact was walked (PL-8). */
  resolvedOffline: boolean;
}

export interface PhantomStep {
  readonly kind: 'tp1' | 'closed';
  readonly open: OpenPhantom;
}

export class PhantomBook {
  readonly #byInstrument = new Map<InstrumentId, OpenPhantom[]>();
  readonly #byId = new Map<SignalId, OpenPhantom>();

  get size(): number {
    return this.#byId.size;
  }

  get(id: SignalId): OpenPhantom | undefined {
    return this.#byId.get(id);
  }

  /** Open phantoms of one instrument in the order they opened. */
  of(instrumentId: InstrumentId): readonly OpenPhantom[] {
    return this.#byInstrument.get(instrumentId) ?? [];
  }

  all(): Iterable<OpenPhantom> {
    return this.#byId.values();
  }

  /** Adds a phantom; `state` continues one from the record. */
  open(phantom: Phantom, state?: WalkState): OpenPhantom {
    invariant(!this.#byId.has(phantom.id), `phantom ${phantom.id} opens once`);
    const walk = state === undefined ? new TradeWalk(phantom.terms) : TradeWalk.continue(phantom.terms, state);
    const open: OpenPhantom = { phantom, walk, resolvedOffline: phantom.resolvedOffline };
    this.#byId.set(phantom.id, open);
    const list = this.#byInstrument.get(phantom.instrumentId);
    if (list === undefined) this.#byInstrument.set(phantom.instrumentId, [open]);
    else list.push(open);
    return open;
  }

  decide(id: SignalId, decision: Decision): void {
    const open = this.#byId.get(id);
    if (open !== undefined) open.phantom = { ...open.phantom, decision };
  }

  /** Whether a signal of this strategy and side with this structure is still open (ST-3). */
  hasStructure(instrumentId: InstrumentId, strategyId: string, side: Side, structureKey: string): boolean {
    return this.of(instrumentId).some(
      ({ phantom: { signal } }) =>
        signal.strategyId === strategyId && signal.side === side && signal.structureKey === structureKey,
    );
  }

  /** Walks every open phantom of the instrument over one base bar; what closes leaves the book. */
  onBar(
    instrumentId: InstrumentId,
    bar: Candle,
    durationMs: number,
    offline: boolean,
    fine?: { readonly candles: readonly Candle[]; readonly durationMs: number },
  ): readonly PhantomStep[] {
    const list = this.#byInstrument.get(instrumentId);
    if (list === undefined || list.length === 0) return NOTHING;
    let steps: PhantomStep[] | null = null;
    let closed = false;
    for (const open of list) {
      if (offline) open.resolvedOffline = true;
      const step = open.walk.onBar(bar, durationMs, fine?.candles, fine?.durationMs);
      if (step === 'none') continue;
      steps ??= [];
      if (step === 'tp1' || step === 'tp1-exit') steps.push({ kind: 'tp1', open });
      if (open.walk.closed) {
        steps.push({ kind: 'closed', open });
        closed = true;
      }
    }
    if (closed) this.#dropClosed(instrumentId, list);
    return steps ?? NOTHING;
  }

  /** Whether one is open so long past its timeout that its bars are not to come any more (MK-14). */
  isGivenUp(instrumentId: InstrumentId, now: UnixMs): boolean {
    return this.of(instrumentId).some(({ walk }) => walk.deadline + LONGEST_SILENCE_MS <= now);
  }

  /** Ends every open phantom of an instrument as unavailable (MK-14). */
  endUnavailable(instrumentId: InstrumentId, time: UnixMs): readonly OpenPhantom[] {
    const list = this.#byInstrument.get(instrumentId) ?? [];
    const ended = [...list];
    for (const open of ended) open.walk.endUnavailable(time);
    this.#dropClosed(instrumentId, list);
    return ended;
  }

  #dropClosed(instrumentId: InstrumentId, list: readonly OpenPhantom[]): void {
    for (const open of list) if (open.walk.closed) this.#byId.delete(open.phantom.id);
    this.#byInstrument.set(
      instrumentId,
      list.filter((open) => !open.walk.closed),
    );
  }
}

/** MK-14: seven days without a bar past the timeout. */
const LONGEST_SILENCE_MS = 7 * DAY_MS;

const NOTHING: readonly PhantomStep[] = [];
