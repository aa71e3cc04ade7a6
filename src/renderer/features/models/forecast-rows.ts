/** What a model of openings, of hours or of results forecast against what came, as the rows of a table over 7, 30 and 90 days (ML-45, TU-10). */
import type { ForecastWindow } from '#contract/areas/models.ts';
import { formatCount, formatNumber, formatR, formatShare } from '../../lib/format.ts';
import { type AccuracyCell, bounds, type RecordRow, shares, toneOf } from './accuracy-rows.ts';

type ForecastRow = RecordRow<ForecastWindow>;

/** Hours below which a comparison is not made. */
const FEWEST_HOURS = 48;

const counted: ForecastRow = {
  key: 'forecasts',
  label: 'Forecasts',
  term: 'liveForecasts',
  of: ({ forecasts, pending }) => ({
    value: formatNumber(forecasts),
    beside: pending === 0 ? '' : `${formatNumber(pending)} open`,
    tone: 'plain',
    hint: `${formatNumber(pending)} without an outcome yet.`,
  }),
};

/** Only the rows that the kind of model has; which it is shows in any window with figures, or in none. */
export function forecastRows(windows: readonly ForecastWindow[]): readonly ForecastRow[] {
  const direction = windows.findLast((window) => window.direction !== null)?.direction ?? null;
  const volatility = windows.findLast((window) => window.volatility !== null)?.volatility ?? null;
  if (direction !== null)
    return [counted, ...DIRECTION_ROWS, ...direction.recalls.map(({ label }) => recallRow(label))];
  if (volatility !== null) return [counted, QLIKE_ROW, ...volatility.against.map(({ name }) => againstRow(name))];
  if (windows.some((window) => window.result !== null)) return [counted, ...RESULT_ROWS];
  return [counted];
}

const RESULT_ROWS: readonly ForecastRow[] = [
  {
    key: 'expected',
    label: 'Forecast',
    term: 'liveExpectedR',
    of: ({ result }) => result && { value: formatR(result.predicted), beside: '', tone: 'plain', hint: '' },
  },
  {
    key: 'came',
    label: 'Came',
    term: 'liveCameR',
    of: ({ result }) => {
      if (result === null) return null;
      const { came, predicted, known } = result;
      const isOff = predicted < came.low || predicted > came.high;
      return {
        ...{ value: formatR(came.value), beside: bounds(came, 2), tone: isOff ? 'off' : 'plain' },
        hint: `Of ${formatCount(known, 'signal')}. The forecast, ${formatR(predicted)}, is ${isOff ? 'outside' : 'within'}.`,
      };
    },
  },
  {
    key: 'squared-error',
    label: 'Squared error',
    term: 'liveSquaredError',
    of: ({ result }) =>
      result && { value: formatNumber(result.squaredError.value, 3), beside: '', tone: 'plain', hint: '' },
  },
  {
    key: 'against-mean',
    label: 'Less: mean so far',
    term: 'squaredErrorDifference',
    of: ({ result }) => {
      if (result === null) return null;
      const { difference, squaredError } = result;
      return {
        value: formatNumber(difference.value, 3),
        beside: bounds(difference),
        tone: toneOf({ ...difference, base: 0 }, 'lower'),
        hint: `The mean of all results known before each signal had ${formatNumber(squaredError.base, 3)}.`,
      };
    },
  },
];

const DIRECTION_ROWS: readonly ForecastRow[] = [
  {
    key: 'right',
    label: 'Named right',
    term: 'liveRight',
    of: ({ direction }) => {
      if (direction === null) return null;
      const { right, known } = direction;
      return {
        ...{ value: formatShare(right.value), beside: shares(right), tone: toneOf(right, 'higher') },
        hint: `Of ${formatCount(known, 'opening')}; naming the most frequent direction each time would have had ${formatShare(right.base)}.`,
      };
    },
  },
  {
    key: 'brier',
    label: 'Brier',
    term: 'brier',
    of: ({ direction }) => {
      if (direction === null) return null;
      const { brier } = direction;
      return {
        ...{ value: formatNumber(brier.value, 3), beside: bounds(brier), tone: toneOf(brier, 'lower') },
        hint: `The shares of these openings given to each would have had ${formatNumber(brier.base, 3)}.`,
      };
    },
  },
];

function recallRow(label: string): ForecastRow {
  return {
    key: `recall-${label}`,
    label: `Recall of ${label}`,
    term: 'recall',
    of: ({ direction }) => {
      const own = direction?.recalls.find((recall) => recall.label === label);
      if (own === undefined || own.share === null) return null;
      const hint = `Of ${formatCount(own.rows, 'opening')} that came out so.`;
      return { value: formatShare(own.share.value), beside: shares(own.share), tone: 'plain', hint };
    },
  };
}

const QLIKE_ROW: ForecastRow = {
  key: 'qlike',
  label: 'QLIKE',
  term: 'qlike',
  from: FEWEST_HOURS,
  of: ({ volatility }) =>
    volatility === null
      ? null
      : {
          ...{ value: formatNumber(volatility.qlike, 3), beside: '', tone: 'plain' },
          hint: `Over ${formatCount(volatility.hours, 'hour')}.`,
        },
};

function againstRow(name: string): ForecastRow {
  return {
    key: `against-${name}`,
    label: `Less: ${name}`,
    term: 'qlikeDifference',
    from: FEWEST_HOURS,
    of: ({ volatility }): AccuracyCell | null => {
      const found = volatility?.against.find((one) => one.name === name);
      if (found === undefined) return null;
      const { difference, qlike } = found;
      return {
        value: formatNumber(difference.value, 3),
        beside: `${formatNumber(difference.low, 3)} to ${formatNumber(difference.high, 3)}`,
        tone: toneOf({ ...difference, base: 0 }, 'lower'),
        hint: `The ${name} forecast had ${formatNumber(qlike, 3)}.`,
      };
    },
  };
}

/** TU-10, of the longest period that has figures; null without any. */
export function forecastVerdict(windows: readonly ForecastWindow[]): string | null {
  for (const { days, volatility, result } of windows.toReversed()) {
    const verdict = (volatility ?? result)?.verdict;
    if (verdict !== undefined) return `Over ${days} days: ${verdict}`;
  }
  return null;
}
