/**
 * Keeps one engine and its record together: every step's events in one transaction (PL-7), snapshots now and then, and
 * after a restart the engine as it was (PL-6).
 */
import { Emitter } from '#core/base/emitter.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import { timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import type { PaperAccount } from '#core/domain/trading.ts';
import { Engine } from '#core/engine/engine.ts';
import type { ExternalInput } from '#core/engine/external-signals.ts';
import type { ClusterState } from '#core/engine/instrument-clusters.ts';
import type { ActiveStrategy, MarketSnapshot } from '#core/engine/instrument-state.ts';
import type { BaseBar, EngineEvent, EngineInput, EngineSettings } from '#core/engine/messages.ts';
import type { WalkState } from '#core/fills/trade-walk.ts';
import { type ResolvedLife, resolvedLife } from '#core/phantoms/life-cycle.ts';
import { FEATURE_SETS } from '#core/signals/features/feature-catalogue.ts';
import type { CandleStore } from '#main/store/candle-store.ts';
import type { Profile } from '#main/store/database.ts';
import type { StepWriter, WorkedBar } from '#main/store/step-writer.ts';
import type { StoreFault } from '#main/store/store-fault.ts';
import { restoredThresholds, whyFitted } from './thresholds/restored-thresholds.ts';

/** Without a usable snapshot, indicators are warmed on this much history: FE-3 looks back 30 days, averages further. */
const WARM_UP_DAYS = 45;
/** A snapshot is due after this many base bars of an instrument; the replay behind it stays short (PL-6). */
const SNAPSHOT_BARS = 240;
/** Where the clusters of all instruments are kept among the snapshots; ids of instruments hold a colon, this does not. */
const CLUSTER_SCOPE = 'symbol clusters';

export interface EngineStep {
  readonly input: EngineInput;
  readonly events: readonly EngineEvent[];
}

export interface BulkStep {
  readonly events: readonly EngineEvent[];
  /** Inputs worked, from the first. */
  readonly worked: number;
}

const NOTHING_WORKED: BulkStep = { events: [], worked: 0 };

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
  /** How many phantoms of a file stepped aside for the desk's own in one step or bulk. */
  readonly steppedAside = new Emitter<number>();
  #aside = 0;
  #broken = false;
  readonly #profile: Profile;
  readonly #barsSinceSnapshot = new Map<InstrumentId, number>();
  #keptClusters: ClusterState;
  /** Close time of the newest batch worked. */
  #newestClose: UnixMs = 0;

  /** Brings the engine back to where the record says it was; a fresh record gives a fresh engine. */
  static restore(options: EngineKeeperOptions): EngineKeeper {
    const { profile, instruments } = options;
    registerFeatureSets(profile);
    const open = profile.loadOpen();
    const engine = new Engine({
      instruments,
      strategies: options.strategies,
      settings: options.settings,
      account: open.account ?? options.account,
      sentiment: profile.notes.sentiment.book(),
    });
    const durations = new Map(instruments.map(({ id, baseTimeframe }) => [id, timeframeMs(baseTimeframe)]));
    const workedUntil = new Map(
      open.workedBars.map(({ instrumentId, openTime, closeTime }) => {
        return [instrumentId, closeTime ?? openTime + (durations.get(instrumentId) ?? 0)];
      }),
    );
    const snapshots = new Map(open.snapshots.map((snapshot) => [snapshot.scope, snapshot]));
    const clusters = snapshots.get(CLUSTER_SCOPE);
    if (clusters !== undefined) engine.restoreClusters(clusters.state as ClusterState);
    for (const instrument of instruments) {
      const closeTime = workedUntil.get(instrument.id);
      if (closeTime === undefined) continue;
      restoreMarket(engine, instrument, snapshots.get(instrument.id), closeTime, profile.candles);
    }
    engine.restoreBook({
      clock: open.clock ?? 0,
      workedUntil,
      phantoms: open.phantoms.map(({ phantom, progress }) => ({ phantom, state: progress as WalkState | null })),
      observations: open.observations,
      tickets: open.tickets,
      ...(open.risk === null ? {} : { risk: open.risk }),
      positions: open.positions.map(({ position, progress }) => ({ position, state: progress as WalkState | null })),
      lives: [...open.recentlyResolved.values()].flat().flatMap(({ strategyId, cluster, result }): ResolvedLife[] => {
        const life = resolvedLife(strategyId, cluster, result);
        return life === null ? [] : [life];
      }),
      thresholds: restoredThresholds(profile.thresholds),
      gated: open.gated,
      fills: open.fills,
      externals: open.externals.map(({ signal, signalId }) => ({ source: signal.source, id: signal.id, signalId })),
    });
    return new EngineKeeper(engine, profile);
  }

  private constructor(engine: Engine, profile: Profile) {
    this.engine = engine;
    this.#profile = profile;
    this.#keptClusters = engine.clusters;
    for (const { lastOpenTime, durationMs } of engine.instruments()) {
      if (lastOpenTime >= 0) this.#newestClose = Math.max(this.#newestClose, lastOpenTime + durationMs);
    }
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
    this.#tellSteppedAside();
    this.stepped.emit({ input, events });
    return events;
  }

  /**
   * Many whole steps in one transaction (PL-7), for bootstrap; listeners hear of all of them once, with the last input.
   * `pauseAfter` hears each step's events and ends the bulk behind that step when it says true.
   */
  applyBulk(
    inputs: readonly EngineInput[],
    pauseAfter: (events: readonly EngineEvent[]) => boolean = () => false,
  ): BulkStep {
    if (this.#broken) return NOTHING_WORKED;
    const all: EngineEvent[] = [];
    let worked = 0;
    let paused = false;
    const written = this.#profile.record.step((writer) => {
      while (worked < inputs.length && !paused) {
        const input = inputs[worked++] as EngineInput;
        const events = this.engine.step(input);
        if (events.length > 0) all.push(...events);
        this.#write(writer, input, events);
        paused = pauseAfter(events);
      }
      for (const open of this.engine.openPhantoms.all()) writer.phantomProgressed(open.phantom.id, open.walk.state());
      this.#writePositions(writer);
    });
    if (!written.ok) {
      this.#break(written.error);
      return NOTHING_WORKED;
    }
    this.#tellSteppedAside();
    const last = inputs[worked - 1];
    if (last !== undefined) this.stepped.emit({ input: last, events: all });
    return { events: all, worked };
  }

  /** Snapshots every instrument now: after a bootstrap and before closing. */
  snapshotAll(): void {
    if (this.#broken) return;
    const written = this.#profile.record.step((writer) => {
      for (const { instrument } of this.engine.instruments()) this.#snapshot(writer, instrument.id);
    });
    if (!written.ok) this.#break(written.error);
  }

  #tellSteppedAside(): void {
    if (this.#aside > 0) this.steppedAside.emit(this.#aside);
    this.#aside = 0;
  }

  #break(fault: StoreFault): void {
    this.#broken = true;
    this.failed.emit(fault);
  }

  #write(writer: StepWriter, input: EngineInput, events: readonly EngineEvent[]): void {
    for (const event of events) {
      if (event.kind === 'fill-taken') {
        writer.fillTaken({ fill: event.fill, time: event.time, afterCloseTime: this.#newestClose });
      } else if (event.kind !== 'phantom-opened') writeEvent(writer, event);
      else if (writer.phantomOpened(event.time, event.phantom)) this.#aside++;
    }
    if (input.kind === 'bars') this.#newestClose = Math.max(this.#newestClose, input.closeTime);
    if (input.kind === 'external') writeExternal(writer, input, events, this.#newestClose);
    writer.engineAdvanced(this.engine.clock, input.kind === 'bars' ? this.#workedBars(input.bars) : []);
    if (this.engine.clusters === this.#keptClusters) return;
    this.#keptClusters = this.engine.clusters;
    writer.snapshotPut(CLUSTER_SCOPE, this.engine.clock, this.#keptClusters);
  }

  /** The newest of each instrument: a bar that comes again changes nothing, and the record does not go back to it. */
  #workedBars(bars: readonly BaseBar[]): readonly WorkedBar[] {
    return bars.flatMap(({ instrumentId, candle }) => {
      const state = this.engine.instrument(instrumentId);
      if (state === undefined || state.wasWorked(candle)) return [];
      const openTime = state.lastOpenTime;
      return [{ instrumentId, openTime, closeTime: openTime + state.durationMs }];
    });
  }

  #writeProgress(writer: StepWriter, input: EngineInput): void {
    if (input.kind !== 'bars') {
      // A new position has a state worth keeping before its first bar.
      if (input.kind === 'approve' || input.kind === 'external') this.#writePositions(writer);
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

/** Vectors are stored as numbers: the names of their features are told to the record beside them. */
export function registerFeatureSets({ record }: Pick<Profile, 'record'>): void {
  for (const { id, hash, features } of FEATURE_SETS) {
    record.registerFeatureSet(
      id,
      hash,
      features.map(({ name, meaning, unit }) => ({ name, meaning, unit })),
    );
  }
}

/** ST-20: the input is kept beside the phantom that it became. `afterCloseTime`: of the newest batch worked before it. */
export function writeExternal(
  writer: StepWriter,
  input: ExternalInput,
  events: readonly EngineEvent[],
  afterCloseTime: UnixMs,
): void {
  const opened = events.find((event) => event.kind === 'phantom-opened');
  if (opened === undefined) return;
  const { signal, instrumentId, time } = input;
  const origin = input.origin === 'import' ? 'import' : 'live';
  writer.externalTaken({ signal, instrumentId, time, afterCloseTime, origin, signalId: opened.phantom.id });
}

function restoreMarket(
  engine: Engine,
  instrument: Instrument,
  snapshot: { readonly at: UnixMs; readonly state: unknown } | undefined,
  workedUntil: UnixMs,
  candles: CandleStore,
): void {
  const durationMs = timeframeMs(instrument.baseTimeframe);
  const usable = snapshot !== undefined && snapshot.at + durationMs <= workedUntil;
  const restored = usable && engine.restoreMarket(instrument.id, snapshot.state as MarketSnapshot);
  const from = restored ? snapshot.at + durationMs : workedUntil - durationMs - WARM_UP_DAYS * 86_400_000;
  // Bars that close later than what was worked are still to be decided on.
  for (const candle of candles.read(instrument.id, instrument.baseTimeframe, from, workedUntil - durationMs + 1)) {
    engine.warm([{ instrumentId: instrument.id, candle }]);
  }
}

export function writeEvent(writer: StepWriter, event: EngineEvent): void {
  switch (event.kind) {
    case 'phantom-opened':
      writer.phantomOpened(event.time, event.phantom);
      return;
    case 'predicted':
      return writer.predicted(event.prediction);
    case 'observed':
      return writer.observed(event.observation);
    case 'labelled':
      return writer.labelled(event.label);
    case 'thresholds-fitted':
      return writer.thresholdsPut(event.time, { ...event.book, why: whyFitted(event.book) }, event.book);
    case 'minimum-adapted': {
      const { scale, value } = event.minimum;
      return writer.minimumPut(event.time, event.strategyId, scale, value, event.minimum);
    }
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
    case 'risk-changed':
      return writer.riskPut(event.risk);
    case 'breaker-tripped':
    case 'breaker-reset':
    case 'kill-switch-set':
    case 'stage-set': {
      const { kind, time, ...document } = event;
      return writer.riskNoted(time, kind, document);
    }
    case 'equity-marked':
      return writer.equityMarked(event.point);
    case 'fill-taken':
      // Written with the batch that it came after.
      return;
    case 'intent-refused':
      // Refused intents change nothing; they are shown and logged.
      return;
  }
}
