/** How a strategy is told from the others wherever it is drawn: a glyph and a hue, so that neither has to do it alone. */

export type StrategyHue = 'sky' | 'pink' | 'yellow' | 'violet' | 'teal' | 'grey';

export interface StrategyLook {
  readonly hue: StrategyHue;
  /** The glyph as an SVG path around the origin, in a box from -1 to 1. */
  readonly path: string;
  /** Drawn as an outline instead of an area. */
  readonly isHollow: boolean;
}

const CIRCLE = 'M0.9 0A0.9 0.9 0 1 1 -0.9 0A0.9 0.9 0 1 1 0.9 0Z';
const SQUARE = 'M-0.8 -0.8H0.8V0.8H-0.8Z';
const DIAMOND = 'M0 -1.1L1.1 0L0 1.1L-1.1 0Z';
const HEXAGON = 'M-0.5 -0.9H0.5L1.05 0L0.5 0.9H-0.5L-1.05 0Z';
const CROSS = 'M-0.35 -1H0.35V-0.35H1V0.35H0.35V1H-0.35V0.35H-1V-0.35H-0.35Z';

const LOOKS: Readonly<Record<string, StrategyLook>> = {
  trend_pullback: { hue: 'sky', path: CIRCLE, isHollow: false },
  range_fade: { hue: 'pink', path: SQUARE, isHollow: false },
  scalp: { hue: 'yellow', path: DIAMOND, isHollow: false },
  opening_range: { hue: 'violet', path: HEXAGON, isHollow: false },
  structure: { hue: 'teal', path: CROSS, isHollow: false },
  placebo: { hue: 'grey', path: CIRCLE, isHollow: true },
};

/** A strategy of one's own, or from outside. */
const OTHER: StrategyLook = { hue: 'grey', path: DIAMOND, isHollow: true };

export function strategyLook(id: string): StrategyLook {
  return LOOKS[id] ?? OTHER;
}

/** Strategies in the order in which they are listed; unknown ones behind, by id. */
export function compareStrategies(a: string, b: string): number {
  const ids = Object.keys(LOOKS);
  const rank = (id: string) => (ids.indexOf(id) === -1 ? ids.length : ids.indexOf(id));
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}
