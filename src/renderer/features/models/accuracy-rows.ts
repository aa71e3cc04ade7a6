/** What a model said against what came, as the rows of a table over 7, 30 and 90 days (ML-45). */
import type { AccuracyWindow, Figure, Interval } from '#contract/areas/models.ts';
import { formatCount, formatNumber, formatShare } from '../../lib/format.ts';
import type { TermName } from '../../lib/glossary.ts';
import { type FigureRow, judge } from './figure-rows.ts';

/** `off` is a prediction outside what came, in either direction. */
export type CellTone = 'better' | 'worse' | 'off' | 'plain';

export interface AccuracyCell {
  readonly value: string;
  /** The 95 % interval, or what else belongs beside the value. */
  readonly beside: string;
  readonly tone: CellTone;
  /** What the figure is compared with, in a sentence; empty where nothing is. */
  readonly hint: string;
}

export interface RecordRow<W> {
  readonly key: string;
  readonly label: string;
  readonly term: TermName;
  /** How many its figure needs, where that is more than usual. */
  readonly from?: number;
  /** Null while there are too few. */
  readonly of: (window: W) => AccuracyCell | null;
}

export const ACCURACY_ROWS: readonly RecordRow<AccuracyWindow>[] = [
  {
    key: 'predictions',
    label: 'Signals scored',
    term: 'liveSignals',
    of: ({ predictions, pending }) => ({
      value: formatNumber(predictions),
      beside: pending === 0 ? '' : `${formatNumber(pending)} open`,
      tone: 'plain',
      hint: `${formatCount(predictions - pending, 'signal')} resolved, ${formatNumber(pending)} without a result yet.`,
    }),
  },
  {
    key: 'predicted',
    label: 'Predicted to win',
    term: 'livePredicted',
    of: ({ predicted }) => ({ value: formatShare(predicted), beside: '', tone: 'plain', hint: '' }),
  },
  {
    key: 'observed',
    label: 'Won',
    term: 'liveObserved',
    of: ({ predicted, observed }) => {
      if (observed === null) return null;
      const isOff = predicted !== null && (predicted < observed.low || predicted > observed.high);
      return {
        value: formatShare(observed.value),
        beside: shares(observed),
        tone: isOff ? 'off' : 'plain',
        hint:
          predicted === null ? '' : `The prediction, ${formatShare(predicted)}, is ${isOff ? 'outside' : 'within'}.`,
      };
    },
  },
  {
    key: 'accuracy',
    label: 'Right side',
    term: 'liveAccuracy',
    of: ({ accuracy }) =>
      accuracy === null
        ? null
        : { value: formatShare(accuracy.value), beside: shares(accuracy), tone: 'plain', hint: '' },
  },
  {
    key: 'brier',
    label: 'Brier',
    term: 'liveBrier',
    of: ({ brier }) => {
      if (brier === null) return null;
      const hint = `The win rate of these rows given to every signal would have had ${formatNumber(brier.base, 3)}.`;
      return { value: formatNumber(brier.value, 3), beside: bounds(brier), tone: toneOf(brier, 'lower'), hint };
    },
  },
];

export const shares = ({ low, high }: Interval) => `${formatNumber(low * 100)}–${formatNumber(high * 100)}`;

export const bounds = ({ low, high }: Interval, decimals = 3) =>
  `${formatNumber(low, decimals)}${low < 0 ? ' to ' : '–'}${formatNumber(high, decimals)}`;

/** Coloured only where the whole interval is on one side of what no model gives. */
export function toneOf(figure: Figure, better: FigureRow['better']): CellTone {
  const judgement = judge(figure, better);
  return judgement === 'undecided' ? 'plain' : judgement;
}
