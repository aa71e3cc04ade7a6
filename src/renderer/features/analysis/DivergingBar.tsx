/** A bar from zero with its 95 % interval: hollow where the interval holds zero, dotted where there is too little. */
import { formatR } from '../../lib/format.ts';
import { tip } from '../../lib/glossary.ts';
import { certaintyOf, type DivergingScale, placeOn, type Ranged } from './scale.ts';

const CERTAINTY_WORDS = {
  good: 'The whole interval is above zero.',
  bad: 'The whole interval is below zero.',
  unclear: 'The interval holds zero: it may be luck either way.',
  'too-few': 'Too few, or too close in time, for an interval.',
} as const;

export interface DivergingBarProps extends Ranged {
  readonly label: string;
  readonly scale: DivergingScale;
  readonly format?: (value: number) => string;
}

export function DivergingBar({ label, value, interval, scale, format = formatR }: DivergingBarProps) {
  if (value === null) return <span className="diverging diverging--none" aria-hidden="true" />;
  const certainty = certaintyOf({ value, interval });
  const zero = placeOn(scale, 0);
  const end = placeOn(scale, value);
  const range = interval === null ? '' : ` 95 % interval ${format(interval[0])} to ${format(interval[1])}.`;
  return (
    <span
      className={`diverging diverging--${value >= 0 ? 'up' : 'down'} diverging--${certainty}`}
      role="img"
      aria-label={`${label}: ${format(value)}.${range}`}
      {...tip(`${format(value)}.${range} ${CERTAINTY_WORDS[certainty]}`, label)}
    >
      <span className="diverging__zero" style={{ left: `${zero}%` }} />
      <span
        className="diverging__bar"
        style={{ left: `${Math.min(zero, end)}%`, width: `${Math.max(0.4, Math.abs(end - zero))}%` }}
      />
      {interval !== null && (
        <span
          className="diverging__whisker"
          style={{
            left: `${placeOn(scale, interval[0])}%`,
            width: `${placeOn(scale, interval[1]) - placeOn(scale, interval[0])}%`,
          }}
        />
      )}
    </span>
  );
}
