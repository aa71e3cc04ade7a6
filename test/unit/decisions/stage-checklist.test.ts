/** DE-12: each condition of auto on a live account, just met and just missed. */
import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '#core/base/proportions.ts';
import { deskChecklist, type JudgedSignal, strategyChecklist } from '#core/decisions/stage-checklist.ts';

/** `right` of `count` forecasts came true; a win brings 1.5 R and a loss costs 1 R. */
function judged(count: number, right: number, shareOfWins = 0.5): JudgedSignal[] {
  return Array.from({ length: count }, (_, index) => {
    const win = index % 2 === 0 ? index / count < 2 * shareOfWins - 0.000_1 : false;
    return { win, passed: index < right ? win : !win, netR: win ? 1.5 : -1 };
  });
}

function met(days: number, signals: readonly JudgedSignal[]): readonly string[] {
  return strategyChecklist(days, signals, wilsonInterval)
    .filter(({ isMet }) => isMet)
    .map(({ id }) => id);
}

describe('strategyChecklist', () => {
  it('DE-12: all is met by 90 days, 100 signals, forecasts that come true and pay', () => {
    expect(met(90, judged(200, 160))).toEqual(['days', 'resolved', 'accuracy', 'expectation']);
  });

  it('DE-12: 89 days, 99 signals are not enough, and too few are not judged', () => {
    expect(met(89, judged(99, 99))).toEqual([]);
    const [, , accuracy] = strategyChecklist(89, judged(99, 99), wilsonInterval);
    expect(accuracy?.evidence).toBe('too few: 99 of 100 resolved signals');
  });

  it('DE-12: accuracy must be above 55 %, and above the majority class where that is larger', () => {
    expect(met(90, judged(200, 110))).not.toContain('accuracy');
    expect(met(90, judged(200, 112))).toContain('accuracy');
    // One win in ten: whoever says "loss" every time is right nine times in ten.
    expect(met(90, judged(200, 170, 0.1))).not.toContain('accuracy');
  });

  it('DE-12: an expectation whose interval reaches zero is none', () => {
    const few = judged(100, 100).map((signal, index) => ({ ...signal, passed: index < 6 }));
    expect(met(90, few)).not.toContain('expectation');
  });
});

it('DE-12: drift, breaker, kill switch, approval and account are each looked at, with evidence', () => {
  const all = { drift: [], breakerExercisedAt: 1, killSwitchExercisedAt: 1, approvedAt: 1, hasLiveAccount: true };
  expect(deskChecklist(all).every(({ isMet }) => isMet)).toBe(true);
  const missing = [
    ['drift', { drift: ['trend: its loss rose'] }],
    ['breaker', { breakerExercisedAt: null }],
    ['kill-switch', { killSwitchExercisedAt: null }],
    ['approval', { approvedAt: null }],
    ['live-account', { hasLiveAccount: false }],
  ] as const;
  for (const [id, fact] of missing) {
    const unmet = deskChecklist({ ...all, ...fact }).filter(({ isMet }) => !isMet);
    expect(unmet.map((item) => item.id)).toEqual([id]);
    expect(unmet[0]?.evidence).not.toBe('');
  }
});
