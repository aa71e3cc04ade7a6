/**
 * Stored candles as the engine's inputs: several instruments merged into batches, finer bars and market facts handed on
 * (PL-4, PH-12, MK-15).
 */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { Candle } from '#core/domain/candle.ts';
import { type Instrument, type InstrumentId, instrumentId } from '#core/domain/instrument.ts';
import type { MarketFacts } from '#core/domain/market-facts.ts';
import { type BaseTimeframe, type Timeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import type { BaseBar, EngineInput } from '#core/engine/messages.ts';
import type { CandleNotes } from '#main/store/candle-notes.ts';
import type { CandleStore } from '#main/store/candle-store.ts';

export interface CandleFolder {
  readonly candles: CandleStore;
  readonly notes: CandleNotes;
}

/** Bars with `from <= openTime < to`; null: from the first, to the last stored one. */
export interface BarRange {
  readonly from: UnixMs | null;
  readonly to: UnixMs | null;
}

/** Taker fee in basis points where no exchange has described the instrument: what ccxt's `fees` say for most spot markets. */
const DEFAULT_TAKER_FEE_BPS = 10;
/** The finest first: it is the base unless somebody asks for another one (MK-1). */
const BASES: readonly BaseTimeframe[] = ['1m', '5m'];

/** An instrument of which only imported candles are known: usual fee, unknown steps. */
export function importedInstrument(exchange: string, symbol: string, baseTimeframe: BaseTimeframe): Instrument {
  const [pair = symbol, settled] = symbol.split(':');
  const [base = symbol, quote = ''] = pair.split('/');
  return {
    id: instrumentId(exchange, symbol),
    exchange,
    symbol,
    base,
    quote,
    kind: settled === undefined ? 'spot' : 'swap',
    baseTimeframe,
    priceTick: 0,
    amountStep: 0,
    minNotional: 0,
    takerFeeBps: DEFAULT_TAKER_FEE_BPS,
    simulated: exchange === 'demo',
  };
}

/** The instruments of stored series, with the base timeframe asked for (null: the finest stored one). */
export function storedInstruments(
  { candles, notes }: CandleFolder,
  exchange: string,
  symbols: readonly string[],
  wanted: BaseTimeframe | null,
): Result<readonly Instrument[], Fault<'no-candles'>> {
  const instruments: Instrument[] = [];
  for (const symbol of [...new Set(symbols)]) {
    const id = instrumentId(exchange, symbol);
    const base = (wanted === null ? BASES : [wanted]).find((timeframe) => candles.count(id, timeframe) > 0);
    if (base === undefined) return err(noCandles(candles, exchange, symbol, wanted));
    const known = notes.instrument(id) ?? importedInstrument(exchange, symbol, base);
    instruments.push({ ...known, baseTimeframe: base });
  }
  return ok(instruments.sort((a, b) => (a.id < b.id ? -1 : 1)));
}

export type BarsInput = Extract<EngineInput, { kind: 'bars' }>;
export type MarketInput = Extract<EngineInput, { kind: 'market' }>;

/**
 * Batches of bars that close together, in order of instrument id inside a batch, ascending. Bars that came late when they
 * were live form batches of their own after the batch that they missed, as they did then (PL-4). What the exchange told
 * of a bar beside its prices comes right before its batch.
 */
export function* storedInputs(
  folder: CandleFolder,
  instruments: readonly Instrument[],
  range: BarRange,
): Generator<BarsInput | MarketInput, void, undefined> {
  const facts = new FactsOfBars();
  for (const batch of storedBatches(folder, instruments, range, facts)) {
    for (const { instrumentId: id, candle } of batch.bars) {
      const known = facts.take(id, candle.openTime);
      // A moment before the close: for this bar and no longer for the next one.
      if (known !== null) yield { kind: 'market', time: batch.closeTime - 1, instrumentId: id, facts: known };
    }
    yield batch;
  }
}

/** Facts of bars that were read and not yet worked. */
class FactsOfBars {
  readonly #byBar = new Map<string, MarketFacts>();

  put(id: InstrumentId, openTime: UnixMs, facts: MarketFacts): void {
    this.#byBar.set(`${id}|${openTime}`, facts);
  }

  take(id: InstrumentId, openTime: UnixMs): MarketFacts | null {
    if (this.#byBar.size === 0) return null;
    const key = `${id}|${openTime}`;
    const facts = this.#byBar.get(key) ?? null;
    this.#byBar.delete(key);
    return facts;
  }
}

function* storedBatches(
  { candles, notes }: CandleFolder,
  instruments: readonly Instrument[],
  { from, to }: BarRange,
  facts: FactsOfBars,
): Generator<BarsInput, void, undefined> {
  const feeds = [...instruments]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((instrument) => new StoredFeed(candles, notes, facts, instrument, from ?? undefined, to ?? undefined));
  const late = new LateBars(notes);
  for (;;) {
    let closeTime = Number.POSITIVE_INFINITY;
    for (const feed of feeds) if (feed.closeTime < closeTime) closeTime = feed.closeTime;
    if (!late.isEmpty) yield* late.before(closeTime);
    if (closeTime === Number.POSITIVE_INFINITY) return;
    const bars: BaseBar[] = [];
    for (const feed of feeds) {
      if (feed.closeTime !== closeTime) continue;
      const bar = feed.take();
      if (!late.holdsBack(bar, closeTime)) bars.push(bar);
    }
    if (bars.length > 0) yield { kind: 'bars', closeTime, bars, origin: 'replay' };
  }
}

/** Bars held back until what they were processed after has gone out. */
class LateBars {
  readonly #processedAfter = new Map<string, UnixMs>();
  #held: { readonly bar: BaseBar; readonly closeTime: UnixMs; readonly after: UnixMs }[] = [];

  constructor(notes: CandleNotes) {
    for (const { instrumentId: id, openTime, processedAfterCloseTime } of notes.lateBars(0, Number.MAX_SAFE_INTEGER)) {
      this.#processedAfter.set(`${id}|${openTime}`, processedAfterCloseTime);
    }
  }

  get isEmpty(): boolean {
    return this.#held.length === 0;
  }

  holdsBack(bar: BaseBar, closeTime: UnixMs): boolean {
    if (this.#processedAfter.size === 0) return false;
    const after = this.#processedAfter.get(`${bar.instrumentId}|${bar.candle.openTime}`);
    if (after === undefined) return false;
    this.#held.push({ bar, closeTime, after });
    return true;
  }

  /** What was worked before the batch of `closeTime`, in the order in which it was. */
  *before(closeTime: UnixMs): Generator<BarsInput, void, undefined> {
    const due = this.#held
      .filter(({ after }) => after < closeTime)
      .sort(
        (a, b) => a.after - b.after || a.closeTime - b.closeTime || (a.bar.instrumentId < b.bar.instrumentId ? -1 : 1),
      );
    this.#held = this.#held.filter(({ after }) => after >= closeTime);
    for (let at = 0; at < due.length; ) {
      const first = due[at] as (typeof due)[number];
      const together = due.slice(at).findIndex((one) => one.after !== first.after || one.closeTime !== first.closeTime);
      const end = together === -1 ? due.length : at + together;
      const bars = due.slice(at, end).map(({ bar }) => bar);
      yield { kind: 'bars', closeTime: first.closeTime, bars, origin: 'replay' };
      at = end;
    }
  }
}

/** One instrument's stored base bars, each with the finer bars inside it where they are stored without a hole. */
class StoredFeed {
  /** Of the next bar; infinity at the end. */
  closeTime = Number.POSITIVE_INFINITY;
  readonly #id: InstrumentId;
  readonly #durationMs: number;
  readonly #bars: Iterator<Candle>;
  readonly #finer: FinerBars | null;
  readonly #facts: FactsOfBars;
  readonly #stored: ReturnType<CandleNotes['facts']['read']>;
  #nextFacts: { readonly openTime: UnixMs; readonly facts: MarketFacts } | null;
  #next: Candle | null = null;

  constructor(
    candles: CandleStore,
    notes: CandleNotes,
    facts: FactsOfBars,
    { id, baseTimeframe }: Instrument,
    from?: UnixMs,
    to?: UnixMs,
  ) {
    this.#id = id;
    this.#facts = facts;
    this.#stored = notes.facts.read(id, baseTimeframe, from ?? 0, to ?? Number.POSITIVE_INFINITY);
    this.#nextFacts = this.#stored.next().value ?? null;
    this.#durationMs = timeframeMs(baseTimeframe);
    this.#bars = candles.read(id, baseTimeframe, from, to);
    const finer: Timeframe | null = baseTimeframe === '5m' && candles.count(id, '1m') > 0 ? '1m' : null;
    this.#finer = finer === null ? null : new FinerBars(candles.read(id, finer, from, to), timeframeMs(finer));
    this.#advance();
  }

  take(): BaseBar {
    const candle = this.#next as Candle;
    this.#advance();
    while (this.#nextFacts !== null && this.#nextFacts.openTime <= candle.openTime) {
      if (this.#nextFacts.openTime === candle.openTime)
        this.#facts.put(this.#id, candle.openTime, this.#nextFacts.facts);
      this.#nextFacts = this.#stored.next().value ?? null;
    }
    const fine = this.#finer?.inside(candle.openTime, this.#durationMs) ?? null;
    return fine === null ? { instrumentId: this.#id, candle } : { instrumentId: this.#id, candle, fine };
  }

  #advance(): void {
    const step = this.#bars.next();
    this.#next = step.done === true ? null : step.value;
    this.closeTime = this.#next === null ? Number.POSITIVE_INFINITY : this.#next.openTime + this.#durationMs;
  }
}

/** Walks a finer series beside ascending base bars. */
class FinerBars {
  readonly #bars: Iterator<Candle>;
  readonly #durationMs: number;
  #next: Candle | null = null;

  constructor(bars: Iterator<Candle>, durationMs: number) {
    this.#bars = bars;
    this.#durationMs = durationMs;
    this.#advance();
  }

  /** The bars that cover [openTime, openTime + durationMs), or null when one of them is missing. */
  inside(openTime: UnixMs, durationMs: number): readonly Candle[] | null {
    while (this.#next !== null && this.#next.openTime < openTime) this.#advance();
    const found: Candle[] = [];
    while (this.#next !== null && this.#next.openTime < openTime + durationMs) {
      found.push(this.#next);
      this.#advance();
    }
    return found.length * this.#durationMs === durationMs ? found : null;
  }

  #advance(): void {
    const step = this.#bars.next();
    this.#next = step.done === true ? null : step.value;
  }
}

function noCandles(
  candles: CandleStore,
  exchange: string,
  symbol: string,
  wanted: BaseTimeframe | null,
): Fault<'no-candles'> {
  const id = instrumentId(exchange, symbol);
  const stored = candles.series().map((series) => `${series.instrumentId} ${series.timeframe}`);
  const there = stored.length === 0 ? 'Nothing is stored yet.' : `Stored: ${stored.slice(0, 12).join(', ')}.`;
  const timeframe = wanted ?? '5m';
  return {
    kind: 'no-candles',
    message: `No ${wanted ?? '1m or 5m'} candles of ${id} are stored. ${there}`,
    remedy: `Import some: desk import candles FILE --exchange ${exchange} --symbol ${symbol} --timeframe ${timeframe}`,
  };
}
