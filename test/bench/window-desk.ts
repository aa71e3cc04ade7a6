/** A desk for PE-16: the fake one behind a real socket, with a million candles in pages, 500 marks and 50 moving instruments. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BarsDelta, CandleTuple, WatchlistDelta, WatchlistRow } from '#contract/areas/market.ts';
import { contract } from '#contract/contract.ts';
import { serveContract } from '#contract/rpc/server.ts';
import type { DeskService, StreamSink } from '#contract/service.ts';
import { createRandom } from '#core/base/random.ts';
import { bucketOpenTime, MINUTE_MS } from '#core/domain/timeframe.ts';
import { createSessions, loadSecrets } from '#main/hosts/web/sessions.ts';
import { startWebServer } from '#main/hosts/web/web-server.ts';
import { loadWindowFiles } from '#main/hosts/window/window-files.ts';
import { createFakeDesk } from '#test/support/fake-desk/fake-desk.ts';

export const CANDLES = 1_000_000;
export const MARKS = 500;
export const INSTRUMENTS = 50;
/** The services send prices of the list four times a second and bars of a chart ten times, whatever the exchange sends. */
const [LIST_EVERY_MS, BAR_EVERY_MS] = [250, 100];

export interface BenchDesk {
  readonly address: string;
  /** Candles that the window has asked for so far. */
  candlesSent(): number;
  /** From now on prices move. */
  move(): void;
  /** Until they rest. */
  rest(): void;
  close(): Promise<void>;
}

export async function openBenchDesk(): Promise<BenchDesk> {
  const files = loadWindowFiles(fileURLToPath(new URL('../../out/renderer/', import.meta.url)));
  if (!files.ok) throw new Error(`${files.error.message} ${files.error.remedy}`);
  const folder = mkdtempSync(join(tmpdir(), 'desk-bench-window-'));
  const { service } = createFakeDesk({ tickets: 0, models: 'ready', connection: 'live' });
  const market = new BenchMarket(service);
  const sessions = createSessions(loadSecrets(folder), () => Date.now());
  const server = await startWebServer(0, {
    files: files.value,
    sessions,
    serve: (port) => {
      serveContract(contract, market.service, port, {
        onBug: (error, where) => process.stderr.write(`${where}: ${String(error)}\n`),
      });
    },
    onExchange: () => undefined,
  });
  return {
    address: `http://127.0.0.1:${server.port}/#token=${sessions.currentToken()}`,
    candlesSent: () => market.candlesSent,
    move: () => market.move(),
    rest: () => market.rest(),
    async close() {
      market.rest();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

class BenchMarket {
  readonly service: DeskService;
  candlesSent = 0;
  readonly #random = createRandom('window bench');
  readonly #first: number;
  readonly #closes: Float64Array;
  readonly #bars = new Set<StreamSink<BarsDelta>>();
  readonly #lists = new Set<StreamSink<WatchlistDelta>>();
  #timers: NodeJS.Timeout[] = [];
  #rows: readonly WatchlistRow[] = [];

  constructor(fake: DeskService) {
    this.#first = bucketOpenTime(Date.now(), '1m') - CANDLES * MINUTE_MS;
    this.#closes = new Float64Array(CANDLES);
    let price = 60_000;
    for (let at = 0; at < CANDLES; at++) {
      price *= 1 + 0.0004 * this.#random.normal();
      this.#closes[at] = price;
    }
    this.service = {
      calls: {
        ...fake.calls,
        'market.candles': ({ before, limit }) => {
          const until = Math.min(CANDLES, Math.max(0, Math.ceil((before - this.#first) / MINUTE_MS)));
          const from = Math.max(0, until - limit);
          this.candlesSent += until - from;
          return { candles: this.#page(from, until), hasMore: from > 0 };
        },
        'market.marks': async (input) => {
          const { rows } = await fake.calls['phantoms.history']({
            filter: {},
            sort: { by: 'openedAt', direction: 'descending' },
            cursor: null,
            limit: MARKS,
          });
          const to = Math.min(input.to, this.#first + CANDLES * MINUTE_MS);
          const step = Math.max(MINUTE_MS, (to - input.from) / MARKS);
          const phantoms = Array.from({ length: MARKS }, (_, place) => {
            const row = rows[place % rows.length];
            if (row === undefined) throw new Error('the fake desk has no phantoms');
            const openedAt = bucketOpenTime(to - (place + 1) * step, '1m');
            const entry = this.#closes[this.#place(openedAt)] ?? row.entry;
            const levels = { entry, stop: entry * 0.995, tp1: entry * 1.005, target: entry * 1.01 };
            const exit = row.exitTime === null ? {} : { exitTime: openedAt + 30 * MINUTE_MS, exitPrice: levels.target };
            return { ...row, ...levels, ...exit, id: `mark-${place}`, instrumentId: input.instrumentId, openedAt };
          });
          return { phantoms, strategy: [] };
        },
      },
      streams: {
        ...fake.streams,
        'market.bars': ({ limit }, sink) => {
          this.#bars.add(sink);
          const candles = this.#page(CANDLES - limit, CANDLES);
          return {
            snapshot: { candles: candles.slice(0, -1), forming: candles.at(-1) ?? null, hasMore: true },
            stop: () => void this.#bars.delete(sink),
          };
        },
        'market.watchlist': async (input, sink) => {
          const { snapshot, stop } = await fake.streams['market.watchlist'](input, { push() {}, end() {} });
          stop();
          this.#rows = Array.from({ length: INSTRUMENTS }, (_, place) => {
            const row = snapshot[place % snapshot.length];
            if (row === undefined) throw new Error('the fake desk watches nothing');
            if (place < snapshot.length) return row;
            const symbol = `C${place}/USDT`;
            return { ...row, symbol, instrumentId: `demo:${symbol}` };
          });
          this.#lists.add(sink);
          return { snapshot: this.#rows, stop: () => void this.#lists.delete(sink) };
        },
      },
    };
  }

  move(): void {
    const list = () => {
      this.#rows = this.#rows.map((row) => ({
        ...row,
        price: (row.price ?? 1) * (1 + 0.0002 * this.#random.normal()),
        sparkline: row.sparkline.map((close, at) => (at === row.sparkline.length - 1 ? close * 1.0001 : close)),
      }));
      for (const sink of this.#lists) sink.push({ upserted: this.#rows, removed: [] });
    };
    const bar = () => {
      const last = CANDLES - 1;
      this.#closes[last] = (this.#closes[last] as number) * (1 + 0.0002 * this.#random.normal());
      const [candle] = this.#page(last, CANDLES);
      if (candle !== undefined) for (const sink of this.#bars) sink.push({ candle, closed: false });
    };
    this.#timers = [setInterval(list, LIST_EVERY_MS), setInterval(bar, BAR_EVERY_MS)];
  }

  rest(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #place(time: number): number {
    return Math.max(0, Math.min(CANDLES - 1, Math.floor((time - this.#first) / MINUTE_MS)));
  }

  #page(from: number, until: number): CandleTuple[] {
    return Array.from({ length: until - from }, (_, offset) => {
      const at = from + offset;
      const close = this.#closes[at] as number;
      const open = this.#closes[Math.max(0, at - 1)] as number;
      const spread = close * 0.0003;
      return [
        this.#first + at * MINUTE_MS,
        open,
        Math.max(open, close) + spread,
        Math.min(open, close) - spread,
        close,
        1 + (at % 7),
      ];
    });
  }
}
