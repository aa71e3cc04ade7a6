/** The figures of a model of several classes or of a value, as the rows of a table (ML-22, ML-32). */
import type { ClassModelFigures, Figure, ValueModelFigures } from '#contract/areas/models.ts';
import { formatNumber, formatShare } from '../../lib/format.ts';
import type { TermName } from '../../lib/glossary.ts';
import type { FigureRow } from './figure-rows.ts';

export interface OtherFigureRow {
  readonly key: string;
  readonly label: string;
  readonly term: TermName;
  readonly better: FigureRow['better'];
  readonly write: (value: number) => string;
  readonly figure: Figure;
  /** How many rows it rests on. */
  readonly rows: number;
}

const four = (value: number) => formatNumber(value, 4);
const share = (value: number) => formatShare(value);

export function classFigureRows(figures: ClassModelFigures): readonly OtherFigureRow[] {
  const { rows, balancedAccuracy, accuracy, logLoss, brier, classes } = figures;
  const whole: readonly OtherFigureRow[] = [
    {
      ...{ key: 'balancedAccuracy', label: 'Balanced accuracy', term: 'balancedAccuracy', better: 'higher' },
      ...{ write: share, figure: balancedAccuracy, rows },
    },
    ...classes.map(
      ({ label, rows: own, recall }): OtherFigureRow => ({
        ...{ key: `recall-${label}`, label: `Recall of ${label}`, term: 'recall', better: 'higher' },
        ...{ write: share, figure: recall, rows: own },
      }),
    ),
    ...classes.map(
      ({ label, rows: own, precision }): OtherFigureRow => ({
        ...{ key: `precision-${label}`, label: `Precision of ${label}`, term: 'precision', better: 'higher' },
        ...{ write: share, figure: precision, rows: own },
      }),
    ),
    {
      ...{ key: 'accuracy', label: 'Accuracy', term: 'classAccuracy', better: 'neither' },
      ...{ write: share, figure: accuracy, rows },
    },
    { ...{ key: 'logLoss', label: 'Log loss', term: 'logLoss', better: 'lower' }, write: four, figure: logLoss, rows },
    { ...{ key: 'brier', label: 'Brier', term: 'brier', better: 'lower' }, write: four, figure: brier, rows },
  ];
  return whole;
}

export function valueFigureRows(figures: ValueModelFigures): readonly OtherFigureRow[] {
  const { rows, rootMeanSquaredError, meanAbsoluteError, rSquared, baselines } = figures;
  return [
    {
      ...{ key: 'rootMeanSquaredError', label: 'RMSE', term: 'rootMeanSquaredError', better: 'lower' },
      ...{ write: four, figure: rootMeanSquaredError, rows },
    },
    {
      ...{ key: 'meanAbsoluteError', label: 'Mean absolute error', term: 'meanAbsoluteError', better: 'lower' },
      ...{ write: four, figure: meanAbsoluteError, rows },
    },
    {
      ...{ key: 'rSquared', label: 'R²', term: 'rSquared', better: 'higher' },
      ...{ write: (value: number) => formatNumber(value, 3), figure: rSquared, rows },
    },
    ...baselines.map(
      ({ name, saved }): OtherFigureRow => ({
        ...{ key: `saved-${name}`, label: `Error saved: ${name}`, term: 'errorSaved', better: 'higher' },
        ...{ write: share, figure: saved, rows },
      }),
    ),
  ];
}
