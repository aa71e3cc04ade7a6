/** The generated demo market (MK-21, MK-25): seed and epoch fix every bar, in whatever order they are asked for. */
import { invariant } from '#core/base/invariant.ts';
import { createRandom, type Random } from '#core/base/random.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { CandleSource, MarketBar } from './candle-source.ts';
import { DEMO_INSTRUMENTS, type GeneratedInstrument } from './demo-instruments.ts';
import { MarketProcess, type MarketRegime, PROCESS_STATE_SIZE } from './market-process.ts';

export interface GeneratorOptions {
  readonly seed: string;
  /** Open time of the first bar, UTC ms, a whole minute. */
  readonly epoch: UnixMs;
  readonly instruments?: readonly GeneratedInstrument[];
  /** Days of bars kept in memory (about 0.2 MB each for six instruments); the rest is generated again on demand. */
  readonly cachedDays?: number;
  /** Where days begin that were drawn before: of the same market, by the same `GENERATION`. */
  readonly checkpoints?: CheckpointStore;
}

/** The state at the beginning of each block, by its number; only speed hangs on it. */
export interface CheckpointStore {
  /** Null where none is kept. */
  read(block: number): Float64Array | null;
  keep(block: number, state: Float64Array): void;
}

/** Raise it with every change of what a seed draws: states that were kept before it are of another market. */
export const GENERATION = 1;

export interface GeneratedSource extends CandleSource {
  readonly seed: string;
  /** The common factor's regime at a minute: what a test of structure compares with, and nothing a strategy may see. */
  commonRegime(openTime: UnixMs): MarketRegime;
}

/** Minutes per block; a checkpoint stands at the start of each. */
const BLOCK_MINUTES = 1440;
const DEFAULT_CACHED_DAYS = 120;
/** Typical standard deviation of a minute of the common factor. */
const COMMON_VOLATILITY = 0.00042;
/** State per instrument beside its process: last close in ticks, log of volume's own wave. */
const EXTRA_STATE_SIZE = 2;
/** Wicks come from a Brownian bridge with this share of the minute's deviation: trading on a grid is calmer than Brownian motion. */
const WICK_SHARE = 0.72;
const VOLUME_PERSISTENCE = Math.exp(-Math.LN2 / 25);
const VOLUME_WAVE = 0.5 * Math.sqrt(1 - VOLUME_PERSISTENCE ** 2);

/**
 * Volatility by UTC hour against the day's mean: quiet Asian afternoon, European open, the peak at the US open.
 * Means of the 1m range of BTC/USDT over summer 2025, smoothed; a session's shape rather than its exact figures.
 */
const HOURLY_SEASON = [
  1.12, 1.04, 0.92, 0.8, 0.72, 0.72, 0.74, 0.82, 0.86, 0.82, 0.78, 0.8, 1.02, 1.42, 1.62, 1.46, 1.32, 1.2, 1.12, 1.08,
  1.02, 0.98, 0.98, 0.92,
] as const;
const WEEKEND_SEASON = 0.74;

interface Block {
  /** Per instrument and minute, price ticks and amount steps: exact in integers. */
  readonly open: Int32Array;
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly close: Int32Array;
  readonly volume: Float64Array;
  readonly volatility: Float32Array;
  /** Share of volume bought by takers. */
  readonly buyShare: Float32Array;
  readonly regime: MarketRegime[];
}

/**
 * Creates the market of `seed`. A block (one day) depends on the checkpoint at its start and on streams forked by
 * instrument and block number, never on what was asked before; checkpoints are made once, in order, and kept.
 */
export function createGeneratedSource(options: GeneratorOptions): GeneratedSource {
  const { seed, epoch } = options;
  const instruments = options.instruments ?? DEMO_INSTRUMENTS;
  const cachedDays = options.cachedDays ?? DEFAULT_CACHED_DAYS;
  invariant(Number.isSafeInteger(epoch) && epoch % MINUTE_MS === 0, 'the epoch of a demo market is a whole minute');
  invariant(cachedDays >= 1, 'at least one day of bars is kept');

  const root = createRandom(seed).fork('market');
  const first = initialState(instruments);
  const checkpoints = new Map<number, Float64Array>([[0, first]]);
  const cache = new Map<number, Block>();

  function blockAt(index: number): Block {
    const cached = cache.get(index);
    if (cached !== undefined) {
      if (cache.size >= cachedDays) {
        // Least recently used goes first: a Map keeps the order of insertion.
        cache.delete(index);
        cache.set(index, cached);
      }
      return cached;
    }
    for (let next = lastKnown(index); next < index; next++) keep(next, generate(next));
    const block = generate(index);
    keep(index, block);
    return block;
  }

  /** The last block up to `index` of which the beginning is known. */
  function lastKnown(index: number): number {
    for (let block = index; block > 0; block--) {
      if (checkpoints.has(block)) return block;
      const kept = options.checkpoints?.read(block) ?? null;
      if (kept?.length !== first.length) continue;
      checkpoints.set(block, kept);
      return block;
    }
    return 0;
  }

  function generate(index: number): Block {
    const start = checkpoints.get(index);
    invariant(start !== undefined, 'a block is generated from the checkpoint at its start');
    const { block, end } = generateBlock(root, instruments, epoch, index, start);
    if (!checkpoints.has(index + 1)) {
      checkpoints.set(index + 1, end);
      options.checkpoints?.keep(index + 1, end);
    }
    return block;
  }

  function keep(index: number, block: Block): void {
    cache.set(index, block);
    if (cache.size <= cachedDays) return;
    const oldest = cache.keys().next();
    if (oldest.done !== true) cache.delete(oldest.value);
  }

  /** Block and minute of a bar, or null where the market has none. */
  function locate(openTime: UnixMs): { readonly block: Block; readonly minute: number } | null {
    const minute = (openTime - epoch) / MINUTE_MS;
    if (minute < 0 || !Number.isInteger(minute)) return null;
    const index = Math.floor(minute / BLOCK_MINUTES);
    return { block: blockAt(index), minute: minute - index * BLOCK_MINUTES };
  }

  return {
    seed,
    instruments,
    barMs: MINUTE_MS,
    firstOpenTime: epoch,
    bar: (instrumentIndex, openTime) => {
      const instrument = instruments[instrumentIndex];
      const place = locate(openTime);
      if (instrument === undefined || place === null) return null;
      return readBar(place.block, instrument, instrumentIndex * BLOCK_MINUTES + place.minute, openTime);
    },
    volatility: (instrumentIndex, openTime) => {
      const place = locate(openTime);
      return place?.block.volatility[instrumentIndex * BLOCK_MINUTES + place.minute] ?? COMMON_VOLATILITY;
    },
    commonRegime: (openTime) => {
      const place = locate(openTime);
      return place?.block.regime[place.minute] ?? 'range';
    },
  };
}

function initialState(instruments: readonly GeneratedInstrument[]): Float64Array {
  const state = new Float64Array(PROCESS_STATE_SIZE + instruments.length * (PROCESS_STATE_SIZE + EXTRA_STATE_SIZE));
  new MarketProcess(COMMON_VOLATILITY).save(state, 0);
  instruments.forEach((instrument, index) => {
    const offset = instrumentOffset(index);
    new MarketProcess(instrument.ownVolatility).save(state, offset);
    state[offset + PROCESS_STATE_SIZE] = Math.round(instrument.startPrice * 10 ** instrument.priceDecimals);
  });
  return state;
}

function instrumentOffset(index: number): number {
  return PROCESS_STATE_SIZE + index * (PROCESS_STATE_SIZE + EXTRA_STATE_SIZE);
}

/** Fills one day: the common factor first, then instrument by instrument on top of it. */
function generateBlock(
  root: Random,
  instruments: readonly GeneratedInstrument[],
  epoch: UnixMs,
  blockIndex: number,
  start: Float64Array,
): { readonly block: Block; readonly end: Float64Array } {
  const size = instruments.length * BLOCK_MINUTES;
  const block: Block = {
    open: new Int32Array(size),
    high: new Int32Array(size),
    low: new Int32Array(size),
    close: new Int32Array(size),
    volume: new Float64Array(size),
    volatility: new Float32Array(size),
    buyShare: new Float32Array(size),
    regime: [],
  };
  const end = new Float64Array(start.length);
  const blockStart = epoch + blockIndex * BLOCK_MINUTES * MINUTE_MS;

  const common = new MarketProcess(COMMON_VOLATILITY);
  common.load(start, 0);
  const commonRandom = root.fork(`common/${blockIndex}`);
  const season = new Float64Array(BLOCK_MINUTES);
  const commonLevel = new Float64Array(BLOCK_MINUTES);
  const commonSigma = new Float64Array(BLOCK_MINUTES);
  for (let minute = 0; minute < BLOCK_MINUTES; minute++) {
    const factor = seasonAt(blockStart + minute * MINUTE_MS);
    season[minute] = factor;
    common.step(commonRandom, factor);
    commonLevel[minute] = common.level;
    commonSigma[minute] = common.sigma;
    block.regime.push(common.regimeName());
  }
  common.save(end, 0);

  instruments.forEach((instrument, index) => {
    const random = root.fork(`${instrument.marketId}/${blockIndex}`);
    const offset = instrumentOffset(index);
    const own = new MarketProcess(instrument.ownVolatility);
    own.load(start, offset);
    let lastTicks = start[offset + PROCESS_STATE_SIZE] ?? 0;
    let volumeWave = start[offset + PROCESS_STATE_SIZE + 1] ?? 0;
    const ticksPerUnit = 10 ** instrument.priceDecimals;
    const stepsPerUnit = 10 ** instrument.amountDecimals;
    const beta = instrument.commonBeta;
    const typicalSigma = Math.hypot(beta * COMMON_VOLATILITY, instrument.ownVolatility);
    for (let minute = 0; minute < BLOCK_MINUTES; minute++) {
      const at = index * BLOCK_MINUTES + minute;
      const factor = season[minute] ?? 1;
      own.step(random, factor);
      const level = beta * (commonLevel[minute] ?? 0) + own.level;
      const sigma = Math.hypot(beta * (commonSigma[minute] ?? 0), own.sigma);

      // The first trade of a minute lands on the last price or a tick beside it.
      const jitter = random.next();
      const open = Math.max(1, lastTicks + (jitter < 0.22 ? -1 : jitter < 0.44 ? 1 : 0));
      const close = Math.max(1, Math.round(instrument.startPrice * Math.exp(level) * ticksPerUnit));
      const move = Math.log(close / open);
      const wick = WICK_SHARE * sigma;
      const high = Math.max(open, close, Math.round(open * Math.exp(bridgeMaximum(move, wick, random.next()))));
      const low = Math.min(
        open,
        close,
        Math.max(1, Math.round(open * Math.exp(-bridgeMaximum(-move, wick, random.next())))),
      );

      volumeWave = VOLUME_PERSISTENCE * volumeWave + VOLUME_WAVE * random.normal();
      const relativeRange = ((high - low) / open + 0.2 * typicalSigma) / (1.1 * typicalSigma);
      const volume =
        instrument.minuteVolume * relativeRange ** 0.95 * Math.exp(volumeWave + 0.4 * random.normal()) * factor ** 0.3;
      const pressure = move / (sigma + 1e-12);

      block.open[at] = open;
      block.high[at] = high;
      block.low[at] = low;
      block.close[at] = close;
      block.volume[at] = Math.max(1, Math.round(volume * stepsPerUnit));
      block.volatility[at] = sigma;
      block.buyShare[at] = Math.min(0.97, Math.max(0.03, 0.5 + 0.11 * pressure + 0.09 * random.normal()));
      lastTicks = close;
    }
    own.save(end, offset);
    end[offset + PROCESS_STATE_SIZE] = lastTicks;
    end[offset + PROCESS_STATE_SIZE + 1] = volumeWave;
  });
  return { block, end };
}

/** Maximum of a Brownian bridge from 0 to `move` with deviation `sigma`, by inversion of its distribution. */
function bridgeMaximum(move: number, sigma: number, uniform: number): number {
  return (move + Math.sqrt(move * move - 2 * sigma * sigma * Math.log(1 - uniform))) / 2;
}

/** Hours are blended linearly from one half hour to the next; weekends are quieter, with a soft edge of two hours. */
function seasonAt(time: UnixMs): number {
  const hours = (((time % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS - 0.5;
  const before = Math.floor(hours);
  const share = hours - before;
  const from = HOURLY_SEASON[(before + 24) % 24] ?? 1;
  const to = HOURLY_SEASON[(before + 25) % 24] ?? 1;
  return (from + share * (to - from)) * weekendAt(time);
}

function weekendAt(time: UnixMs): number {
  // 1970-01-01 was a Thursday; hours are counted from a Saturday 00:00 UTC.
  const weekHours = (((time / HOUR_MS - 48) % 168) + 168) % 168;
  const inside = Math.min(weekHours + 1, 49 - weekHours) / 2;
  const outsideWrap = (weekHours - 167) / 2;
  const share = Math.min(1, Math.max(0, inside, outsideWrap));
  return 1 + share * (WEEKEND_SEASON - 1);
}

function readBar(block: Block, instrument: GeneratedInstrument, at: number, openTime: UnixMs): MarketBar {
  const ticksPerUnit = 10 ** instrument.priceDecimals;
  const stepsPerUnit = 10 ** instrument.amountDecimals;
  const open = (block.open[at] ?? 0) / ticksPerUnit;
  const high = (block.high[at] ?? 0) / ticksPerUnit;
  const low = (block.low[at] ?? 0) / ticksPerUnit;
  const close = (block.close[at] ?? 0) / ticksPerUnit;
  const steps = block.volume[at] ?? 0;
  const volume = steps / stepsPerUnit;
  const quoteVolume = (volume * (open + high + low + close)) / 4;
  return {
    openTime,
    open,
    high,
    low,
    close,
    volume,
    quoteVolume,
    trades: Math.min(steps, Math.max(1, Math.round(quoteVolume / instrument.tradeValue))),
    takerBuyVolume: Math.floor(steps * (block.buyShare[at] ?? 0.5)) / stepsPerUnit,
  };
}
