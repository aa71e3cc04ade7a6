/** A figure's interval as a line, its value as a dot, and what it is compared with as a tick; for the eye alone. */
import type { Figure } from '#contract/areas/models.ts';
import { intervalPlaces, type Judgement } from './figure-rows.ts';

export interface IntervalStripProps {
  readonly figure: Figure;
  readonly judgement: Judgement;
}

export function IntervalStrip({ figure, judgement }: IntervalStripProps) {
  const places = intervalPlaces(figure);
  return (
    <span className={`interval interval--${judgement}`}>
      <span
        className="interval__line"
        style={{ left: `${places.low * 100}%`, width: `${(places.high - places.low) * 100}%` }}
      />
      <span className="interval__base" style={{ left: `${places.base * 100}%` }} />
      <span className="interval__value" style={{ left: `${places.value * 100}%` }} />
    </span>
  );
}
