/**
 * Bootstraps recorded candles twice on fresh profiles and says whether the event streams are the same (PL-11).
 *
 *   node test/bench/bootstrap-twice.ts [--no-models] [--timeframe 5m] binance-spot/BTCUSDT-1m binance-spot/ETHUSDT-1m
 */
import { parseArgs } from 'node:util';
import type { BootstrapReport } from '#main/services/research/bootstrap-record.ts';
import { realCandles } from '#test/support/real-candles.ts';
import { bootstrapOn } from './bootstrap-run.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'no-models': { type: 'boolean', default: false }, timeframe: { type: 'string', default: '1m' } },
});
const timeframe = values.timeframe === '5m' ? '5m' : '1m';
const series = positionals.map((name) => {
  const candles = realCandles(name);
  if (candles === null) throw new Error(`there are no recorded candles ${name}`);
  const market = name.slice(name.indexOf('/') + 1, name.lastIndexOf('-'));
  return { symbol: market.replace(/USDT$/, '/USDT'), candles };
});

const say = (line: string) => process.stdout.write(`${line}\n`);
const first = await run();
say(JSON.stringify(first, null, 1));
const second = await run();
say(`first:  ${first.eventHash}, ${first.seconds} s`);
say(`second: ${second.eventHash}, ${second.seconds} s`);
const open = first.outcomes.open;
const ended = Object.values(first.outcomes).reduce((sum, count) => sum + count, 0) - open;
const counts = `${first.signals} signals, ${open} open and ${ended} ended phantoms`;
const isWhole = open + ended === first.signals;
say(`${counts}: ${isWhole ? 'none is lost' : 'THEY DO NOT ADD UP'}`);
const isSame = first.eventHash === second.eventHash;
say(isSame ? 'The two runs are the same.' : 'THE TWO RUNS DIFFER.');
process.exitCode = isSame && isWhole ? 0 : 1;

function run(): Promise<BootstrapReport> {
  return bootstrapOn('binance', timeframe, series, !values['no-models']);
}
