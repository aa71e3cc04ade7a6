/**
 * Keeps one engine and its record together: every step's events in one transaction (PL-7), snapshots now and then, and
 * after a restart the engine as it was (PL-6).
 */
import { Emitter } from '#core/base/emitter.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import { timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import type { PaperAccount } from '#core/domain/trading.ts';
import { Engine } from '#core/engine/engine.ts';
import type { ActiveStrategy, MarketSnapshot } from '#core/engine/instrument-state.ts';
import type { EngineEvent, EngineInput, EngineSettings } from '#core/engine/messages.ts';
import type { WalkState } from '#core/fills/trade-walk.ts';
import { type ResolvedLife, resolvedLife } from '#core/phantoms/life-cycle.ts';
import { FEATURE_SETS } from '#core/signals/features/feature-catalogue.ts';
import type { CandleStore } from '#main/store/candle-store.ts';
import type { Profile } from '#main/store/database.ts';
import type { StepWriter } from '#main/store/step-writer.ts';
import type { StoreFault } from '#main/store/store-fault.ts';

/** Without a usable snapshot, indicators are warmed on this much history: FE-3 looks back 30 days, averages further. */
const WARM_UP_DAYS = 45;
/** A snapshot is due after this many base bars of an instrument; the replay behind it stays short (PL-6). */
const SNAPSHOT_BARS = 240;

export interface EngineStep {
  readonly input: EngineInput;
  readonly events: readonly EngineEvent[];
}

export interface EngineKeeperOptions {
  readonly profile: Profile;
  readonly instruments: readonly Instrument[];
  readonly strategies: readonly ActiveStrategy[];
  readonly settings: EngineSettings;
  readonly account: PaperAccount;
}

export class EngineKeeper {
  readonly engine: Engine;
  /** After a step was committed. */
  readonly stepped = new Emitter<EngineStep>();
  /**
   * The record could not be written: the engine is ahead of it, so this keeper works no input any more. A new one,
   * restored from the record, goes on at the last step that was written (RE-4).
   */
  readonly failed = new Emitter<StoreFault>();
  #broken = false;
  readonly #profile: Profile;
  readonly #barsSinceSnapshot = new Map<InstrumentId, number>();

  /** Brings the engine back to where the record says it was; a fresh record gives a fresh engine. */
  static restore(options: EngineKeeperOptions): EngineKeeper {
    const { profile, instruments } = options;
    for (const { id, hash, features } of FEATURE_SETS) {
      profile.record.registerFeatureSet(
        id,
        hash,
        features.map(({ name, meaning, unit }) => ({ name, meaning, unit })),
      );
    }
    const open = profile.loadOpen();
    const engine = new Engine({
      instruments,
      strategies: options.strategies,
      settings: options.settings,
      account: open.account ?? options.account,
    });
    const worked = new Map(open.workedBars.map((bar) => [bar.instrumentId, bar.openTime]));
    const snapshots = new Map(open.snapshots.map((snapshot) => [snapshot.scope, snapshot]));
    for (const instrument of instruments) {
      const openTime = worked.get(instrument.id);
      if (openTime === undefined) continue;
      restoreMarket(engine, instrument, snapshots.get(instrument.id), openTime, profile.candles);
    }
    engine.restoreBook({
      clock: open.clock ?? 0,
      phantoms: open.phantoms.map(({ phantom, progress }) => ({ phantom, state: progress as WalkState | null })),
      tickets: open.tickets,
      positions: open.positions.map(({ position, progress }) => ({ position, state: progress as WalkState | null })),
      lives: [...open.recentlyResolved.values()].flat().flatMap((phantom): ResolvedLife[] => {
        const life = resolvedLife(phantom.signal.strategyId, phantom.signal.cluster, phantom.result);
        return life === null ? [] : [life];
      }),
    });
    return new EngineKeeper(engine, profile);
  }

  private constructor(engine: Engine, profile: Profile) {
    this.engine = engine;
    this.#profile = profile;
  }

  /** One step in one transaction; listeners hear of it once it is committed. */
  apply(input: EngineInput): readonly EngineEvent[] {
    if (this.#broken) return [];
    const events = this.engine.step(input);
    if (events.length > 0 || input.kind === 'bars') {
      const written = this.#profile.record.step((writer) => {
        this.#write(writer, input, events);
        this.#writeProgress(writer, input);
        this.#snapshotWhereDue(writer, input);
      });
      if (!written.ok) {
        this.#break(written.error);
        return [];
      }
    }
    this.stepped.emit({ input, events });
    return events;
  }

  /** Many whole steps in one transaction (PL-7), for bootstrap; listeners hear of all of them once, with the last input. */
  applyBulk(inputs: readonly EngineInput[]): readonly EngineEvent[] {
    if (this.#broken) return [];
    const all: EngineEvent[] = [];
    const written = this.#profile.record.step((writer) => {
      for (const input of inputs) {
        const events = this.engine.step(input);
        if (events.length > 0) all.push(...events);
        this.#write(writer, input, events);
      }
      for (const open of this.engine.openPhantoms.all()) writer.phantomProgressed(open.phantom.id, open.walk.state());
      this.#writePositions(writer);
    });
    if (!written.ok) {
      this.#break(written.error);
      return [];
    }
    const last = inputs.at(-1);
    if (last !== undefined) this.stepped.emit({ input: last, events: all });
    return all;
  }

  /** Snapshots every instrument now: after a bootstrap and before closing. */
  snapshotAll(): void {
    if (this.#broken) return;
    const written = this.#profile.record.step((writer) => {
      for (const { instrument } of this.engine.instruments()) this.#snapshot(writer, instrument.id);
    });
    if (!written.ok) this.#break(written.error);
  }

  #break(fault: StoreFault): void {
    this.#broken = true;
    this.failed.emit(fault);
  }

  #write(writer: StepWriter, input: EngineInput, events: readonly EngineEvent[]): void {
    for (const event of events) writeEvent(writer, event);
    const bars =
      input.kind === 'bars'
        ? input.bars.map(({ instrumentId, candle }) => ({
            instrumentId,
            // A bar that comes again changes nothing in the engine: the record must not go back to it either.
            openTime: this.engine.instrument(instrumentId)?.lastOpenTime ?? candle.openTime,
          }))
        : [];
    writer.engineAdvanced(this.engine.clock, bars);
  }

  #writeProgress(writer: StepWriter, input: EngineInput): void {
    if (input.kind !== 'bars') {
      // A new position has a state worth keeping before its first bar.
      if (input.kind === 'approve') this.#writePositions(writer);
      return;
    }
    for (const { instrumentId } of input.bars) {
      for (const open of this.engine.openPhantoms.of(instrumentId)) {
        writer.phantomProgressed(open.phantom.id, open.walk.state());
      }
    }
    this.#writePositions(writer);
  }

  #writePositions(writer: StepWriter): void {
    for (const { position, walk } of this.engine.openPositions()) writer.positionProgressed(position.id, walk.state());
  }

  /** One snapshot a step at most: instruments come due together, and all of them at once would hold the batch up (PE-6). */
  #snapshotWhereDue(writer: StepWriter, input: EngineInput): void {
    if (input.kind !== 'bars') return;
    let due: InstrumentId | null = null;
    for (const { instrumentId } of input.bars) {
      const bars = (this.#barsSinceSnapshot.get(instrumentId) ?? 0) + 1;
      this.#barsSinceSnapshot.set(instrumentId, bars);
      if (bars >= SNAPSHOT_BARS) due ??= instrumentId;
    }
    if (due !== null) this.#snapshot(writer, due);
  }

  #snapshot(writer: StepWriter, id: InstrumentId): void {
    const state = this.engine.instrument(id);
    if (state === undefined || state.lastOpenTime < 0) return;
    this.#barsSinceSnapshot.set(id, 0);
    writer.snapshotPut(id, state.lastOpenTime, state.snapshot());
  }
}

function restoreMarket(
  engine: Engine,
  instrument: Instrument,
  snapshot: { readonly at: UnixMs; readonly state: unknown } | undefined,
  worked: UnixMs,
  candles: CandleStore,
): void {
  const usable = snapshot !== undefined && snapshot.at <= worked;
  const restored = usable && engine.restoreMarket(instrument.id, snapshot.state as MarketSnapshot);
  const durationMs = timeframeMs(instrument.baseTimeframe);
  const from = restored ? snapshot.at + durationMs : worked - WARM_UP_DAYS * 86_400_000;
  for (const candle of candles.read(instrument.id, instrument.baseTimeframe, from, worked + durationMs)) {
    engine.warm([{ instrumentId: instrument.id, candle }]);
  }
}

function writeEvent(writer: StepWriter, event: EngineEvent): void {
  switch (event.kind) {
    case 'phantom-opened':
      return writer.phantomOpened(event.time, event.phantom);
    case 'predicted':
      return writer.predicted(event.prediction);
    case 'phantom-tp1':
      return writer.phantomTp1(event.time, event.phantomId, event.price);
    case 'phantom-closed':
      return writer.phantomClosed(event.time, event.phantomId, event.result, event.resolvedOffline);
    case 'phantom-decided':
      return writer.phantomDecided(event.time, event.phantomId, event.decision);
    case 'ticket-opened':
    case 'ticket-closed':
      return writer.ticketPut(event.time, event.ticket);
    case 'ticket-updated':
      return writer.ticketPut(event.time, event.ticket, event.features);
    case 'position-opened':
    case 'position-closed':
      return writer.positionPut(event.position);
    case 'account-changed':
      return writer.accountPut(event.time, event.account);
    case 'fault-raised':
      return writer.faultRaised({
        time: event.time,
        source: event.source,
        instrumentId: event.instrumentId,
        message: event.message,
      });
    case 'intent-refused':
      // Refused intents change nothing; they are shown and logged.
      return;
  }
}
