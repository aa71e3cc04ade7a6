/** Predicted against observed win rate, bin by bin, with the number of rows in each (ML-22). */
import type { ModelFigures, ReliabilityPoint } from '#contract/areas/models.ts';
import { formatCount, formatNumber, formatShare } from '../../lib/format.ts';
import { tip } from '../../lib/glossary.ts';
import { FEWEST_ROWS } from './figure-rows.ts';

const LEFT = 30;
const TOP = 6;
const SIDE = 176;
const COUNTS_TOP = TOP + SIDE + 16;
const COUNTS = 26;
const WIDTH = LEFT + SIDE + 8;
const HEIGHT = COUNTS_TOP + COUNTS + 14;
/** Counts closer than this would overlap. */
const LABEL_PX = 20;

const x = (share: number) => LEFT + share * SIDE;
const y = (share: number) => TOP + (1 - share) * SIDE;

export function ReliabilityCurve({ figures }: { readonly figures: ModelFigures }) {
  const points = figures.reliability.filter(({ rows }) => rows > 0);
  if (points.length === 0) return <p className="soft">Too few out-of-sample rows for a curve.</p>;
  const solid = points.filter(({ rows }) => rows >= FEWEST_ROWS);
  const most = Math.max(...points.map(({ rows }) => rows));
  const path = solid
    .map(({ predicted, observed }, at) => `${at === 0 ? 'M' : 'L'}${x(predicted)} ${y(observed)}`)
    .join('');
  const labelled = labelledPoints(points);
  return (
    <figure className="reliability">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <g key={share}>
            <line className="reliability__grid" x1={LEFT} x2={LEFT + SIDE} y1={y(share)} y2={y(share)} />
            <line className="reliability__grid" x1={x(share)} x2={x(share)} y1={TOP} y2={TOP + SIDE} />
            <text className="reliability__label" x={LEFT - 4} y={y(share) + 3} textAnchor="end">
              {formatNumber(share * 100)}
            </text>
            <text className="reliability__label" x={x(share)} y={TOP + SIDE + 10} textAnchor="middle">
              {formatNumber(share * 100)}
            </text>
          </g>
        ))}
        <line className="reliability__ideal" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
        <g {...tip(`${formatShare(figures.baseRate)} of all these rows won.`, 'Base rate')}>
          <line
            className="reliability__base"
            x1={LEFT}
            x2={LEFT + SIDE}
            y1={y(figures.baseRate)}
            y2={y(figures.baseRate)}
          />
        </g>
        <path className="reliability__line" d={path} />
        {points.map((point) => (
          <g key={point.predicted} {...tip(describe(point))}>
            <rect
              className="reliability__count"
              x={x(point.predicted) - 4}
              width={8}
              y={COUNTS_TOP + COUNTS * (1 - point.rows / most)}
              height={(COUNTS * point.rows) / most}
            />
            <circle
              className={
                point.rows >= FEWEST_ROWS ? 'reliability__point' : 'reliability__point reliability__point--few'
              }
              cx={x(point.predicted)}
              cy={y(point.observed)}
              r={3.6}
            />
            {labelled.has(point) && (
              <text
                className="reliability__label"
                x={x(point.predicted)}
                y={COUNTS_TOP + COUNTS + 10}
                textAnchor="middle"
              >
                {point.rows}
              </text>
            )}
          </g>
        ))}
      </svg>
      <figcaption className="caption">Across: predicted %. Up: won %. Bars: rows.</figcaption>
      <table className="visually-hidden">
        <caption>Reliability</caption>
        <tbody>
          {points.map((point) => (
            <tr key={point.predicted}>
              <td>{describe(point)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function describe({ predicted, observed, rows }: ReliabilityPoint): string {
  const few = rows < FEWEST_ROWS ? ' Too few to say anything.' : '';
  return `Predicted ${formatShare(predicted)}, won ${formatShare(observed)}, of ${formatCount(rows, 'row')}.${few}`;
}

/** From left to right, those whose counts have room. */
export function labelledPoints(points: readonly ReliabilityPoint[]): ReadonlySet<ReliabilityPoint> {
  const labelled = new Set<ReliabilityPoint>();
  let last = Number.NEGATIVE_INFINITY;
  for (const point of [...points].sort((a, b) => a.predicted - b.predicted)) {
    if (x(point.predicted) - last < LABEL_PX) continue;
    labelled.add(point);
    last = x(point.predicted);
  }
  return labelled;
}
