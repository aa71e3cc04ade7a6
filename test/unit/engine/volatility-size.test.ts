/** DE-20: the forecast in the size is the volatility model's where one is at work, and the ticket says whose it is. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '#core/base/random.ts';
import { clamp } from '#core/base/statistics.ts';
import type { Candle } from '#core/domain/candle.ts';
import { DEFAULT_RISK } from '#core/domain/risk.ts';
import { HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import type { EngineSettings } from '#core/engine/messages.ts';
import { MODEL_LIFE_MS, type ValueModel } from '#core/engine/scoring-model.ts';
import { createValueScorer } from '#core/learning/value-scorer.ts';
import { featureIndex, findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import { smallValue } from '#test/support/engine-models.ts';
import { BTC, draftAround, ScriptedDesk, START, scriptedStrategy } from '#test/support/scripted-desk.ts';

const FIVE = 5 * MINUTE_MS;
const ON_FIVE = { ...BTC, baseTimeframe: '5m' as const };
/** A quarter of an hour into an hour: the forecast is of its beginning. */
const SIGNAL_AT = 200 * HOUR_MS + 3 * FIVE;

/** Hours of different volatility. */
function bars(until = SIGNAL_AT): Candle[] {
  const random = createRandom('hours');
  let close = 100;
  return Array.from({ length: until / FIVE }, (_, at) => {
    const open = close;
    const hour = Math.floor(at / 12);
    close = open * Math.exp((0.0004 + 0.0008 * ((hour * 7) % 5)) * (random.next() < 0.5 ? 1 : -1));
    const [high, low] = [Math.max(open, close) + 0.2, Math.min(open, close) - 0.2];
    return { openTime: START + at * FIVE, open, high, low, close, volume: 1 };
  });
}

/** Brute force: volatility of each whole hour, percent, newest last. */
function hourly(candles: readonly Candle[]): number[] {
  const found: number[] = [];
  for (let at = 12; at <= candles.length; at += 12) {
    let sum = 0;
    let known = 0;
    for (let bar = at - 12; bar < at; bar++) {
      if (bar === 0) continue;
      sum += (100 * Math.log((candles[bar]?.close ?? 0) / (candles[bar - 1]?.close ?? 0))) ** 2;
      known++;
    }
    found.push(Math.sqrt((sum / known) * 12));
  }
  return found;
}

/** Says that the next hour is like the last one. */
function persistence(trainedUntil = START): ValueModel {
  const names = findFeatureSet('volatility')?.names ?? [];
  const last = featureIndex('volatility', 'rv_1h');
  const predictor = {
    task: 'regress' as const,
    names,
    outputs: 1,
    predict: (row: Float64Array, out: Float64Array) => {
      out[0] = Math.log(row[last] ?? Number.NaN);
    },
  };
  const { values, ...made } = smallValue('volatility', { trainedUntil });
  const scorer = createValueScorer([{ id: 'last', predictor }]);
  return { ...made, name: 'volatility v3', values: { ...values, scorer } };
}

function deskWith(champion: ValueModel | null, settings: Partial<EngineSettings> = {}, candles = bars()): ScriptedDesk {
  const signal = scriptedStrategy((now, close) =>
    now === START + SIGNAL_AT ? draftAround(close, { stop: close - 1, target: close + 4 }) : null,
  );
  const all = { risk: { ...DEFAULT_RISK, maximumNotional: null }, ...settings };
  const desk = new ScriptedDesk([signal], all, [ON_FIVE]);
  if (champion !== null) {
    desk.feed({ kind: 'models', time: START, model: 'volatility', models: { champion, shadow: null } });
  }
  for (const candle of candles) feed(desk, candle);
  return desk;
}

function feed(desk: ScriptedDesk, candle: Candle): void {
  const closeTime = candle.openTime + FIVE;
  desk.feed({ kind: 'bars', closeTime, bars: [{ instrumentId: ON_FIVE.id, candle }], origin: 'live' });
}

const factorOf = (desk: ScriptedDesk) => desk.of('ticket-opened')[0]?.ticket.size.factors?.[0];

describe('DE-20: the forecast in the size', () => {
  it('is the model’s: the median of hours, as it forecasts them, over what it says of the hour that runs', () => {
    const hours = hourly(bars());
    expect(hours).toHaveLength(200);
    const sorted = [...hours].sort((a, b) => a - b);
    const middle = ((sorted[99] ?? 0) + (sorted[100] ?? 0)) / 2;
    const factor = middle / (hours.at(-1) ?? 0);
    expect(clamp(factor, 0.51, 1.49)).toBe(factor);
    const desk = deskWith(persistence());
    expect(factorOf(desk)).toEqual({
      name: 'volatility (forecast by volatility v3)',
      value: expect.closeTo(factor, 9),
    });
    expect(desk.of('ticket-opened')[0]?.ticket.size.basis).toContain('forecast by volatility v3');
  });

  it.each([
    ['no model is at work', null, {}],
    ['it has expired', persistence(START - MODEL_LIFE_MS), {}],
    ['models may not decide', persistence(), { scoreSignals: false }],
  ] as const)('%s: the weighted average of the hours’ ranges, as before', (_, champion, settings) => {
    const factor = factorOf(deskWith(champion, settings));
    expect(factor?.name).toBe('volatility (forecast by its weighted average)');
    expect(factor).toEqual(factorOf(deskWith(null)));
  });

  it('of less than a week of known hours no median is made', () => {
    const short = bars().map((bar) => ({ ...bar, openTime: bar.openTime }));
    const few = short.slice(-150 * 12 - 3);
    expect(factorOf(deskWith(persistence(), {}, few))?.name).toMatch(/unknown: 15\d of 168 hours/);
  });

  it('PL-6: after a restart, from a snapshot or from stored bars, the size is the same', () => {
    const whole = bars();
    const expected = deskWith(persistence(), {}, whole);
    const cut = whole.length - 2;
    const before = deskWith(persistence(), {}, whole.slice(0, cut));
    const snapshot = before.engine.instrument(ON_FIVE.id)?.snapshot();
    const observations = before
      .of('observed')
      .slice(-1)
      .map(({ observation }) => ({ ...observation, isWaiting: true }));
    const empty = { phantoms: [], tickets: [], positions: [], lives: [] };
    for (const way of ['snapshot', 'bars'] as const) {
      const again = deskWith(persistence(), {}, []);
      if (way === 'bars') {
        again.engine.warm(whole.slice(0, cut).map((candle) => ({ instrumentId: ON_FIVE.id, candle })));
      } else if (snapshot !== undefined) {
        expect(again.engine.restoreMarket(ON_FIVE.id, structuredClone(snapshot))).toBe(true);
      }
      again.engine.restoreBook({ clock: START + cut * FIVE, observations, ...empty });
      for (const candle of whole.slice(cut)) feed(again, candle);
      expect(factorOf(again)).toEqual(factorOf(expected));
    }
  });
});
