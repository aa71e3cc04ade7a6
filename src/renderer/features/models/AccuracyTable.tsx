/** What the model said before outcomes were known, against what came, over 7, 30 and 90 days (ML-45). */
import type { AccuracyWindow } from '#contract/areas/models.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { ACCURACY_ROWS, type AccuracyRow, type CellTone } from './accuracy-rows.ts';
import { FEWEST_ROWS } from './figure-rows.ts';

const TONES: Readonly<Record<CellTone, string>> = { better: 'up', worse: 'down', off: 'accuracy__off', plain: '' };
const TONE_WORDS: Readonly<Record<CellTone, string>> = {
  better: 'better than no model',
  worse: 'worse than no model',
  off: 'not as predicted',
  plain: '',
};

export function AccuracyTable({ windows }: { readonly windows: readonly AccuracyWindow[] }) {
  if (windows.length === 0) {
    return <p className="model__note">This model has not scored a signal yet. Its record begins with the first one.</p>;
  }
  return (
    <table className="accuracy">
      <caption className="visually-hidden">What was predicted against what came, with 95 % intervals</caption>
      <thead>
        <tr>
          <td />
          {windows.map(({ days }) => (
            <th key={days} scope="col">
              {days} days
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ACCURACY_ROWS.map((row) => (
          <tr key={row.key}>
            <th scope="row" {...defines(row.term)}>
              {row.label}
            </th>
            {windows.map((window) => (
              <Cell key={window.days} row={row} window={window} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ row, window }: { readonly row: AccuracyRow; readonly window: AccuracyWindow }) {
  const cell = row.of(window);
  if (cell === null) {
    const resolved = window.predictions - window.pending;
    return (
      <td className="faint" {...tip(`${resolved} resolved; figures appear from ${FEWEST_ROWS} on.`, row.label)}>
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
