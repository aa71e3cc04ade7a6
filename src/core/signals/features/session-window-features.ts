/** FE-15: features of the windows of the day and of days before. Signed by the market: up is positive. */
import { DAY_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { SESSION_WINDOWS, type SessionWindowId } from '../sessions/session-clock.ts';
import type { SessionSpan } from '../sessions/session-windows.ts';
import {
  closePosition,
  direction,
  rangeOf,
  rangePercent,
  returnPercent,
  SESSION_TYPES,
  type SessionType,
  sessionType,
} from '../sessions/span-figures.ts';
import type { FeatureDefinition, FeatureInput } from './feature.ts';
import {
  ANY_NUMBER,
  BARS_PER_DAY,
  FLAG,
  HOUR_ATR_BARS,
  hourAtr,
  MAIN_SESSIONS,
  MEAN_DAYS,
  NOT_NEGATIVE,
  SIGN,
  sessionFeature,
  WINDOW_NAMES,
  windowBars,
} from './session-feature.ts';

const WINDOW_IDS = SESSION_WINDOWS.map(({ id }) => id).filter((id) => id !== 'day');

const RANGE_FEATURES: readonly FeatureDefinition[] = WINDOW_IDS.flatMap((id) => [
  sessionFeature(
    `${id}_range_pct`,
    `High-low range of the newest finished ${WINDOW_NAMES[id]} over its open.`,
    'percent',
    NOT_NEGATIVE,
    windowBars(id),
    ({ sessions }) => rangePercent(sessions.windows.finished(id)),
  ),
  sessionFeature(
    `${id}_range_atr`,
    `High-low range of the newest finished ${WINDOW_NAMES[id]} over ATR14 of 1h.`,
    'ATR',
    NOT_NEGATIVE,
    Math.max(windowBars(id), HOUR_ATR_BARS),
    (input) => rangeOf(input.sessions.windows.finished(id)) / hourAtr(input),
  ),
]);

const DIRECTION_FEATURES: readonly FeatureDefinition[] = MAIN_SESSIONS.map((id) =>
  sessionFeature(
    `${id}_direction`,
    `Close minus open of the newest finished ${WINDOW_NAMES[id]} over its range: 1 up throughout.`,
    'share',
    SIGN,
    windowBars(id),
    ({ sessions }) => direction(sessions.windows.finished(id)),
  ),
);

const RATIO_FEATURES: readonly FeatureDefinition[] = (
  [
    ['pre_asia', 'asia'],
    ['pre_london', 'asia'],
    ['pre_ny', 'london'],
    ['asia', 'london'],
    ['london', 'ny'],
    ['ny', 'asia'],
  ] as const
).map(([over, under]) =>
  sessionFeature(
    `${over}_to_${under}_range`,
    `Range of the newest finished ${WINDOW_NAMES[over]} over that of the newest ${WINDOW_NAMES[under]}.`,
    'ratio',
    NOT_NEGATIVE,
    Math.max(windowBars(over), windowBars(under)),
    ({ sessions }) => rangeOf(sessions.windows.finished(over)) / rangeOf(sessions.windows.finished(under)),
  ),
);

const DAY_FEATURES: readonly FeatureDefinition[] = [
  sessionFeature(
    'prev_day_return_pct',
    'Close over open of the newest finished UTC day, minus one.',
    'percent',
    [-100, Number.POSITIVE_INFINITY],
    BARS_PER_DAY,
    ({ sessions }) => returnPercent(sessions.windows.finished('day')),
  ),
  sessionFeature(
    'prev_day_range_pct',
    'High-low range of the newest finished UTC day over its open.',
    'percent',
    NOT_NEGATIVE,
    BARS_PER_DAY,
    ({ sessions }) => rangePercent(sessions.windows.finished('day')),
  ),
  sessionFeature(
    'prev_day_direction',
    'Close minus open of the newest finished UTC day over its range: 1 up throughout.',
    'share',
    SIGN,
    BARS_PER_DAY,
    ({ sessions }) => direction(sessions.windows.finished('day')),
  ),
  sessionFeature(
    'prev_day_close_position',
    'Where the newest finished UTC day closed between its low (0) and its high (1).',
    'share',
    FLAG,
    BARS_PER_DAY,
    ({ sessions }) => closePosition(sessions.windows.finished('day')),
  ),
  sessionFeature(
    'prev_day_high_dist_atr',
    'Close minus the high of the newest finished UTC day over ATR14 of 1h: positive above it.',
    'ATR',
    ANY_NUMBER,
    BARS_PER_DAY,
    (input) => (input.own.bars.close(0) - input.sessions.windows.finished('day').high) / hourAtr(input),
  ),
  sessionFeature(
    'prev_day_low_dist_atr',
    'Close minus the low of the newest finished UTC day over ATR14 of 1h: negative below it.',
    'ATR',
    ANY_NUMBER,
    BARS_PER_DAY,
    (input) => (input.own.bars.close(0) - input.sessions.windows.finished('day').low) / hourAtr(input),
  ),
  sessionFeature(
    'today_position',
    "Where the close stands between the running UTC day's low (0) and high (1); missing at midnight.",
    'share',
    FLAG,
    1,
    ({ sessions }) => closePosition(sessions.windows.today()),
  ),
  sessionFeature(
    'today_to_prev_range',
    'Range of the running UTC day so far over that of the finished one before.',
    'ratio',
    NOT_NEGATIVE,
    BARS_PER_DAY + 1,
    ({ sessions }) => rangeOf(sessions.windows.today()) / rangeOf(sessions.windows.finished('day')),
  ),
];

const MEAN_FEATURES: readonly FeatureDefinition[] = [
  ...(['day', ...MAIN_SESSIONS] as const).map((id) =>
    sessionFeature(
      `${id}_range_mean3_pct`,
      `Mean range of the newest three finished windows: ${WINDOW_NAMES[id]}, each over its open.`,
      'percent',
      NOT_NEGATIVE,
      (MEAN_DAYS - 1) * BARS_PER_DAY + windowBars(id),
      (input) => windowMean(input, id, 0, rangePercent),
    ),
  ),
  sessionFeature(
    'day_return_mean3_pct',
    'Mean of close over open minus one of the newest three finished UTC days.',
    'percent',
    [-100, Number.POSITIVE_INFINITY],
    MEAN_DAYS * BARS_PER_DAY,
    (input) => windowMean(input, 'day', 0, returnPercent),
  ),
];

const TYPE_MEANINGS: Readonly<Record<SessionType, string>> = {
  trend: 'closed at least 60 % of its range from its open',
  range: 'was none of the other types',
  expansion: 'was no trend and at least 1.25 times as wide as the three before',
  contraction: 'was no trend and at most 0.75 times as wide as the three before',
};

/** One-hot: exactly one of them is 1, or all are missing. */
const TYPE_FEATURES: readonly FeatureDefinition[] = SESSION_TYPES.map((type) =>
  sessionFeature(
    `session_type_${type}`,
    `1 when the newest finished session (Asian, London, New York) ${TYPE_MEANINGS[type]}, else 0.`,
    'flag',
    FLAG,
    MEAN_DAYS * BARS_PER_DAY + windowBars('london'),
    (input) => typeFlag(input, type),
  ),
);

export const SESSION_WINDOW_FEATURES: readonly FeatureDefinition[] = [
  ...RANGE_FEATURES,
  ...DIRECTION_FEATURES,
  ...RATIO_FEATURES,
  ...DAY_FEATURES,
  ...MEAN_FEATURES,
  ...TYPE_FEATURES,
];

/** Over three finished windows, the newest of them `newest` days before the newest finished; missing when one is. */
function windowMean(
  { sessions }: FeatureInput,
  id: SessionWindowId,
  newest: number,
  figure: (span: SessionSpan) => number,
): number {
  let sum = 0;
  for (let ago = newest; ago < newest + MEAN_DAYS; ago++) sum += figure(sessions.windows.finished(id, ago));
  return sum / MEAN_DAYS;
}

function typeFlag(input: FeatureInput, type: SessionType): number {
  const id = newestSession(input.subject.time);
  const found = sessionType(input.sessions.windows.finished(id), windowMean(input, id, 1, rangeOf));
  if (found === null) return Number.NaN;
  return found === type ? 1 : 0;
}

/** The one of the main sessions that ended last. */
function newestSession(time: number): (typeof MAIN_SESSIONS)[number] {
  const minute = (time % DAY_MS) / MINUTE_MS;
  const ended = MAIN_SESSIONS.findLast(
    (id) => minute >= (SESSION_WINDOWS.find((one) => one.id === id)?.endMinute ?? 0),
  );
  return ended ?? 'ny';
}
