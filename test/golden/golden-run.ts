/** The golden run: fixture candles through the engine, and what of its events is kept for comparison (PL-6). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { invariant } from '#core/base/invariant.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { timeframeMs } from '#core/domain/timeframe.ts';
import type { Engine } from '#core/engine/engine.ts';
import type { BaseBar, EngineEvent, EngineInput } from '#core/engine/messages.ts';
import { CandleCsvParser } from '#main/files/candle-csv.ts';
import { EventHash } from '#main/services/research/event-hash.ts';
import { researchEngine, researchStrategies } from '#main/services/research/research-engine.ts';
import { importedInstrument } from '#main/services/research/stored-market.ts';

export const GOLDEN_FILE = fileURLToPath(new URL('./replay.json', import.meta.url));
const FIXTURES = new URL('../fixtures/candles/', import.meta.url);

/** Made by the demo market's generator; SOL has a hole of three hours. */
const SERIES = [
  { symbol: 'BTC/USDT', file: 'BTCUSDT-5m.csv.gz' },
  { symbol: 'SOL/USDT', file: 'SOLUSDT-5m.csv.gz' },
] as const;

export interface GoldenReplay {
  readonly candles: number;
  readonly eventHash: string;
  /** One line per event: enough to see where two streams part. */
  readonly events: readonly string[];
}

export function fixtureCandles(file: string): readonly Candle[] {
  const parser = new CandleCsvParser();
  const text = gunzipSync(readFileSync(new URL(file, FIXTURES))).toString('utf8');
  return [parser.push(text), parser.finish()].flatMap((part) => {
    invariant(part.ok, 'the fixture is a candle file');
    return part.value.map((row) => {
      invariant('candle' in row, 'every row of the fixture is a candle');
      return row.candle;
    });
  });
}

export function goldenInstruments(): readonly Instrument[] {
  return SERIES.map(({ symbol }) => importedInstrument('binance', symbol, '5m'));
}

export function goldenEngine(): Engine {
  const strategies = researchStrategies(null);
  invariant(strategies.ok, 'all strategies are known');
  return researchEngine(goldenInstruments(), strategies.value, { slippageBps: 2, fixedMinimumScore: null });
}

/** All batches of the fixture, ascending. */
export function goldenInputs(): readonly EngineInput[] {
  const durationMs = timeframeMs('5m');
  const byCloseTime = new Map<number, BaseBar[]>();
  for (const [index, { file }] of SERIES.entries()) {
    const instrumentId = goldenInstruments()[index]?.id ?? '';
    for (const candle of fixtureCandles(file)) {
      const closeTime = candle.openTime + durationMs;
      const bars = byCloseTime.get(closeTime) ?? [];
      bars.push({ instrumentId, candle });
      byCloseTime.set(closeTime, bars);
    }
  }
  return [...byCloseTime]
    .sort(([a], [b]) => a - b)
    .map(([closeTime, bars]) => ({ kind: 'bars', closeTime, bars, origin: 'replay' }));
}

export function goldenReplay(): GoldenReplay {
  const engine = goldenEngine();
  const inputs = goldenInputs();
  const events = inputs.flatMap((input) => engine.step(input));
  const candles = inputs.reduce((sum, input) => sum + (input.kind === 'bars' ? input.bars.length : 0), 0);
  return { candles, eventHash: hashOf(events), events: events.map(eventLine) };
}

export function hashOf(events: readonly EngineEvent[]): string {
  const hash = new EventHash();
  hash.add(events);
  return hash.digest();
}

function eventLine(event: EngineEvent): string {
  const time = new Date(event.time).toISOString();
  switch (event.kind) {
    case 'phantom-opened': {
      const { id, signal, decision } = event.phantom;
      return `${time} ${event.kind} ${id} stop ${signal.stop} q ${signal.qscore} score ${decision.score.value} ${decision.disposition}`;
    }
    case 'phantom-closed':
      return `${time} ${event.kind} ${event.phantomId} ${event.result.outcome} ${event.result.exitReason} ${event.result.netR}`;
    case 'phantom-tp1':
      return `${time} ${event.kind} ${event.phantomId} ${event.price}`;
    default:
      return `${time} ${event.kind}`;
  }
}
