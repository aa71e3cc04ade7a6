/**
 * Signals from outside (ST-20): what makes one a signal here, and what is remembered of those that were taken. From
 * there on they are followed like any other.
 */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { type ExternalSignal, externalSource, externalStrategyId } from '#core/domain/external-signal.ts';
import { type Signal, type SignalDraft, type SignalId, sideSign, signalId } from '#core/domain/signal.ts';
import { DAY_MS, HOUR_MS, type Timeframe, type UnixMs } from '#core/domain/timeframe.ts';
import type { FillBook } from '#core/fills/measured-costs.ts';
import { measuredParts, qualityPart } from '#core/signals/quality.ts';
import type { Strategy } from '#core/signals/strategy.ts';
import {
  completedSignal,
  type IssuedSignal,
  MAXIMUM_STOP_ATR,
  MINIMUM_STOP_ATR,
  stopInAtr,
} from './complete-signal.ts';
import type { ActiveStrategy, InstrumentState } from './instrument-state.ts';
import type { EngineInput, EngineSettings } from './messages.ts';
import { openingCosts } from './signal-issuer.ts';

export type ExternalInput = Extract<EngineInput, { kind: 'external' }>;

/** Why a signal from outside is none; nothing changes then. */
export type ExternalObjection = Fault<
  | 'duplicate' // the same source and id came before
  | 'same-bar' // another one of this source, instrument and side stands on the newest bar
  | 'unknown-instrument'
  | 'switched-off'
  | 'no-price' // no bar yet, none of late, or too few for ATR(14)
  | 'levels' // a price is missing, on the wrong side, or beyond ST-3
>;

const DEFAULT_TIMEFRAME: Timeframe = '15m';
const DEFAULT_TIMEOUT_MS = 36 * HOUR_MS;
const LONGEST_TIMEOUT_MS = 30 * DAY_MS;
/** A newest bar that closed longer ago than so many bars is no price to enter at. */
const STALE_BARS = 4;
/** As a ticket expires by (DE-16): farther from the market than this nobody could have entered. */
const MAXIMUM_MOVE_R = 0.25;
/** Half is taken at the first target (PH-4). */
const TP1_FRACTION = 0.5;
/** A plan of 3 R and more gets the full grade. */
const FULL_REWARD_RISK = 3;

/** The signals from outside that were taken: each counts once, also across restarts. */
export class ExternalBook {
  readonly #bySource = new Map<string, SignalId>();
  readonly #ids = new Set<SignalId>();

  add(source: string, id: string, signal: SignalId): void {
    this.#bySource.set(keyOf(source, id), signal);
    this.#ids.add(signal);
  }

  /** The signal that a source's id became, or null. */
  find({ source, id }: Pick<ExternalSignal, 'source' | 'id'>): SignalId | null {
    return this.#bySource.get(keyOf(source, id)) ?? null;
  }

  has(signal: SignalId): boolean {
    return this.#ids.has(signal);
  }
}

/** Neither sources nor ids hold a line break. */
function keyOf(source: string, id: string): string {
  return `${source}\n${id}`;
}

/** What stands where the strategy of our own signals stands: it never proposes by itself. */
function externalStrategy(
  source: string,
  timeframe: Timeframe = DEFAULT_TIMEFRAME,
  timeoutMs: number = DEFAULT_TIMEOUT_MS,
): Strategy {
  return {
    id: externalStrategyId(source),
    version: 1,
    idea: `What ${source} proposes from outside.`,
    timeframe,
    higherTimeframe: '1h',
    parameters: [],
    warmUpBars: 0,
    timeoutMs,
    featureSet: 'quality',
    besideSets: [],
    model: 'quality',
    startsInPhase0: false,
    isPlacebo: false,
    create: () => ({ onBar: () => null, save: () => undefined, load: () => undefined }),
  };
}

/** The strategy behind a signal that is followed already; null for those of our own. */
export function strategyOfExternal({ strategyId, timeframe, timeoutMs }: Signal): Strategy | null {
  const source = externalSource(strategyId);
  return source === null ? null : externalStrategy(source, timeframe, timeoutMs);
}

/** For an engine that runs nothing else: the indicators of every timeframe that signals from outside may name. */
export function externalGround(): ActiveStrategy {
  return { strategy: { ...externalStrategy('ground', '5m'), higherTimeframe: '15m' }, parameters: {} };
}

export interface ExternalGround {
  readonly state: InstrumentState | undefined;
  readonly taken: ExternalBook;
  readonly settings: EngineSettings;
  readonly fills: FillBook;
}

/** The signal at the newest close, or why there is none. Changes nothing. */
export function draftExternal(
  { signal: given, instrumentId, time }: ExternalInput,
  { state, taken, settings, fills }: ExternalGround,
): Result<IssuedSignal, ExternalObjection> {
  const { source, side, stop, target, tp1 } = given;
  const before = taken.find(given);
  if (before !== null) {
    return no('duplicate', `${source} sent "${given.id}" before: it is ${before}.`, 'Nothing to do; it counts once.');
  }
  if (state === undefined)
    return no('unknown-instrument', `${instrumentId} is not watched.`, 'Watch it in the settings.');
  const timeframe = given.timeframe ?? DEFAULT_TIMEFRAME;
  const strategy = externalStrategy(source, timeframe, given.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  if (settings.disabledStrategies.includes(strategy.id)) {
    return no('switched-off', `Signals of ${source} are switched off.`, 'Switch them on in the settings.');
  }
  const price = newestPrice(state, time);
  if (!price.ok) return price;
  const { close, closeTime } = price.value;
  if (taken.has(signalId(strategy.id, instrumentId, closeTime, side))) {
    const message = `${source} has a ${side} on this instrument and this bar already.`;
    return no(
      'same-bar',
      message,
      'One signal of a source per instrument, side and bar; send the next one a bar later.',
    );
  }
  const entry = given.entry ?? close;
  const complaint =
    levelComplaint(given, entry, close) ??
    stopComplaint(stopInAtr(state, strategy, entry, stop), timeframe) ??
    timeoutComplaint(strategy.timeoutMs, state.durationMs);
  if (complaint !== null) return err(complaint);
  const draft: SignalDraft = {
    side,
    stop,
    tp1,
    tp1Fraction: TP1_FRACTION,
    target,
    reasons: given.reasons.length > 0 ? given.reasons : [`proposed by ${source}`],
    qualityParts: gradeOf(entry, stop, target),
    // The source says when something is new: by giving it another id.
    structureKey: given.id,
    measures: {},
    marks: [],
  };
  const costs = openingCosts(state, settings, fills);
  const signal = completedSignal(state, strategy, draft, entry, closeTime, costs);
  return ok({ state, strategy, signal, measures: draft.measures, costs });
}

/** Not a quote but a bar's close: the same in a replay of the stored bars. */
function newestPrice(
  state: InstrumentState,
  time: UnixMs,
): Result<{ readonly close: number; readonly closeTime: UnixMs }, ExternalObjection> {
  const { id, symbol, baseTimeframe } = state.instrument;
  if (state.lastOpenTime < 0)
    return no('no-price', `No bar of ${id} is known yet.`, 'Send it again once the chart runs.');
  const closeTime = state.lastOpenTime + state.durationMs;
  if (time - closeTime > STALE_BARS * state.durationMs) {
    const newest = new Date(closeTime).toISOString();
    const message = `The newest bar of ${symbol} closed at ${newest}: too long ago to enter at.`;
    return no('no-price', message, 'Send it again when the feed is live.');
  }
  return ok({ close: state.signals.bars(baseTimeframe).close(0), closeTime });
}

function levelComplaint(
  { side, stop, tp1, target }: ExternalSignal,
  entry: number,
  close: number,
): ExternalObjection | null {
  for (const [name, value] of Object.entries({ entry, stop, target, tp1: tp1 ?? entry })) {
    if (!(value > 0 && Number.isFinite(value))) return levels(`${name} must be a price above 0, not ${value}.`);
  }
  const sign = sideSign(side);
  const [against, beyond] = side === 'long' ? ['below', 'above'] : ['above', 'below'];
  if (!(sign * (entry - stop) > 0))
    return levels(`The stop of a ${side} lies ${against} its entry: ${stop}, ${entry}.`);
  if (!(sign * (target - entry) > 0)) {
    return levels(`The target of a ${side} lies ${beyond} its entry: ${target}, ${entry}.`);
  }
  if (tp1 !== null && !(sign * (tp1 - entry) > 0 && sign * (target - tp1) > 0)) {
    return levels(`The first target must lie between entry and target: ${tp1}, not between ${entry} and ${target}.`);
  }
  const movedR = Math.abs(entry - close) / Math.abs(entry - stop);
  if (movedR > MAXIMUM_MOVE_R) {
    const message = `The entry ${entry} is ${movedR.toFixed(2)} R away from the last close ${close}; ${MAXIMUM_MOVE_R} R is the most.`;
    return { kind: 'levels', message, remedy: 'Leave the entry out to enter at the last close.' };
  }
  return null;
}

function stopComplaint(distance: number, timeframe: Timeframe): ExternalObjection | null {
  if (Number.isNaN(distance)) {
    const message = `ATR(14) of ${timeframe} is not known yet.`;
    return { kind: 'no-price', message, remedy: 'It needs fourteen bars of that timeframe.' };
  }
  if (distance >= MINIMUM_STOP_ATR && distance <= MAXIMUM_STOP_ATR) return null;
  return levels(
    `The stop lies ${distance.toFixed(2)} ATR(14) of ${timeframe} from the entry; ${MINIMUM_STOP_ATR} to ${MAXIMUM_STOP_ATR} is a signal.`,
  );
}

function timeoutComplaint(timeoutMs: number, barMs: number): ExternalObjection | null {
  if (timeoutMs >= barMs && timeoutMs <= LONGEST_TIMEOUT_MS) return null;
  return levels(`The timeout must be one base bar to 30 days, not ${timeoutMs / 60_000} minutes.`);
}

function levels(message: string): ExternalObjection {
  return { kind: 'levels', message, remedy: 'Correct the levels at the source.' };
}

/** All that can be graded without knowing how it was found. */
function gradeOf(entry: number, stop: number, target: number) {
  const rewardRisk = Math.abs(target - entry) / Math.abs(entry - stop);
  return measuredParts([
    qualityPart('reward_risk', 'Planned reward to risk, full from 3 on', 1, rewardRisk / FULL_REWARD_RISK),
  ]);
}

function no(kind: ExternalObjection['kind'], message: string, remedy: string): Result<never, ExternalObjection> {
  return err({ kind, message, remedy });
}

/** What a restart tells the book again. */
export interface TakenKey {
  readonly source: string;
  readonly id: string;
  readonly signalId: SignalId;
}
