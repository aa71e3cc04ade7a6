/** The equity curve as SVG paths, and its deepest fall from a peak. */
import type { EquityPoint } from '#core/domain/risk.ts';

export const EQUITY_BOX = { width: 1000, height: 240 } as const;
const MARGIN = 8;

export interface EquityShape {
  readonly realised: string;
  readonly withOpen: string;
  readonly startY: number;
  /** What the top and the bottom of the box stand for. */
  readonly high: number;
  readonly low: number;
  /** Of equity with open positions, as a share of the peak before it, 0-1. */
  readonly deepestDrawdown: number;
}

/** `points` ascending, at least one. Realised equity moves in steps: it changes when a position closes. */
export function drawEquity(points: readonly EquityPoint[], startingEquity: number): EquityShape {
  let low = startingEquity;
  let high = startingEquity;
  let peak = startingEquity;
  let deepestDrawdown = 0;
  for (const { equity, unrealised } of points) {
    const whole = equity + unrealised;
    low = Math.min(low, equity, whole);
    high = Math.max(high, equity, whole);
    peak = Math.max(peak, whole);
    if (peak > 0) deepestDrawdown = Math.max(deepestDrawdown, 1 - whole / peak);
  }
  const from = points[0]?.time ?? 0;
  const span = Math.max(1, (points.at(-1)?.time ?? 0) - from);
  // An account that hardly moved is drawn flat, in the middle.
  const range = Math.max(high - low, startingEquity * 0.001);
  const middle = (high + low) / 2;
  high = middle + range / 2;
  low = middle - range / 2;
  const x = (time: number) => (((time - from) / span) * EQUITY_BOX.width).toFixed(1);
  const y = (value: number) => MARGIN + (1 - (value - low) / range) * (EQUITY_BOX.height - 2 * MARGIN);
  let realised = '';
  let withOpen = '';
  for (const { time, equity, unrealised } of points) {
    realised += realised === '' ? `M${x(time)} ${y(equity).toFixed(1)}` : `H${x(time)}V${y(equity).toFixed(1)}`;
    withOpen += `${withOpen === '' ? 'M' : 'L'}${x(time)} ${y(equity + unrealised).toFixed(1)}`;
  }
  return { realised, withOpen, startY: y(startingEquity), high, low, deepestDrawdown };
}
