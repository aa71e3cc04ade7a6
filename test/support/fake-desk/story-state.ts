/** What the State page of the analysis is shown with: a heuristic that scores, too few of the newest, and one crowded market. */
import type { ModelStatusLine } from '#contract/areas/analysis.ts';
import type { ResultFigures } from '#contract/areas/analysis-figures.ts';
import type { PhantomWatch } from '#contract/areas/thresholds.ts';

type MakeFigures = (resolved: number, winRate: number, netR: number, spread: number) => ResultFigures;

export function storyStatus(figures: MakeFigures): ModelStatusLine {
  return {
    strategyId: 'trend_pullback',
    state: 'heuristic',
    all: figures(340, 0.44, 0.03, 0.09),
    executed: figures(12, 0.5, 0.2, 0.4),
    phantom: figures(328, 0.43, 0.02, 0.09),
    recent: figures(50, 0.4, -0.05, 0.2),
    threshold: { value: 71.5, source: 'expected-value', evidence: 'fitted on 238 records' },
    heads: [],
    model: null,
    lastFitAt: null,
    nextFit: '12 more resolved signals',
    scoring: { medianMs: 0.004, signals: 5 },
  };
}

const DAY = Date.UTC(2026, 10, 20);
export const STORY_WATCH: PhantomWatch = {
  winRates: [
    { strategyId: 'trend_pullback', resolved: 200, wins: 88, winRate: 0.44, interval: [0.37, 0.51], isTooFew: false },
    { strategyId: 'scalp', resolved: 7, wins: 4, winRate: 0.57, interval: [0.25, 0.84], isTooFew: true },
  ],
  refused: [
    { day: DAY, strategyId: 'trend_pullback', disposition: 'blocked', rule: 'costs', count: 4 },
    { day: DAY, strategyId: 'range_fade', disposition: 'gated', rule: 'extreme regime', count: 3 },
    { day: DAY - 86_400_000, strategyId: 'range_fade', disposition: 'gated', rule: 'extreme regime', count: 2 },
  ],
  health: {
    level: 'elevated',
    openInAll: 64,
    alerts: [
      {
        instrumentId: 'demo:BTC/USDT',
        symbol: 'BTC/USDT',
        level: 'elevated',
        count: 54,
        message: 'BTC/USDT: 54 phantoms are open',
      },
    ],
  },
};
