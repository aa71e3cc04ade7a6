/** Figures of what models of openings, of hours and of results forecast before it was known (ML-45, TU-10): with intervals, or null where too few. */
import type {
  DirectionRecord,
  ForecastWindow,
  Interval,
  ResultRecord,
  VolatilityRecord,
} from '#contract/areas/models.ts';
import { ENOUGH_RESOLVED } from '#core/analysis/result-figures.ts';
import { meanInterval } from '#core/base/intervals.ts';
import { mean } from '#core/base/statistics.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import { DAY_MS, HOUR_MS, type UnixMs } from '#core/domain/timeframe.ts';
import { dependenceLength } from '#core/learning/uniqueness.ts';
import { type KnownRow, meanOfDependent, share, uniquenessOf } from './accuracy-figures.ts';

/** A forecast of an opening: probabilities by label, in the order of the labels. */
export interface DirectionRow {
  readonly time: UnixMs;
  readonly probabilities: readonly number[];
  /** Index of the label that it named. */
  readonly named: number;
  /** What came; null while it is not known, and where it never will be. */
  readonly target: number | null;
  readonly resolvedAt: UnixMs | null;
  readonly waiting: boolean;
}

/** A forecast of an hour, with what cheap forecasts said of it; all are logarithms of a volatility. */
export interface VolatilityRow {
  readonly time: UnixMs;
  readonly forecast: number;
  /** Null where the hour before is not known. */
  readonly lastValue: number | null;
  /** Null until enough hours are known. */
  readonly weighted: number | null;
  readonly target: number | null;
  readonly waiting: boolean;
}

/** A forecast of what a signal brings, in R. */
export interface ResultRow {
  readonly time: UnixMs;
  readonly forecast: number;
  /** Mean of all results that were known then; null below 20. */
  readonly meanBefore: number | null;
  /** Net R; null while it is open, and where it never gets a result. */
  readonly target: number | null;
  readonly resolvedAt: UnixMs | null;
  readonly waiting: boolean;
}

/** Hours below which no comparison is shown: two days, as volatility goes up and down with the time of day. */
const ENOUGH_HOURS = 48;
/** Hours drawn together: a day, for the same reason. */
const BLOCK_HOURS = 24;
const RESAMPLES = 500;

/** The last `days` up to `now`, exchange time; rows oldest first. */
export function directionWindow(
  rows: readonly DirectionRow[],
  labels: readonly string[],
  days: number,
  now: UnixMs,
): ForecastWindow {
  const { within, counts } = windowOf(rows, days, now);
  const known = within.filter(isKnown);
  const direction = known.length < ENOUGH_RESOLVED ? null : directionRecord(known, labels);
  return { ...counts, direction, volatility: null, result: null };
}

/** The last `days` up to `now`, exchange time; rows oldest first. */
export function volatilityWindow(rows: readonly VolatilityRow[], days: number, now: UnixMs): ForecastWindow {
  const { within, counts } = windowOf(rows, days, now);
  return { ...counts, direction: null, volatility: volatilityRecord(within), result: null };
}

/** The last `days` up to `now`, exchange time; rows oldest first. */
export function resultWindow(rows: readonly ResultRow[], days: number, now: UnixMs): ForecastWindow {
  const { within, counts } = windowOf(rows, days, now);
  return { ...counts, direction: null, volatility: null, result: resultRecord(within.filter(isComparable)) };
}

function windowOf<R extends { readonly time: UnixMs; readonly waiting: boolean }>(
  rows: readonly R[],
  days: number,
  now: UnixMs,
) {
  const within = rows.filter(({ time }) => time > now - days * DAY_MS && time <= now);
  const pending = within.filter(({ waiting }) => waiting).length;
  return { within, counts: { days, forecasts: within.length, pending } };
}

interface KnownDirection extends DirectionRow, KnownRow {
  readonly target: number;
  readonly resolvedAt: UnixMs;
}

function isKnown(row: DirectionRow): row is KnownDirection {
  return row.target !== null && row.resolvedAt !== null;
}

function directionRecord(rows: readonly KnownDirection[], labels: readonly string[]): DirectionRecord {
  const uniqueness = uniquenessOf(rows);
  const worth = mean(uniqueness);
  const isRight = ({ named, target }: KnownDirection) => named === target;
  const came = labels.map((_, label) => rows.filter(({ target }) => target === label));
  const shares = came.map((own) => own.length / rows.length);
  const squares = Float64Array.from(rows, ({ probabilities, target }) =>
    labels.reduce((sum, _, label) => sum + ((probabilities[label] ?? 0) - Number(target === label)) ** 2, 0),
  );
  return {
    known: rows.length,
    right: { ...share(rows, isRight, worth), base: Math.max(...shares) },
    brier: {
      ...meanOfDependent(squares, dependenceLength(uniqueness), 0, 2),
      base: 1 - shares.reduce((sum, value) => sum + value ** 2, 0),
    },
    recalls: labels.map((label, at) => {
      const own = came[at] ?? [];
      return { label, rows: own.length, share: own.length < ENOUGH_RESOLVED ? null : share(own, isRight, worth) };
    }),
  };
}

/**
 * QLIKE of a forecast variance: s / h - ln(s / h) - 1, with s what came (Patton 2011, equation 19 up to a constant; 0 is
 * perfect). It stays a fair yardstick where what came is itself measured with noise.
 */
export function qlike(logVolatility: number, forecast: number): number {
  const logRatio = 2 * (logVolatility - forecast);
  return Math.exp(logRatio) - logRatio - 1;
}

function volatilityRecord(rows: readonly VolatilityRow[]): VolatilityRecord | null {
  const losses = rows.flatMap(({ time, forecast, lastValue, weighted, target }) =>
    target === null || lastValue === null || weighted === null
      ? []
      : [{ time, of: [qlike(target, forecast), qlike(target, lastValue), qlike(target, weighted)] as const }],
  );
  // What instruments do in the same hour is one piece of evidence.
  const hours = [...Map.groupBy(losses, ({ time }) => time)].sort(([a], [b]) => a - b).map(([, of]) => of);
  if (hours.length < ENOUGH_HOURS) return null;
  const column = (at: 0 | 1 | 2) =>
    Float64Array.from(hours, (own) => mean(Float64Array.from(own, (loss) => loss.of[at])));
  const model = column(0);
  const against = BASELINES.map(({ name, at }) => {
    const cheap = column(at);
    return { name, qlike: mean(cheap), difference: pairedDifference(model, cheap) };
  });
  return { hours: hours.length, qlike: mean(model), against, verdict: verdictOf(against) };
}

const BASELINES = [
  { name: 'last value', at: 1 },
  { name: 'exponentially weighted', at: 2 },
] as const;

function pairedDifference(model: Float64Array, cheap: Float64Array): Interval {
  const differences = model.map((loss, hour) => loss - (cheap[hour] ?? Number.NaN));
  const seed = `qlike/${differences.length}`;
  const interval = meanInterval(differences, { seed, resamples: RESAMPLES, blockLength: BLOCK_HOURS, level: 0.95 });
  return { value: mean(differences), ...interval };
}

/** TU-10: it must surely beat both, or that is said. */
function verdictOf(against: VolatilityRecord['against']): string {
  const unbeaten = against.filter(({ difference }) => !(difference.high < 0));
  if (unbeaten.length === 0) return 'Beats the last value and the exponentially weighted forecast.';
  const names = unbeaten.map(({ name, difference }) => `${name}${difference.low > 0 ? ' (which is better)' : ''}`);
  return `Does not beat: ${names.join(', ')}.`;
}

interface ComparableResult extends ResultRow, KnownRow {
  readonly meanBefore: number;
  readonly target: number;
  readonly resolvedAt: UnixMs;
}

function isComparable(row: ResultRow): row is ComparableResult {
  return row.target !== null && row.resolvedAt !== null && row.meanBefore !== null;
}

function resultRecord(rows: readonly ComparableResult[]): ResultRecord | null {
  if (rows.length < ENOUGH_RESOLVED) return null;
  const dependence = dependenceLength(uniquenessOf(rows));
  const column = (of: (row: ComparableResult) => number) => Float64Array.from(rows, of);
  const model = column(({ forecast, target }) => (forecast - target) ** 2);
  const plain = column(({ meanBefore, target }) => (meanBefore - target) ** 2);
  const interval = (values: Float64Array) => meanOfDependent(values, dependence, -Infinity, Infinity);
  const difference = interval(model.map((loss, row) => loss - (plain[row] ?? Number.NaN)));
  const came = interval(column(({ target }) => target));
  // Where lives run together so long that two stretches of them do not fit, nothing bounds the mean.
  if (!Number.isFinite(difference.high - difference.low + came.high - came.low)) return null;
  return {
    known: rows.length,
    predicted: mean(column(({ forecast }) => forecast)),
    came,
    squaredError: { value: mean(model), base: mean(plain) },
    difference,
    verdict:
      difference.high < 0
        ? 'Beats the mean so far.'
        : `Does not beat the mean so far${difference.low > 0 ? ', which is better' : ''}.`,
  };
}

/** What results had come to by a time: the mean that needs no model. */
export class MeanSoFar {
  readonly #times: UnixMs[] = [];
  /** Of the results up to each place. */
  readonly #sums: number[] = [];

  /** Results in the order of their time. */
  constructor(results: readonly { readonly resolvedAt: UnixMs; readonly netR: number }[]) {
    let sum = 0;
    for (const { resolvedAt, netR } of results) {
      sum += netR;
      this.#times.push(resolvedAt);
      this.#sums.push(sum);
    }
  }

  /** Of the results that were known at `time`; null below 20. */
  at(time: UnixMs): number | null {
    let from = 0;
    let to = this.#times.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#times[middle] ?? Infinity) <= time) from = middle + 1;
      else to = middle;
    }
    return from < ENOUGH_RESOLVED ? null : (this.#sums[from - 1] ?? Number.NaN) / from;
  }
}

/** What is known of an hour: the logarithm of its realised volatility, null where bars are missing. */
export interface HourSeen {
  readonly instrumentId: InstrumentId;
  /** When the hour began. */
  readonly time: UnixMs;
  readonly target: number | null;
}

/** Weight of the past in the exponentially weighted variance (RiskMetrics), and hours before it is a forecast. */
const DECAY = 0.94;
const HOURS_BEFORE = 24;

interface HourMemory {
  readonly time: UnixMs;
  readonly target: number | null;
  readonly variance: number;
  readonly hours: number;
}

/** Cheap forecasts of each hour from the hours of its instrument that were over when it began. */
export class CheapForecasts {
  readonly #memory = new Map<InstrumentId, HourMemory>();

  /** Hours of an instrument in the order of their time. */
  next({ instrumentId, time, target }: HourSeen): Pick<VolatilityRow, 'lastValue' | 'weighted'> {
    const before = this.#memory.get(instrumentId);
    const said = {
      lastValue: before !== undefined && before.time === time - HOUR_MS ? before.target : null,
      weighted: before === undefined || before.hours < HOURS_BEFORE ? null : Math.log(before.variance) / 2,
    };
    this.#memory.set(instrumentId, { ...grown(before, target), time, target });
    return said;
  }
}

function grown(before: HourMemory | undefined, target: number | null): Pick<HourMemory, 'variance' | 'hours'> {
  const { variance = 0, hours = 0 } = before ?? {};
  if (target === null) return { variance, hours };
  const own = Math.exp(2 * target);
  // The plain mean at first, so that the first hour does not weigh on the next fifty.
  const weight = Math.max(1 - DECAY, 1 / (hours + 1));
  return { variance: (1 - weight) * variance + weight * own, hours: hours + 1 };
}
