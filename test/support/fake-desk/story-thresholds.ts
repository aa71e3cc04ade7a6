/** Story data for the heat map of contexts: what a session and a regime have earned, and the thresholds that follow. */
import type { ThresholdCell, ThresholdContexts } from '#contract/areas/thresholds.ts';
import { REGIMES, SESSIONS } from '#core/domain/context.ts';

export function storyCell(session: ThresholdCell['session'], regime: ThresholdCell['regime']): ThresholdCell {
  const s = SESSIONS.indexOf(session);
  const r = REGIMES.indexOf(regime);
  const count = Math.max(0, Math.round(210 - s * 55 - Math.abs(r - 1) * 62));
  const netR = 0.19 - s * 0.09 - r * 0.08 + (s === 2 ? 0.24 : 0);
  const spread = 1.6 / Math.sqrt(Math.max(1, count));
  const isOwn = count >= 60;
  return {
    session,
    regime,
    earned:
      count === 0
        ? null
        : {
            count,
            winRate: 0.4 + netR / 4,
            averageWin: 1.5,
            averageLoss: 1,
            netR,
            interval: count < 5 ? null : [netR - spread, netR + spread],
          },
    threshold: 47.5 + s * 1.5 - (netR > 0 ? 3 : -2),
    source: isOwn ? 'context' : 'expected-value',
    own: isOwn ? { ...fit, weight: count / (count + 50) } : null,
    evidence: `${count} resolved here, ${isOwn ? 'own curve with weight' : 'too few of its own:'} ${Math.round((100 * count) / (count + 50))} %`,
  };
}

const fit = {
  fittedOn: 1_820,
  breakEven: 0.412,
  breakEvenIsAssumed: false,
  crossing: 46.2,
  winProbability: 0.43,
  verdict: 'unclear',
  judgedOn: 780,
  taken: { count: 212, winRate: 0.45, averageWin: 1.5, averageLoss: 1, netR: 0.06, interval: [-0.05, 0.17] },
} as const;

export function storyContexts(
  strategyId: string,
  kind: ThresholdContexts['kind'],
  decides: boolean,
): ThresholdContexts {
  return {
    strategyId,
    kind,
    decides,
    version: 12,
    fittedAt: Date.UTC(2026, 10, 20, 13),
    records: 2_600,
    window: 2_000,
    nextFitAt: 2_650,
    stage: 'advisory',
    floor: 44.2,
    ceiling: 75,
    threshold: 46.2,
    source: 'expected-value',
    evidence: 'crosses break-even (41.2 %) at 46.2, fitted on 1,820 records',
    earned: { count: 2_600, winRate: 0.39, averageWin: 1.5, averageLoss: 1, netR: -0.02, interval: [-0.06, 0.02] },
    pooled: { ...fit, curve: [20, 30, 40, 46, 50, 60, 70, 80].map((score) => [score, 0.2 + score * 0.0046] as const) },
    cells: SESSIONS.flatMap((session) => REGIMES.map((regime) => storyCell(session, regime))),
  };
}
