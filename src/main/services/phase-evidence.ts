/** What speaks for letting a strategy on trial open tickets (ST-11): its calibrated expectation out of sample. */

import type { PhaseEvidence } from '#contract/areas/settings.ts';
import { meanInterval } from '#core/base/intervals.ts';
import { signedText } from '#core/base/number-text.ts';
import { mean } from '#core/base/statistics.ts';
import { averageUniqueness, dependenceLength } from '#core/learning/uniqueness.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import type { ProfileReader } from '#main/store/database.ts';
import type { PassedSignal } from '#main/store/training-rows.ts';

/** Resolved signals that a promotion needs, as DE-12 asks of a live account. */
const NEEDED = 100;
const MOST = 1_000;
const RESAMPLES = 1_000;

/** A promotion holds for the market on which it was earned: the simulated one proves nothing of a real one. */
function promotionKey(strategyId: string, simulated: boolean): string {
  return simulated ? `${strategyId}@demo` : strategyId;
}

/** Strategies on trial that were promoted on this kind of market, by id. */
export function promotedOn(keys: readonly string[], simulated: boolean): readonly string[] {
  return STRATEGIES.filter(
    ({ id, startsInPhase0 }) => startsInPhase0 && keys.includes(promotionKey(id, simulated)),
  ).map(({ id }) => id);
}

interface KnownEvidence {
  readonly passed: readonly PassedSignal[];
  readonly evidence: PhaseEvidence;
}

/** By key; a window asks when it opens, again and again of the same signals, and drawing a thousand samples takes a while. */
const KNOWN = new WeakMap<object, Map<string, KnownEvidence>>();

/** Positive: the whole 95 % interval of net R per signal lies above zero. Overlapping signals count by block. */
export function phaseEvidence(
  profile: Pick<ProfileReader, 'passedSignals'>,
  strategyId: string,
  simulated: boolean,
): PhaseEvidence {
  const passed = profile.passedSignals(strategyId, simulated, MOST);
  const key = promotionKey(strategyId, simulated);
  const known = KNOWN.get(profile) ?? new Map<string, KnownEvidence>();
  KNOWN.set(profile, known);
  const before = known.get(key);
  if (before !== undefined && isSame(before.passed, passed)) return before.evidence;
  const evidence = evidenceOf(key, passed);
  known.set(key, { passed, evidence });
  return evidence;
}

function isSame(before: readonly PassedSignal[], now: readonly PassedSignal[]): boolean {
  return (
    before.length === now.length &&
    before.every((one, at) => {
      const other = now[at];
      return one.openedAt === other?.openedAt && one.resolvedAt === other.resolvedAt && one.netR === other.netR;
    })
  );
}

function evidenceOf(key: string, passed: readonly PassedSignal[]): PhaseEvidence {
  const signals = passed.length;
  const known = { key, signals, needed: NEEDED };
  if (signals < NEEDED) {
    const message = `${signals} of ${NEEDED} resolved signals that its model would have let through`;
    return { ...known, netR: null, isPositive: false, message };
  }
  const column = (of: (row: (typeof passed)[number]) => number) => Float64Array.from(passed, of);
  const netR = column((row) => row.netR);
  const lives = { openedAt: column((row) => row.openedAt), resolvedAt: column((row) => row.resolvedAt) };
  const blockLength = dependenceLength(averageUniqueness(lives));
  const options = { seed: `${known.key}/${signals}`, resamples: RESAMPLES, blockLength, level: 0.95 };
  const interval = { value: mean(netR), ...meanInterval(netR, options) };
  const isPositive = interval.low > 0;
  const figures = `${signed(interval.value)} R per signal after costs, 95 % interval ${signed(interval.low)} to ${signed(interval.high)}, over ${signals} signals that its model let through`;
  const verdict = isPositive ? 'positive' : interval.high < 0 ? 'negative' : 'not surely positive';
  return { ...known, netR: interval, isPositive, message: `its expectation is ${verdict}: ${figures}` };
}

/** Why these promotions may not be added to those in force; null when they may. */
export function promotionObjection(
  profile: Pick<ProfileReader, 'passedSignals'>,
  before: readonly string[],
  wanted: readonly string[],
): string | null {
  for (const key of wanted) {
    if (before.includes(key)) continue;
    const simulated = key.endsWith('@demo');
    const strategy = STRATEGIES.find(({ id, startsInPhase0 }) => startsInPhase0 && promotionKey(id, simulated) === key);
    if (strategy === undefined) return `There is no strategy on trial under the name ${key}.`;
    const evidence = phaseEvidence(profile, strategy.id, simulated);
    if (!evidence.isPositive) return `${strategy.id} stays in phase 0: ${evidence.message}.`;
  }
  return null;
}

function signed(value: number): string {
  return signedText(value, 3);
}
