/** What a model of directions or of a value achieved out of sample, each figure with its interval beside what no model gives. */
import type { ModelVersionView } from '#contract/areas/models.ts';
import { formatCount } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { FEWEST_ROWS, FIGURE_TONES, judge } from './figure-rows.ts';
import { IntervalStrip } from './IntervalStrip.tsx';
import { classFigureRows, type OtherFigureRow, valueFigureRows } from './other-figure-rows.ts';

export function OtherFigures({ version }: { readonly version: ModelVersionView }) {
  const { classFigures, valueFigures } = version;
  const rows =
    classFigures === null
      ? valueFigures === null
        ? []
        : valueFigureRows(valueFigures)
      : classFigureRows(classFigures);
  const counted = classFigures?.rows ?? valueFigures?.rows ?? 0;
  const dropped = classFigures?.dropped ?? [];
  return (
    <>
      <table className="figures-table">
        <caption className="visually-hidden">Figures out of sample with their 95 % intervals</caption>
        <thead>
          <tr>
            <td />
            <th scope="col" colSpan={2} {...defines('interval')}>
              v{version.version}, 95 % interval
            </th>
            <td className="figures-table__strip" />
            <th scope="col" {...defines('noModel')}>
              No model
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.key} row={row} />
          ))}
        </tbody>
      </table>
      <p className="caption">
        <span {...defines('outOfSample')}>Out of sample</span>: v{version.version} {formatCount(counted, 'row')}.
        {dropped.map(({ label, rows: few }) => ` ${label} was too rare to learn: ${formatCount(few, 'row')}.`)}
      </p>
    </>
  );
}

function Row({ row }: { readonly row: OtherFigureRow }) {
  const { label, term, figure, write, better, rows } = row;
  const isKnown = rows >= FEWEST_ROWS && Number.isFinite(figure.value);
  const judgement = judge(figure, better);
  return (
    <tr>
      <th scope="row" {...defines(term)}>
        {label}
      </th>
      {isKnown ? (
        <>
          <td className={`number strong ${FIGURE_TONES[judgement]}`}>
            {write(figure.value)}
            {judgement !== 'undecided' && <span className="visually-hidden"> {judgement} than no model</span>}
          </td>
          <td className="number soft figures-table__interval">
            {write(figure.low)} to {write(figure.high)}
          </td>
          <td className="figures-table__strip" aria-hidden="true">
            <IntervalStrip figure={figure} judgement={judgement} />
          </td>
          <td className="number soft">{write(figure.base)}</td>
        </>
      ) : (
        <td
          className="faint"
          colSpan={4}
          {...tip(`${formatCount(rows, 'row')}; figures appear from ${FEWEST_ROWS} on.`)}
        >
          too few
        </td>
      )}
    </tr>
  );
}
