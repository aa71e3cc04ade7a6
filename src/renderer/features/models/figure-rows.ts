/** The figures of a version in the order of the table, how each is written, and when it may be coloured (ML-22). */
import type { Figure, ModelFigures } from '#contract/areas/models.ts';
import { formatNumber, formatR, formatShare } from '../../lib/format.ts';
import type { TermName } from '../../lib/glossary.ts';

/** Fewer say nothing reliable (ML-44 uses the same bound for its cells). */
export const FEWEST_ROWS = 20;

export type Judgement = 'better' | 'worse' | 'undecided';

/** Colours of a figure by its judgement. */
export const FIGURE_TONES: Readonly<Record<Judgement, string>> = { better: 'up', worse: 'down', undecided: '' };

export interface FigureRow {
  readonly key: keyof ModelFigures & string;
  readonly label: string;
  readonly term: TermName;
  readonly better: 'higher' | 'lower' | 'neither';
  readonly write: (value: number) => string;
  readonly of: (figures: ModelFigures) => Figure;
  /** About the signals that reach the threshold only, which may be few among many rows. */
  readonly ofTaken: boolean;
}

export const FIGURE_ROWS: readonly FigureRow[] = [
  {
    key: 'areaUnderCurve',
    label: 'AUC',
    term: 'areaUnderCurve',
    better: 'higher',
    write: (value) => formatNumber(value, 3),
    of: (figures) => figures.areaUnderCurve,
    ofTaken: false,
  },
  {
    key: 'logLoss',
    label: 'Log loss',
    term: 'logLoss',
    better: 'lower',
    write: (value) => formatNumber(value, 4),
    of: (figures) => figures.logLoss,
    ofTaken: false,
  },
  {
    key: 'brier',
    label: 'Brier',
    term: 'brier',
    better: 'lower',
    write: (value) => formatNumber(value, 4),
    of: (figures) => figures.brier,
    ofTaken: false,
  },
  {
    key: 'calibrationError',
    label: 'Calibration error',
    term: 'calibrationError',
    better: 'neither',
    write: (value) => formatNumber(value, 3),
    of: (figures) => figures.calibrationError,
    ofTaken: false,
  },
  {
    key: 'winRate',
    label: 'Win rate at threshold',
    term: 'modelWinRate',
    better: 'higher',
    write: (value) => formatShare(value),
    of: (figures) => figures.winRate,
    ofTaken: true,
  },
  {
    key: 'netRPerTrade',
    label: 'Net R at threshold',
    term: 'modelNetR',
    better: 'higher',
    write: (value) => formatR(value),
    of: (figures) => figures.netRPerTrade,
    ofTaken: true,
  },
  {
    key: 'coverage',
    label: 'Coverage',
    term: 'coverage',
    better: 'neither',
    write: (value) => formatShare(value),
    of: (figures) => figures.coverage,
    ofTaken: false,
  },
];

/** Better or worse than no model only when the whole interval is on one side of the base. */
export function judge(figure: Figure, better: FigureRow['better']): Judgement {
  if (better === 'neither' || !(figure.low <= figure.high)) return 'undecided';
  if (figure.low > figure.base) return better === 'higher' ? 'better' : 'worse';
  if (figure.high < figure.base) return better === 'higher' ? 'worse' : 'better';
  return 'undecided';
}

/** How many rows the figure rests on. */
export function rowsBehind(row: FigureRow, figures: ModelFigures): number {
  if (!row.ofTaken) return figures.rows;
  const taken = figures.rows * figures.coverage.value;
  return Number.isFinite(taken) ? Math.round(taken) : 0;
}

/** Places 0-1 of a figure's interval, value and base on one scale. */
export function intervalPlaces({ value, low, high, base }: Figure) {
  const ends = [value, low, high, base].filter(Number.isFinite);
  const first = Math.min(...ends);
  const span = Math.max(...ends) - first;
  const placeOf = (at: number) => (span > 0 ? 0.04 + (0.92 * (at - first)) / span : 0.5);
  return { low: placeOf(low), high: placeOf(high), value: placeOf(value), base: placeOf(base) };
}
