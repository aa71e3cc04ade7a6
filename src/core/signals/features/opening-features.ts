/** FE-15: features of the opening range that a subject is about, and of the opens before it. Signed by the market. */
import { extension, firstSide, type Opening } from '../sessions/opening-ranges.ts';
import { NO_SPAN, type SessionSpan } from '../sessions/session-windows.ts';
import { direction, rangeOf, rangePercent } from '../sessions/span-figures.ts';
import { type FeatureDefinition, type FeatureInput, measured } from './feature.ts';
import {
  ANY_NUMBER,
  BARS_PER_DAY,
  FLAG,
  HOUR_ATR_BARS,
  hourAtr,
  MAIN_SESSIONS,
  MEAN_DAYS,
  NOT_NEGATIVE,
  OPENING_BARS,
  QUARTER_ATR_BARS,
  SIGN,
  sessionFeature,
  WINDOW_NAMES,
  windowBars,
} from './session-feature.ts';

/** What the strategy knows of the break, and which open it is about; without a break the models see them as missing. */
const BREAK_FEATURES: readonly FeatureDefinition[] = [
  measured(
    'open_minute',
    'Minute of the UTC day at which the session of the opening range opened.',
    'minutes',
    [0, 1439],
  ),
  measured('break_minutes', 'Minutes from the end of the opening range to the breaking close.', 'minutes', [0, 720]),
  measured(
    'break_dist_range',
    'Distance of the breaking close beyond the edge over the height of the opening range; unsigned.',
    'ranges',
    NOT_NEGATIVE,
  ),
  measured('first_break', '1 when the other side of the opening range has not broken before, else 0.', 'flag', FLAG),
];

const GAP_FEATURES: readonly FeatureDefinition[] = [
  sessionFeature(
    'open_gap_atr',
    'Open of the opening range minus the close of the newest finished UTC day over ATR14 of 1h.',
    'ATR',
    ANY_NUMBER,
    BARS_PER_DAY,
    (input) => (openingOf(input).open - input.sessions.windows.finished('day').close) / hourAtr(input),
  ),
  ...MAIN_SESSIONS.map((id) =>
    sessionFeature(
      `${id}_gap_atr`,
      `Open of the opening range minus the last close of the newest finished ${WINDOW_NAMES[id]} over ATR14 of 1h.`,
      'ATR',
      ANY_NUMBER,
      Math.max(windowBars(id), HOUR_ATR_BARS),
      (input) => (openingOf(input).open - input.sessions.windows.finished(id).close) / hourAtr(input),
    ),
  ),
];

const RANGE_FEATURES: readonly FeatureDefinition[] = [
  sessionFeature(
    'or_size_pct',
    'Height of the opening range over its open.',
    'percent',
    NOT_NEGATIVE,
    OPENING_BARS,
    (input) => rangePercent(openingOf(input)),
  ),
  sessionFeature(
    'or_size_atr',
    'Height of the opening range over ATR14 of 15m.',
    'ATR',
    NOT_NEGATIVE,
    QUARTER_ATR_BARS,
    (input) => rangeOf(openingOf(input)) / input.quarter.indicators.atr.value,
  ),
  sessionFeature(
    'or_direction',
    'Close minus open of the opening range over its height: 1 up throughout.',
    'share',
    SIGN,
    OPENING_BARS,
    (input) => direction(openingOf(input)),
  ),
  sessionFeature(
    'or_size_to_mean',
    'Height of the opening range over the mean of the same open on the three days before.',
    'ratio',
    NOT_NEGATIVE,
    MEAN_DAYS * BARS_PER_DAY + OPENING_BARS,
    (input) => rangeOf(openingOf(input)) / openingMean(input, rangeOf),
  ),
  sessionFeature(
    'or_size_mean3_pct',
    'Mean height of the same opening range on the three days before, each over its open.',
    'percent',
    NOT_NEGATIVE,
    MEAN_DAYS * BARS_PER_DAY + OPENING_BARS,
    (input) => openingMean(input, rangePercent),
  ),
];

const OUTCOME_FEATURES: readonly FeatureDefinition[] = [
  sessionFeature(
    'prev_open_side',
    'Side of the first close outside the open before this one: 1 up, -1 down, 0 none so far.',
    'sign',
    SIGN,
    2 * OPENING_BARS,
    (input) => sideOf(previousOpening(input)),
  ),
  sessionFeature(
    'prev_open_extension',
    'How far price went beyond the edge that broke first of the open before this one; 0 when none did.',
    'ranges',
    NOT_NEGATIVE,
    2 * OPENING_BARS,
    (input) => extensionOf(previousOpening(input)),
  ),
  sessionFeature(
    'prev_open_size_ratio',
    'Height of this opening range over that of the open before it.',
    'ratio',
    NOT_NEGATIVE,
    2 * OPENING_BARS,
    (input) => rangeOf(openingOf(input)) / rangeOf(previousOpening(input) ?? NO_SPAN),
  ),
  sessionFeature(
    'same_open_side',
    'Side of the first close outside the same open a day before: 1 up, -1 down, 0 none.',
    'sign',
    SIGN,
    BARS_PER_DAY + OPENING_BARS,
    (input) => sideOf(openingBefore(input, 1)),
  ),
  sessionFeature(
    'same_open_extension',
    'How far price went beyond the edge that broke first of the same open a day before; 0 when none did.',
    'ranges',
    NOT_NEGATIVE,
    BARS_PER_DAY + OPENING_BARS,
    (input) => extensionOf(openingBefore(input, 1)),
  ),
];

export const OPENING_FEATURES: readonly FeatureDefinition[] = [
  ...BREAK_FEATURES,
  ...GAP_FEATURES,
  ...RANGE_FEATURES,
  ...OUTCOME_FEATURES,
];

/** The open that the subject is about, `ago` days before; null when it is about none, or missing. */
function openingBefore({ subject, sessions }: FeatureInput, ago: number): Opening | null {
  return sessions.openings.ofMinute(subject.measures.open_minute ?? Number.NaN, ago);
}

function openingOf(input: FeatureInput): SessionSpan {
  return openingBefore(input, 0) ?? NO_SPAN;
}

/** The open before the one that the subject is about. */
function previousOpening({ subject, sessions }: FeatureInput): Opening | null {
  return sessions.openings.before(subject.measures.open_minute ?? Number.NaN);
}

function sideOf(opening: Opening | null): number {
  return opening === null ? Number.NaN : firstSide(opening);
}

function extensionOf(opening: Opening | null): number {
  return opening === null ? Number.NaN : extension(opening);
}

/** Over the same open on the three days before; missing when one of them is. */
function openingMean(input: FeatureInput, figure: (span: SessionSpan) => number): number {
  let sum = 0;
  for (let ago = 1; ago <= MEAN_DAYS; ago++) sum += figure(openingBefore(input, ago) ?? NO_SPAN);
  return sum / MEAN_DAYS;
}
