/** What the model said before outcomes were known, against what came, over 7, 30 and 90 days (ML-45). */
import { defines, tip } from '../../lib/glossary.ts';
import type { CellTone, RecordRow } from './accuracy-rows.ts';
import { FEWEST_ROWS } from './figure-rows.ts';

const TONES: Readonly<Record<CellTone, string>> = { better: 'up', worse: 'down', off: 'accuracy__off', plain: '' };
const TONE_WORDS: Readonly<Record<CellTone, string>> = {
  better: 'better than no model',
  worse: 'worse than no model',
  off: 'not as predicted',
  plain: '',
};

interface AccuracyTableProps<W> {
  readonly windows: readonly W[];
  readonly rows: readonly RecordRow<W>[];
  /** Predictions of a window whose outcome is known. */
  readonly known: (window: W) => number;
  /** What it predicts, e.g. `a signal`. */
  readonly one: string;
}

export function AccuracyTable<W extends { readonly days: number }>({
  windows,
  rows,
  known,
  one,
}: AccuracyTableProps<W>) {
  if (windows.length === 0) {
    return <p className="model__note">This model has not scored {one} yet. Its record begins with the first one.</p>;
  }
  return (
    <table className="accuracy">
      <caption className="visually-hidden">What was predicted against what came, with 95 % intervals</caption>
      <thead>
        <tr>
          <td />
          {windows.map(({ days }) => (
            <th key={days} scope="col" {...defines('accuracyPeriod')}>
              {days} days
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row" {...defines(row.term)}>
              {row.label}
            </th>
            {windows.map((window) => (
              <Cell key={window.days} row={row} window={window} known={known(window)} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface CellProps<W> {
  readonly row: RecordRow<W>;
  readonly window: W;
  readonly known: number;
}

function Cell<W>({ row, window, known }: CellProps<W>) {
  const cell = row.of(window);
  if (cell === null) {
    return (
      <td
        className="faint"
        {...tip(`${known} resolved; figures appear from ${row.from ?? FEWEST_ROWS} on.`, row.label)}
      >
        too few
      </td>
    );
  }
  return (
    <td className="number" {...(cell.hint === '' ? {} : tip(cell.hint, row.label))}>
      <span className={`strong ${TONES[cell.tone]}`}>{cell.value}</span>
      {cell.tone !== 'plain' && <span className="visually-hidden"> {TONE_WORDS[cell.tone]}</span>}
      {cell.beside !== '' && <span className="accuracy__beside">{cell.beside}</span>}
    </td>
  );
}
