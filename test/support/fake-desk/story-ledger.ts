/** Story data for the ledger: some months of decisions, for each strategy and in all. */
import type { Ledger, LedgerFigures, LedgerLine } from '#contract/areas/analysis.ts';
import type { Bounds, ResultFigures } from '#contract/areas/analysis-figures.ts';
import type { Disposition } from '#core/domain/score.ts';

export const NOW = Date.UTC(2026, 10, 21, 13);
export const DAY = 86_400_000;

export const scope = {
  simulated: true,
  signals: 4_312,
  resolved: 4_220,
  open: 38,
  unavailable: 4,
  gated: 50,
  first: NOW - 120 * DAY,
  last: NOW,
  resolverVersion: 2,
  otherVersions: 0,
  versions: [1, 2],
};
export const bootstrap = { unit: 'day', blocks: 120, resamples: 2_000 } as const;

export function figures(resolved: number, winRate: number, netR: number, spread = 0.09): ResultFigures {
  const tooFew = resolved < 20;
  const around = (value: number, by: number): Bounds => [value - by, value + by];
  return {
    signals: resolved + 2,
    resolved,
    wins: Math.round(resolved * winRate),
    tooFew,
    winRate: tooFew ? null : winRate,
    winRateInterval: tooFew ? null : around(winRate, 0.9 / Math.sqrt(resolved)),
    netRPerTrade: tooFew ? null : netR,
    netRInterval: tooFew ? null : around(netR, spread),
  };
}

function line(
  disposition: Disposition,
  decider: LedgerLine['decider'],
  resolved: number,
  winRate: number,
  netR: number,
  spread: number,
): LedgerLine {
  const sum = resolved * netR;
  const saved = decider === 'taken' ? sum : -sum;
  const interval = resolved < 20 ? null : ([-spread, spread] as const);
  return {
    ...figures(resolved, winRate, netR, spread / Math.max(1, resolved)),
    disposition,
    decider,
    netR: sum,
    netRSumInterval: interval === null ? null : [sum + interval[0], sum + interval[1]],
    savedR: saved,
    savedRInterval: interval === null ? null : [saved + interval[0], saved + interval[1]],
  };
}

export function storyLedger(): Ledger {
  const trend = [
    line('rejected_score', 'model', 1_804, 0.36, -0.062, 48),
    line('bootstrap', 'history', 1_180, 0.41, -0.011, 41),
    line('executed', 'taken', 164, 0.47, 0.118, 14),
    line('skipped', 'trader', 96, 0.44, 0.071, 10),
    line('expired', 'time', 88, 0.4, 0.012, 9),
    line('pending', 'waiting', 3, 0.33, 0, 0),
  ];
  const fade = [line('rejected_score', 'model', 800, 0.37, -0.05, 30), line('blocked', 'risk', 74, 0.35, -0.144, 8)];
  const young = [line('phase0', 'stage', 11, 0.4, -0.2, 0)];
  const [one, two, three] = [ledgerOf(trend), ledgerOf(fade), ledgerOf(young)];
  return {
    scope,
    ...ledgerOf([...joined(trend, fade), ...young]),
    strategies: [
      { strategyId: 'trend_pullback', ...one },
      { strategyId: 'range_fade', ...two },
      { strategyId: 'my_young_one', ...three },
    ],
  };
}

/** Lines of one disposition become one. */
function joined(lines: readonly LedgerLine[], more: readonly LedgerLine[]): readonly LedgerLine[] {
  const others = more.filter(({ disposition }) => !lines.some((one) => one.disposition === disposition));
  return [
    ...lines.map((one) => {
      const other = more.find(({ disposition }) => disposition === one.disposition);
      if (other === undefined) return one;
      const resolved = one.resolved + other.resolved;
      const netR = one.netR + other.netR;
      return line(one.disposition, one.decider, resolved, (one.wins + other.wins) / resolved, netR / resolved, 50);
    }),
    ...others,
  ];
}

function ledgerOf(lines: readonly LedgerLine[]): LedgerFigures {
  const resolved = lines.reduce((sum, one) => sum + one.resolved, 0);
  const netR = lines.reduce((sum, one) => sum + one.netR, 0);
  const won = lines.reduce((sum, one) => sum + one.wins, 0) / resolved;
  return {
    bootstrap,
    lines,
    total: {
      ...figures(resolved, won, netR / resolved, 0.018),
      netR,
      netRSumInterval: resolved < 20 ? null : [netR - 76, netR + 76],
    },
  };
}
