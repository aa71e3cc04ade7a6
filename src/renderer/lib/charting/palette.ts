/** The design tokens as the canvas needs them: resolved colours instead of CSS variables. */
import type { Regime, Session } from '#core/domain/context.ts';
import type { StrategyHue } from '../strategy-look.ts';

export interface ChartPalette {
  readonly surface: string;
  readonly text: string;
  readonly textSoft: string;
  readonly textFaint: string;
  readonly grid: string;
  readonly axisText: string;
  readonly cross: string;
  readonly line: string;
  readonly up: string;
  readonly down: string;
  readonly upText: string;
  readonly downText: string;
  readonly accent: string;
  readonly accentText: string;
  readonly warning: string;
  readonly emaFast: string;
  readonly emaSlow: string;
  readonly vwap: string;
  readonly bands: string;
  readonly rsi: string;
  readonly tsi: string;
  readonly strategies: Readonly<Record<StrategyHue, string>>;
  /** Off hours have none. */
  readonly sessions: Readonly<Record<Exclude<Session, 'off'>, string>>;
  readonly regimes: Readonly<Record<Regime, string>>;
  readonly font: string;
  readonly fontSize: number;
}

export function readPalette(root: HTMLElement): ChartPalette {
  const style = getComputedStyle(root);
  const read = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  return {
    surface: read('--surface', '#0f1116'),
    text: read('--text', '#e8eaf0'),
    textSoft: read('--text-soft', '#a7aebd'),
    textFaint: read('--text-faint', '#7f8798'),
    grid: read('--chart-grid', '#14171e'),
    axisText: read('--chart-text', '#7f8798'),
    cross: read('--chart-cross', '#596073'),
    line: read('--line', '#1d212b'),
    up: read('--up', '#26a672'),
    down: read('--down', '#ea4d5c'),
    upText: read('--up-text', '#3fc48c'),
    downText: read('--down-text', '#ff7480'),
    accent: read('--accent', '#8f94ff'),
    accentText: read('--accent-text', '#a6aaff'),
    warning: read('--warning', '#f2b544'),
    emaFast: read('--ema-fast', '#f2b544'),
    emaSlow: read('--ema-slow', '#5aa9ff'),
    vwap: read('--vwap', '#c58bff'),
    bands: read('--bands', '#7f8fb0'),
    rsi: read('--rsi', '#35c4b5'),
    tsi: read('--tsi', '#e08bbd'),
    strategies: {
      sky: read('--strategy-sky', '#5db4f0'),
      pink: read('--strategy-pink', '#e08bbd'),
      yellow: read('--strategy-yellow', '#e8d94a'),
      violet: read('--strategy-violet', '#a78bfa'),
      teal: read('--strategy-teal', '#35c4b5'),
      grey: read('--strategy-grey', '#99a1b3'),
    },
    sessions: {
      asian: read('--session-asian', '#7c8cff'),
      european: read('--session-european', '#35c4b5'),
      us: read('--session-us', '#f2b544'),
    },
    regimes: {
      low: read('--regime-low', '#4c6fae'),
      normal: read('--regime-normal', '#3a4151'),
      high: read('--regime-high', '#d99a2b'),
      extreme: read('--regime-extreme', '#ff6b73'),
    },
    font: read('--font-text', 'sans-serif'),
    fontSize: Math.round(11 * (Number.parseFloat(read('--text-scale', '1')) || 1)),
  };
}

/** `#rrggbb` or `#rgb` (as a build shortens it) with an opacity; other spellings are returned as they are. */
export function withAlpha(color: string, alpha: number): string {
  const match = /^#(?:([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})|([0-9a-f])([0-9a-f])([0-9a-f]))$/i.exec(color);
  if (match === null) return color;
  const digits = match.slice(1).filter((part) => part !== undefined);
  const [red, green, blue] = digits.map((part) => Number.parseInt(part.length === 1 ? part + part : part, 16));
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}
