/** Week by week: what the model predicted and what came, with the number of results under it (ML-45). */
import type { AccuracyWeek } from '#contract/areas/models.ts';
import { formatCount, formatDate, formatNumber, formatShare } from '../../lib/format.ts';
import { tip } from '../../lib/glossary.ts';
import { FEWEST_ROWS } from './figure-rows.ts';
import { type PlacedWeek, runsOf, weeklyScale } from './weekly-scale.ts';

const LEFT = 26;
const TOP = 6;
const PLOT_WIDTH = 252;
const PLOT_HEIGHT = 92;
const COUNTS_TOP = TOP + PLOT_HEIGHT + 8;
const COUNTS = 18;
const WIDTH = LEFT + PLOT_WIDTH + 4;
const HEIGHT = COUNTS_TOP + COUNTS + 15;

export function WeeklyChart({ weeks }: { readonly weeks: readonly AccuracyWeek[] }) {
  if (weeks.length === 0) return <p className="model__note">No week with resolved predictions yet.</p>;
  const scale = weeklyScale(weeks);
  const x = (place: number) => LEFT + place * PLOT_WIDTH;
  const y = (share: number) => TOP + (1 - (share - scale.low) / (scale.high - scale.low)) * PLOT_HEIGHT;
  const pathOf = (placed: readonly PlacedWeek[], of: (week: AccuracyWeek) => number) =>
    runsOf(placed)
      .map((run) => run.map(({ week, x: at }, index) => `${index === 0 ? 'M' : 'L'}${x(at)} ${y(of(week))}`).join(''))
      .join('');
  // A week between two holes has no line: a dash stands for its prediction.
  const alone = new Set(
    runsOf(scale.weeks).flatMap((run) => (run.length === 1 ? run.map(({ week }) => week.start) : [])),
  );
  const solid = scale.weeks.filter(({ isSolid }) => isSolid);
  const first = scale.weeks[0];
  const last = scale.weeks.at(-1);
  return (
    <figure className="weekly">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        {scale.ticks.map((share) => (
          <g key={share}>
            <line className="weekly__grid" x1={LEFT} x2={LEFT + PLOT_WIDTH} y1={y(share)} y2={y(share)} />
            <text className="weekly__label" x={LEFT - 4} y={y(share) + 3} textAnchor="end">
              {formatNumber(share * 100)}
            </text>
          </g>
        ))}
        <path className="weekly__predicted" d={pathOf(scale.weeks, ({ predicted }) => predicted)} />
        <path className="weekly__observed" d={pathOf(solid, ({ observed }) => observed)} />
        {scale.weeks.map(({ week, x: at, isSolid }) => {
          const height = (COUNTS * week.resolved) / scale.mostResolved;
          return (
            <g key={week.start} {...tip(describe(week), `Week of ${formatDate(week.start)}`)}>
              <rect
                className="weekly__hit"
                x={x(at - scale.slot / 2)}
                width={scale.slot * PLOT_WIDTH}
                y={TOP}
                height={COUNTS_TOP + COUNTS - TOP}
              />
              <rect
                className="weekly__count"
                x={x(at) - 5}
                width={10}
                y={COUNTS_TOP + COUNTS - height}
                height={height}
              />
              {alone.has(week.start) && (
                <line
                  className="weekly__mark"
                  x1={x(at) - 4}
                  x2={x(at) + 4}
                  y1={y(week.predicted)}
                  y2={y(week.predicted)}
                />
              )}
              <circle
                className={isSolid ? 'weekly__point' : 'weekly__point weekly__point--few'}
                cx={x(at)}
                cy={y(week.observed)}
                r={3}
              />
            </g>
          );
        })}
        {first !== undefined && (
          <text className="weekly__label" x={x(first.x)} y={HEIGHT - 3} textAnchor={first.x < 0.1 ? 'start' : 'middle'}>
            {shortDate(first.week.start)}
          </text>
        )}
        {last !== undefined && last !== first && (
          <text className="weekly__label" x={LEFT + PLOT_WIDTH} y={HEIGHT - 3} textAnchor="end">
            {shortDate(last.week.start)}
          </text>
        )}
      </svg>
      <figcaption className="weekly__legend">
        <span>
          <span className="weekly__key weekly__key--observed" />
          won %
        </span>
        <span>
          <span className="weekly__key weekly__key--predicted" />
          predicted %
        </span>
        <span>
          <span className="weekly__key weekly__key--count" />
          results; hollow under {FEWEST_ROWS}
        </span>
      </figcaption>
      <table className="visually-hidden">
        <caption>Predicted and won by week</caption>
        <tbody>
          {weeks.map((week) => (
            <tr key={week.start}>
              <th scope="row">Week of {formatDate(week.start)}</th>
              <td>{describe(week)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** `21 Nov`. */
const shortDate = (time: number) => formatDate(time).split(' ').slice(0, 2).join(' ');

function describe({ resolved, predicted, observed }: AccuracyWeek): string {
  const few = resolved < FEWEST_ROWS ? ' Too few to say anything.' : '';
  return `Predicted ${formatShare(predicted)}, won ${formatShare(observed)}, of ${formatCount(resolved, 'result')}.${few}`;
}
