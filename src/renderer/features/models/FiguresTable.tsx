/** What a version achieved out of sample, each figure with its interval beside what no model would give. */
import type { ModelVersionView } from '#contract/areas/models.ts';
import { formatCount, formatNumber } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { FEWEST_ROWS, FIGURE_ROWS, FIGURE_TONES, type FigureRow, judge, rowsBehind } from './figure-rows.ts';
import { IntervalStrip } from './IntervalStrip.tsx';
import { OtherFigures } from './OtherFigures.tsx';

export interface FiguresTableProps {
  readonly shown: ModelVersionView;
  readonly compared: ModelVersionView | null;
}

export function FiguresTable({ shown, compared }: FiguresTableProps) {
  if (shown.classFigures !== null || shown.valueFigures !== null) return <OtherFigures version={shown} />;
  const versions = compared === null ? [shown] : [shown, compared];
  if (versions.every(({ figures }) => figures === null)) {
    return <p className="model__note">Too few out-of-sample rows to measure anything yet.</p>;
  }
  return (
    <>
      <table className="figures-table">
        <caption className="visually-hidden">Figures out of sample with their 95 % intervals</caption>
        <thead>
          <tr>
            <td />
            {versions.map((version) => (
              <th key={version.id} scope="col" colSpan={2} {...defines('interval')}>
                v{version.version}, 95 % interval
              </th>
            ))}
            {compared === null && <td className="figures-table__strip" />}
            <th scope="col" {...defines('noModel')}>
              No model
            </th>
          </tr>
        </thead>
        <tbody>
          {FIGURE_ROWS.map((row) => (
            <tr key={row.key}>
              <th scope="row" {...defines(row.term)}>
                {row.label}
              </th>
              {versions.map((version) => (
                <FigureCells key={version.id} row={row} version={version} />
              ))}
              {compared === null && <StripCell row={row} version={shown} />}
              <td className="number soft">{shown.figures === null ? '' : row.write(row.of(shown.figures).base)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="caption">
        <span {...defines('outOfSample')}>Out of sample</span>:{' '}
        {versions
          .map(({ version, figures }) =>
            figures === null
              ? `v${version} too few rows`
              : `v${version} ${formatCount(figures.rows, 'row')}, base rate ${formatNumber(figures.baseRate * 100, 1)} %, threshold ${formatNumber(figures.threshold * 100, 1)}`,
          )
          .join('; ')}
        .{compared === null ? '' : ' Versions were measured on different rows: a difference is no proof.'}
      </p>
    </>
  );
}

interface CellProps {
  readonly row: FigureRow;
  readonly version: ModelVersionView;
}

function FigureCells({ row, version }: CellProps) {
  const { figures } = version;
  const rows = figures === null ? 0 : rowsBehind(row, figures);
  if (figures === null || rows < FEWEST_ROWS) {
    return (
      <td className="faint" colSpan={2} {...tip(`${formatCount(rows, 'row')}; figures appear from ${FEWEST_ROWS} on.`)}>
        too few
      </td>
    );
  }
  const figure = row.of(figures);
  const judgement = judge(figure, row.better);
  return (
    <>
      <td className={`number strong ${FIGURE_TONES[judgement]}`}>
        {row.write(figure.value)}
        {judgement !== 'undecided' && <span className="visually-hidden"> {judgement} than no model</span>}
      </td>
      <td className="number soft figures-table__interval">
        {row.write(figure.low)} to {row.write(figure.high)}
      </td>
    </>
  );
}

function StripCell({ row, version }: CellProps) {
  const { figures } = version;
  if (figures === null || rowsBehind(row, figures) < FEWEST_ROWS) return <td />;
  const figure = row.of(figures);
  return (
    <td className="figures-table__strip" aria-hidden="true">
      <IntervalStrip figure={figure} judgement={judge(figure, row.better)} />
    </td>
  );
}
