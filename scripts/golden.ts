/**
 * Writes the golden files anew: what the engine makes of the fixture candles becomes what tests expect. Run it only after
 * a change of the engine's events was meant, and look at the difference. `--candles` also makes the fixtures anew.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#core/domain/timeframe.ts';
import { joinBars } from '#main/exchange/demo/candle-source.ts';
import { createGeneratedSource } from '#main/exchange/demo/market-generator.ts';
import { GOLDEN_FILE, goldenReplay } from '#test/golden/golden-run.ts';

const EPOCH = Date.UTC(2025, 0, 6);
const DAYS = 30;
const BAR_MS = 5 * MINUTE_MS;
const HOLE_FROM = EPOCH + 17 * DAY_MS + 5 * HOUR_MS;
const HOLE_TO = HOLE_FROM + 3 * HOUR_MS;

function writeCandles(): void {
  const folder = new URL('../test/fixtures/candles/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const source = createGeneratedSource({ seed: 'golden', epoch: EPOCH });
  for (const { name, hole } of [
    { name: 'BTCUSDT', hole: false },
    { name: 'SOLUSDT', hole: true },
  ]) {
    const index = source.instruments.findIndex((instrument) => instrument.marketId === name);
    const lines = ['timestamp_ms,open,high,low,close,volume'];
    for (let openTime = EPOCH; openTime < EPOCH + DAYS * DAY_MS; openTime += BAR_MS) {
      if (hole && openTime >= HOLE_FROM && openTime < HOLE_TO) continue;
      const minutes = [0, 1, 2, 3, 4].flatMap((minute) => source.bar(index, openTime + minute * MINUTE_MS) ?? []);
      const bar = joinBars(openTime, minutes);
      if (bar === null) continue;
      const volume = Number(bar.volume.toFixed(5));
      lines.push([bar.openTime, bar.open, bar.high, bar.low, bar.close, volume].join(','));
    }
    writeFileSync(fileURLToPath(new URL(`${name}-5m.csv.gz`, folder)), gzipSync(`${lines.join('\n')}\n`, { level: 9 }));
  }
}

if (process.argv.includes('--candles')) writeCandles();
writeFileSync(GOLDEN_FILE, `${JSON.stringify(goldenReplay(), null, 2)}\n`);
process.stdout.write(`Written: ${GOLDEN_FILE}\n`);
