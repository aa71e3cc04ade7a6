/** PE-10: 30 days of 1m of five instruments through all strategies, models retrained on the way, from stored candles. */
import { invariant } from '#core/base/invariant.ts';
import { DAY_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { DEMO_INSTRUMENTS } from '#main/exchange/demo/demo-instruments.ts';
import { createGeneratedSource } from '#main/exchange/demo/market-generator.ts';
import { bootstrapOn, type StoredSeries } from './bootstrap-run.ts';
import type { BenchLine, BenchScale } from './measure.ts';

const INSTRUMENTS = 5;
const DAYS = 30;
const QUICK_DAYS = 6;
/** A Monday. */
const EPOCH = Date.UTC(2025, 8, 1);

export async function bootstrapLines({ quick }: BenchScale): Promise<readonly BenchLine[]> {
  const days = quick ? QUICK_DAYS : DAYS;
  const report = await bootstrapOn('demo', '1m', generated(days), true);
  const fits = report.models.reduce((sum, { trained }) => sum + trained, 0);
  return [
    {
      id: 'PE-10',
      what: `bootstrap, ${INSTRUMENTS} instruments x ${days} days of 1m`,
      unit: 's',
      better: 'less',
      median: report.seconds,
      worst: report.seconds,
      bar: quick ? null : 40,
      peer: 'none does the same',
      note: `demo market; ${report.candles} candles, ${report.signals} signals, ${fits} fits of ${report.models.length} models; one run`,
    },
  ];
}

function generated(days: number): readonly StoredSeries[] {
  const instruments = DEMO_INSTRUMENTS.slice(0, INSTRUMENTS);
  const market = createGeneratedSource({ seed: 'bench', epoch: EPOCH, instruments });
  return instruments.map(({ symbol }, index) => {
    const candles = Array.from({ length: (days * DAY_MS) / MINUTE_MS }, (_, minute) => {
      const bar = market.bar(index, EPOCH + minute * MINUTE_MS);
      invariant(bar !== null, 'the demo market has every minute');
      return bar;
    });
    return { symbol, candles };
  });
}
