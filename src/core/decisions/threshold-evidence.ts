/** What a learned threshold rests on, in words and with counts (DE-1, DE-2). */
import { signedText } from '#core/base/number-text.ts';
import type { Regime, Session } from '#core/domain/context.ts';
import type { FittedThreshold, JudgedThreshold } from './threshold-book.ts';
import type { ThresholdBounds } from './threshold-bounds.ts';

export function pooledEvidence(fitted: FittedThreshold, bounds: ThresholdBounds): string {
  const basis = `over the older ${fitted.fittedOn} signals`;
  const fallen = fitted.judged.verdict === 'did-not-hold-up' ? `; so the ceiling, ${points(bounds.ceiling)}` : '';
  return `${crossingText(fitted, bounds)} ${basis}; ${judgedText(fitted.judged)}${fallen}`;
}

export function bucketEvidence(
  session: Session,
  regime: Regime,
  count: number,
  own: (FittedThreshold & { readonly weight: number }) | null,
  pooledValue: number,
  bounds: ThresholdBounds,
): string {
  const name = `${SESSION_NAMES[session]} with ${regime} volatility`;
  const inherited = `the strategy's ${points(pooledValue)} holds here too`;
  if (count === 0) return `${name}: no signal yet; ${inherited}`;
  if (own === null) return `${name}: too few signals (${count}) for a threshold of its own; ${inherited}`;
  const weight = `weighing ${Math.round(100 * own.weight)} % against all`;
  const text = `${name}: ${crossingText(own, bounds)} over its older ${own.fittedOn} signals, ${weight}`;
  const end = own.judged.verdict === 'did-not-hold-up' ? `; so ${inherited}` : '';
  return `${text}; ${judgedText(own.judged)}${end}`;
}

const SESSION_NAMES: Readonly<Record<Session, string>> = {
  asian: 'Asian session',
  european: 'European session',
  us: 'US session',
  off: 'Off hours',
};

function crossingText(
  { breakEven, breakEvenIsAssumed, crossing }: FittedThreshold,
  { floor, ceiling }: ThresholdBounds,
): string {
  const known = breakEvenIsAssumed ? 'assumed break-even' : 'break-even';
  const level = `(${known}: ${(100 * breakEven).toFixed(1)} % wins)`;
  if (crossing === null) return `no score wins often enough to pay ${level}, so the ceiling, ${points(ceiling)},`;
  const at = `scores from ${points(crossing)} on win often enough to pay ${level}`;
  if (crossing < floor) return `${at}, raised to the floor, ${points(floor)},`;
  return crossing > ceiling ? `${at}, lowered to the ceiling, ${points(ceiling)},` : at;
}

function judgedText({ verdict, records, taken }: JudgedThreshold): string {
  const newest = `on the newest ${records}`;
  if (taken === null) return `${newest} none reached it, so it is not judged`;
  const earned = `${newest}, ${taken.count} reached it and earned ${signed(taken.netR)} R each`;
  if (verdict === 'too-few' || taken.interval === null) return `${earned}: too few to judge`;
  const interval = `(95 %: ${signed(taken.interval[0])} to ${signed(taken.interval[1])})`;
  const words = {
    'held-up': 'it held up',
    unclear: 'not clearly above zero',
    'did-not-hold-up': 'it did not hold up',
  }[verdict];
  return `${earned} ${interval}: ${words}`;
}

function points(value: number): string {
  return value.toFixed(1);
}

function signed(value: number): string {
  return signedText(value, 2);
}
