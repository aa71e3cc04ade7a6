/** Where the price stands between stop and target: risk to the left of the entry, reward to the right of it. */

import { formatR } from '../lib/format.ts';
import { tip } from '../lib/glossary.ts';
import './position-bar.css';

export interface PositionBarProps {
  /** From the price now, in R. */
  readonly toStopR: number | null;
  readonly toTargetR: number | null;
  /** The gain now against the entry, in R, before costs; tells where the entry lies. */
  readonly stopFromEntryR: number;
}

/** Places on the bar, 0-1: entry and price between the stop in force (0) and the target (1). */
function positionBarPlaces(props: PositionBarProps): { readonly entry: number; readonly price: number } | null {
  const { toStopR, toTargetR, stopFromEntryR } = props;
  if (toStopR === null || toTargetR === null) return null;
  const span = toStopR + toTargetR;
  if (!(span > 0)) return null;
  const inside = (value: number) => Math.min(1, Math.max(0, value));
  return { entry: inside(-stopFromEntryR / span), price: inside(toStopR / span) };
}

export function PositionBar(props: PositionBarProps) {
  const places = positionBarPlaces(props);
  if (places === null) return <span className="faint">–</span>;
  const { entry, price } = places;
  const isGain = price >= entry;
  const from = Math.min(entry, price);
  return (
    <span
      className="position-bar"
      {...tip(
        `${formatR(props.toStopR)} above the stop, ${formatR(props.toTargetR)} to the target.`.replaceAll('+', ''),
      )}
    >
      <span className="position-bar__end number">{short(props.toStopR)}</span>
      <span className="position-bar__track">
        <span
          className={
            isGain ? 'position-bar__fill position-bar__fill--gain' : 'position-bar__fill position-bar__fill--loss'
          }
          style={{ left: `${from * 100}%`, width: `${Math.abs(price - entry) * 100}%` }}
        />
        <span className="position-bar__entry" style={{ left: `${entry * 100}%` }} />
        <span className="position-bar__price" style={{ left: `${price * 100}%` }} />
      </span>
      <span className="position-bar__end position-bar__end--target number">{short(props.toTargetR)}</span>
    </span>
  );
}

function short(value: number | null): string {
  return value === null ? '' : value.toFixed(2);
}
