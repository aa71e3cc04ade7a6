/** One feature's importance from the oldest version to the newest, from zero up; the version on show is the dot. */
import type { ImportancePoint } from './importance-rows.ts';

const WIDTH = 64;
const HEIGHT = 18;
const MARGIN = 3;

export interface TrendLineProps {
  readonly points: readonly ImportancePoint[];
  /** The version whose figures stand beside it. */
  readonly shown: number;
}

export interface TrendPlaces {
  /** Pixels in the box; null where a version did not measure the feature. */
  readonly places: readonly ({ readonly x: number; readonly y: number } | null)[];
  readonly zeroY: number;
}

export function trendPlaces(points: readonly ImportancePoint[]): TrendPlaces {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const low = Math.min(0, ...values);
  const span = Math.max(1e-12, Math.max(0, ...values) - low);
  const step = points.length > 1 ? (WIDTH - 2 * MARGIN) / (points.length - 1) : 0;
  const y = (value: number) => HEIGHT - MARGIN - ((value - low) / span) * (HEIGHT - 2 * MARGIN);
  const x = (at: number) => (points.length > 1 ? MARGIN + at * step : WIDTH / 2);
  return { places: points.map(({ value }, at) => (value === null ? null : { x: x(at), y: y(value) })), zeroY: y(0) };
}

export function TrendLine({ points, shown }: TrendLineProps) {
  const { places, zeroY } = trendPlaces(points);
  const path = places
    .map((place, at) =>
      place === null ? '' : `${at === 0 || places[at - 1] === null ? 'M' : 'L'}${place.x} ${place.y}`,
    )
    .join('');
  return (
    <svg className="trend-line" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <line className="trend-line__zero" x1={0} x2={WIDTH} y1={zeroY} y2={zeroY} />
      <path className="trend-line__path" d={path} />
      {places.map((place, at) => {
        const point = points[at];
        if (place === null || point === undefined) return null;
        const isShown = point.version === shown;
        return (
          <circle
            key={point.version}
            className={isShown ? 'trend-line__dot trend-line__dot--shown' : 'trend-line__dot'}
            cx={place.x}
            cy={place.y}
            r={isShown ? 2.4 : 1.2}
          />
        );
      })}
    </svg>
  );
}
