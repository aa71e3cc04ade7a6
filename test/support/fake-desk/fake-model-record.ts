/** What the fake desk's models said and what came of it: records, weeks, shadow comparison, drift. */
import type { AccuracyWeek, AccuracyWindow, ModelOverview } from '#contract/areas/models.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { seededRandom } from './fake-market.ts';

const WEEK = 604_800_000;
const MONDAY_OFFSET = 4 * 86_400_000;

type LiveRecord = Pick<ModelOverview, 'accuracy' | 'accuracyByWeek' | 'enhanced' | 'shadow' | 'drift' | 'missing'>;

/** Its scores are no enhanced ones. */
const enhanced = null;

const NO_RECORD: LiveRecord = {
  ...{ accuracy: [], accuracyByWeek: [], enhanced },
  ...{ shadow: null, drift: null, missing: null },
};

const TOO_FEW = { observed: null, accuracy: null, brier: null };

/** A champion of some weeks: the last 7 days are too few, 90 days are off by more than chance. */
function longRecord(now: UnixMs): LiveRecord {
  const accuracy: readonly AccuracyWindow[] = [
    { days: 7, predictions: 22, pending: 9, predicted: 0.471, ...TOO_FEW },
    {
      days: 30,
      predictions: 118,
      pending: 9,
      predicted: 0.468,
      observed: { value: 0.44, low: 0.351, high: 0.534 },
      accuracy: { value: 0.606, low: 0.511, high: 0.691 },
      brier: { value: 0.2391, low: 0.2262, high: 0.2514, base: 0.2464 },
    },
    {
      days: 90,
      predictions: 402,
      pending: 9,
      predicted: 0.474,
      observed: { value: 0.417, low: 0.37, high: 0.466 },
      accuracy: { value: 0.598, low: 0.549, high: 0.646 },
      brier: { value: 0.2352, low: 0.2289, high: 0.2413, base: 0.2431 },
    },
  ];
  return {
    accuracy,
    accuracyByWeek: weeks(now, 13, 5),
    enhanced,
    shadow: {
      name: 'trend v2',
      signals: 88,
      needed: 50,
      winRate: 0.488,
      winRateBefore: 0.451,
      logLossDifference: { value: -0.0124, low: -0.0231, high: -0.0017 },
      netRDifference: { value: 0.041, low: -0.032, high: 0.114 },
      message: 'Lower log loss than trend v2 (95 % interval); net R per signal is undecided.',
    },
    missing: { rows: 200, features: [{ name: 'leader_correlation', share: 0.235 }] },
    drift: {
      judged: true,
      drifted: [
        { name: 'volume_ratio', stability: 0.27, threshold: 0.21 },
        { name: 'atr_pct', stability: 0.58, threshold: 0.21 },
        { name: 'hour_sin', stability: 0.24, threshold: 0.22 },
      ],
      message: '3 of 13 features moved away from the training rows.',
    },
  };
}

/** A champion of a few days: nothing can be said yet. */
function shortRecord(now: UnixMs): LiveRecord {
  const few = { predictions: 14, pending: 6, predicted: 0.462, ...TOO_FEW };
  return {
    accuracy: [7, 30, 90].map((days) => ({ days, ...few })),
    accuracyByWeek: weeks(now, 2, 0).map((week) => ({ ...week, resolved: 4 })),
    enhanced,
    shadow: {
      name: 'trend v1',
      signals: 34,
      needed: 50,
      winRate: 0.47,
      winRateBefore: 0.5,
      logLossDifference: null,
      netRDifference: null,
      message: 'Both score; too few signals have ended to compare them.',
    },
    missing: null,
    drift: { judged: false, drifted: [], message: 'Judged from 100 signals after the training on; 34 so far.' },
  };
}

/** A champion that stopped deciding three weeks ago, in a market that has not moved. */
function oldRecord(now: UnixMs): LiveRecord {
  const long = longRecord(now);
  const then = now - 3 * WEEK;
  return {
    accuracy: [
      { days: 7, predictions: 0, pending: 0, predicted: null, ...TOO_FEW },
      { days: 30, predictions: 17, pending: 0, predicted: 0.455, ...TOO_FEW },
      ...long.accuracy.slice(2).map((window) => ({ ...window, pending: 0 })),
    ],
    accuracyByWeek: weeks(then, 10, 0),
    enhanced,
    shadow: null,
    missing: { rows: 200, features: [] },
    drift: { judged: true, drifted: [], message: 'No feature moved by more than chance.' },
  };
}

export type RecordLength = 'none' | 'short' | 'long' | 'old';

export function recordOf(length: RecordLength, now: UnixMs): LiveRecord {
  switch (length) {
    case 'none':
      return NO_RECORD;
    case 'short':
      return shortRecord(now);
    case 'long':
      return longRecord(now);
    case 'old':
      return oldRecord(now);
  }
}

/** The last `count` weeks up to now without the one at `missing`; every fourth has few results. */
function weeks(now: UnixMs, count: number, missing: number): readonly AccuracyWeek[] {
  const random = seededRandom(4_100);
  const thisWeek = Math.floor((now - MONDAY_OFFSET) / WEEK) * WEEK + MONDAY_OFFSET;
  return Array.from({ length: count }, (_, at) => {
    const resolved = at % 4 === 3 ? 11 : 24 + Math.floor(random() * 20);
    return {
      start: thisWeek - (count - 1 - at) * WEEK,
      resolved,
      predicted: 0.46 + (random() - 0.5) * 0.04,
      observed: 0.43 + (random() - 0.5) * (resolved < 20 ? 0.4 : 0.18),
    };
  }).filter((_, at) => missing === 0 || at !== missing);
}
