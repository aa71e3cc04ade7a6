/** What a version achieved out of sample, each figure with its interval beside what no model would give. */
import type { ModelVersionView } from '#contract/areas/models.ts';
import { formatCount, formatNumber } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import {
  FEWEST_ROWS,
  FIGURE_ROWS,
  type FigureRow,
  intervalPlaces,
  type Judgement,
  judge,
  rowsBehind,
} from './figure-rows.ts';

export interface FiguresTableProps {
  readonly shown: ModelVersionView;
  readonly compared: ModelVersionView | null;
}

export function FiguresTable({ shown, compared }: FiguresTableProps) {
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

const TONES: Readonly<Record<Judgement, string>> = { better: 'up', worse: 'down', undecided: '' };

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
      <td className={`number strong ${TONES[judgement]}`}>
        {row.write(figure.value)}
        {judgement !== 'undecided' && <span className="visually-hidden"> {judgement} than no model</span>}
      </td>
      <td className="number soft figures-table__interval">
        {row.write(figure.low)} to {row.write(figure.high)}
      </td>
    </>
  );
}

/** The interval as a line, the value as a dot, and no model as a tick. */
function StripCell({ row, version }: CellProps) {
  const { figures } = version;
  if (figures === null || rowsBehind(row, figures) < FEWEST_ROWS) return <td />;
  const figure = row.of(figures);
  const places = intervalPlaces(figure);
  const judgement = judge(figure, row.better);
  return (
    <td className="figures-table__strip" aria-hidden="true">
      <span className={`interval interval--${judgement}`}>
        <span
          className="interval__line"
          style={{ left: `${places.low * 100}%`, width: `${(places.high - places.low) * 100}%` }}
        />
        <span className="interval__base" style={{ left: `${places.base * 100}%` }} />
        <span className="interval__value" style={{ left: `${places.value * 100}%` }} />
      </span>
    </td>
  );
}
