/** An engine with a strategy that proposes exactly what a test tells it to, on candles a person can follow. */
import type { Candle } from '#core/domain/candle.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import type { SignalDraft } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { Engine } from '#core/engine/engine.ts';
import type { BatchOrigin, EngineEvent, EngineSettings } from '#core/engine/messages.ts';
import type { Strategy } from '#core/signals/strategy.ts';

export const START: UnixMs = Date.UTC(2025, 0, 6);
export const MINUTE = 60_000;

export const BTC: Instrument = {
  id: 'binance:BTC/USDT',
  exchange: 'binance',
  symbol: 'BTC/USDT',
  base: 'BTC',
  quote: 'USDT',
  kind: 'spot',
  baseTimeframe: '1m',
  priceTick: 0.01,
  amountStep: 0.001,
  minNotional: 5,
  takerFeeBps: 1,
  simulated: false,
};
export const ETH: Instrument = { ...BTC, id: 'binance:ETH/USDT', symbol: 'ETH/USDT', base: 'ETH' };

export const SETTINGS: EngineSettings = {
  stage: 'advisory',
  riskPerTrade: 0.005,
  fixedMinimumScore: 0,
  slippageBps: 1,
  disabledStrategies: [],
};

/** Long, 1 R = 2 price units around the given entry, no first target. */
export function draftAround(entry: number, overrides: Partial<SignalDraft> = {}): SignalDraft {
  return {
    side: 'long',
    stop: entry - 2,
    tp1: null,
    tp1Fraction: 0.5,
    target: entry + 5,
    reasons: ['because the test says so'],
    qualityParts: [{ name: 'plan', meaning: 'always whole', weight: 1, value: 1 }],
    structureKey: 'level-1',
    measures: { break_dist_atr: 1 },
    marks: [],
    ...overrides,
  };
}

/** Proposes by the close time of its 15m bar; an `Error` is thrown. Its id decides which heuristic scores it. */
export function scriptedStrategy(
  script: (now: UnixMs, close: number, instrumentId: string) => SignalDraft | Error | null,
  id = 'trend_pullback',
): Strategy {
  return {
    id,
    version: 1,
    idea: 'Proposes what a test tells it to.',
    timeframe: '15m',
    higherTimeframe: '1h',
    parameters: [],
    warmUpBars: 20,
    timeoutMs: 6 * 3_600_000,
    featureSet: 'trend',
    besideSets: [],
    model: 'trend',
    startsInPhase0: false,
    isPlacebo: false,
    create: () => ({
      onBar: (view) => {
        const proposal = script(view.now, view.timeframe('15m').bars.close(0), view.instrument.id);
        if (proposal instanceof Error) throw proposal;
        return proposal;
      },
      save: () => undefined,
      load: () => undefined,
    }),
  };
}

export class ScriptedDesk {
  readonly engine: Engine;
  readonly events: EngineEvent[] = [];
  #minute = 0;

  constructor(strategies: readonly Strategy[], settings: Partial<EngineSettings> = {}, instruments = [BTC]) {
    this.engine = new Engine({
      instruments,
      strategies: strategies.map((strategy) => ({ strategy, parameters: {} })),
      settings: { ...SETTINGS, ...settings },
      account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
    });
  }

  /** Close time of the newest bar. */
  get now(): UnixMs {
    return START + this.#minute * MINUTE;
  }

  /** Minutes that swing one unit around 100, so that ATR(14) on 15m is about 2. */
  calm(minutes: number, origin: BatchOrigin = 'live'): void {
    for (let i = 0; i < minutes; i++) this.minute([100, 101, 99, 100], origin);
  }

  /** One minute on every instrument. */
  minute(
    [open, high, low, close]: readonly [number, number, number, number],
    origin: BatchOrigin = 'live',
  ): readonly EngineEvent[] {
    const candle: Candle = { openTime: START + this.#minute * MINUTE, open, high, low, close, volume: 1 };
    this.#minute++;
    const bars = [...this.engine.instruments()].map(({ instrument }) => ({ instrumentId: instrument.id, candle }));
    return this.feed({ kind: 'bars', closeTime: this.now, bars, origin });
  }

  /** Leaves minutes out: the feed had a hole. */
  skip(minutes: number): void {
    this.#minute += minutes;
  }

  feed(input: Parameters<Engine['step']>[0]): readonly EngineEvent[] {
    const events = this.engine.step(input);
    this.events.push(...events);
    return events;
  }

  of<Kind extends EngineEvent['kind']>(kind: Kind): readonly Extract<EngineEvent, { kind: Kind }>[] {
    return this.events.filter((event): event is Extract<EngineEvent, { kind: Kind }> => event.kind === kind);
  }
}

/** Proposes once, `minutes` after the start, around the close. */
export function onceAt(minutes: number, overrides: Partial<SignalDraft> = {}, id?: string): Strategy {
  const script = (now: UnixMs, close: number) =>
    now === START + minutes * MINUTE ? draftAround(close, overrides) : null;
  return scriptedStrategy(script, id);
}
