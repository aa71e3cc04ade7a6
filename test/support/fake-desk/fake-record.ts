/** What the fake desk has seen before it opens: signals in every instrument, resolved on its minutes, the newest decided. */
import type { Disposition } from '#core/domain/score.ts';
import { type FakeSeries, MINUTE } from './fake-market.ts';
import { decide, drawSignal, type FakePhantom, feed, pickStrategy } from './fake-phantoms.ts';

/** Oldest first. */
export function drawHistory(all: readonly FakeSeries[], random: () => number): FakePhantom[] {
  const phantoms: FakePhantom[] = [];
  for (const series of all) {
    const open: FakePhantom[] = [];
    for (let at = 600; at < series.bars.length; at++) {
      const bar = series.bars[at];
      if (bar === undefined) continue;
      if (bar[0] % (15 * MINUTE) === 0 && random() < 0.028) {
        const phantom = drawSignal(series, at, random, pickStrategy(phantoms.length + open.length * 3));
        if (phantom.row.strategyId === 'scalp') decide(phantom, 'phase0', 'the strategy is on trial');
        else if (phantom.row.strategyId === 'placebo') decide(phantom, 'shadow', 'a placebo: recorded only');
        else if (phantom.score.value < 60) decide(phantom, 'blocked', 'costs: net reward:risk 0.92 is below 1');
        open.push(phantom);
        phantoms.push(phantom);
      }
      for (const phantom of open) feed(phantom, bar);
    }
  }
  return phantoms.sort((a, b) => a.row.openedAt - b.row.openedAt);
}

const KINDS: readonly (readonly [Disposition, string, boolean])[] = [
  ['executed', 'approved by the trader', true],
  ['rejected_score', 'score 60 is below the threshold 70', false],
  ['skipped', 'news in an hour', true],
  ['expired', 'time', false],
  ['rejected_score', 'score 65 is below the threshold 70', false],
];

/** Decides the newest signals of two strategies; gives those that were taken. */
export function decideLately(phantoms: readonly FakePhantom[]): readonly FakePhantom[] {
  const lately = phantoms
    .filter(({ row }) => row.strategyId === 'trend_pullback' || row.strategyId === 'range_fade')
    .slice(-46);
  return lately.filter((phantom, index) => {
    const [disposition, reason, byTrader] = KINDS[index % KINDS.length] ?? ['expired', 'time', false];
    decide(phantom, disposition, reason, byTrader);
    return disposition === 'executed';
  });
}
