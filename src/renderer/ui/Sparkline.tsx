/** A line of a few dozen values without axes: shape only. */
import { memo } from 'react';

export interface SparklineProps {
  readonly values: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly direction: 'up' | 'down' | 'flat';
}

/** SVG path of `values` inside the box, one pixel of margin above and below. */
function sparklinePath(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return '';
  const lowest = Math.min(...values);
  const highest = Math.max(...values);
  const span = highest - lowest || 1;
  const step = width / (values.length - 1);
  return values
    .map((value, index) => {
      const x = (index * step).toFixed(1);
      const y = (height - 1 - ((value - lowest) / span) * (height - 2)).toFixed(1);
      return `${index === 0 ? 'M' : 'L'}${x} ${y}`;
    })
    .join('');
}

export const Sparkline = memo(function Sparkline({ values, width, height, direction }: SparklineProps) {
  const color = direction === 'flat' ? 'var(--text-faint)' : `var(--${direction})`;
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path
        d={sparklinePath(values, width, height)}
        fill="none"
        stroke={color}
        strokeWidth="1.25"
        strokeLinejoin="round"
      />
    </svg>
  );
});
