/** A small recorded desk that is live without an exchange: a real engine and record, bars and clock as a test gives them. */
import { onTestFinished } from 'vitest';
import type { ExternalFields } from '#contract/areas/external-signals.ts';
import type { Candle } from '#core/domain/candle.ts';
import type { EngineEvent, EngineSettings } from '#core/engine/messages.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import { EngineKeeper } from '#main/services/engine-keeper.ts';
import { takeExternal } from '#main/services/external/take-external.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { seededRandom } from './real-candles.ts';
import { DESK_SETTINGS, MINUTE, smallInstrument } from './small-desk.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const BTC = smallInstrument('BTC');
export const ETH = smallInstrument('ETH');
export const DESK_START = Date.UTC(2025, 0, 6);

/** A random walk of minutes around 100. */
export function walk(seed: number, minutes: number): readonly Candle[] {
  const random = seededRandom(seed);
  const candles: Candle[] = [];
  let close = 100;
  for (let index = 0; index < minutes; index++) {
    const open = close;
    close = Math.max(50, open + (random() - 0.5) * 0.4);
    const [low, high] = [Math.min(open, close) - random() * 0.1, Math.max(open, close) + random() * 0.1];
    candles.push({ openTime: DESK_START + index * MINUTE, open, high, low, close, volume: 1 + random() });
  }
  return candles;
}

export class ExternalDeskRun {
  readonly folder: string;
  readonly events: EngineEvent[] = [];
  readonly #settings: EngineSettings;
  #profile: Profile;
  #keeper: EngineKeeper;
  #minute = 0;

  constructor(settings: Partial<EngineSettings> = {}, folder = temporaryFolder()) {
    this.folder = folder;
    this.#settings = { ...DESK_SETTINGS, stage: 'advisory', fixedMinimumScore: 0, ...settings };
    [this.#profile, this.#keeper] = this.#open();
    // Hooks run in reverse order: the profile closes before its folder goes.
    onTestFinished(() => this.#profile.close());
  }

  get profile(): Profile {
    return this.#profile;
  }

  get keeper(): EngineKeeper {
    return this.#keeper;
  }

  /** Exchange time, a little after the newest bar. */
  get now(): number {
    return DESK_START + this.#minute * MINUTE + 2_000;
  }

  get session() {
    return {
      keeper: this.#keeper,
      state: { connection: 'live', message: '', remedy: '', progress: null } as const,
      instruments: [BTC, ETH],
      now: () => this.now,
    };
  }

  /** The next `minutes` of both markets, stored and worked. */
  run(market: readonly (readonly Candle[])[], minutes: number): void {
    for (const [which, { id }] of [BTC, ETH].entries()) {
      const fresh = market[which]?.slice(this.#minute, this.#minute + minutes) ?? [];
      this.#profile.candles.write(id, '1m', fresh, this.now);
    }
    for (let index = 0; index < minutes; index++, this.#minute++) {
      const bars = [BTC, ETH].map(({ id }, which) => {
        const candle = market[which]?.[this.#minute] as Candle;
        return { instrumentId: id, candle };
      });
      const closeTime = DESK_START + (this.#minute + 1) * MINUTE;
      this.events.push(...this.#keeper.apply({ kind: 'bars', closeTime, bars, origin: 'live' }));
    }
  }

  take(fields: Partial<ExternalFields>) {
    const before = this.events.length;
    const stop = this.#keeper.stepped.on(({ events }) => this.events.push(...events));
    const taken = takeExternal(this, { ...this.plan(), ...fields }, 'webhook');
    stop();
    return { taken, events: this.events.slice(before) };
  }

  /** Long at the last close, 1 R = one ATR of 15m. */
  plan(instrument = BTC): ExternalFields {
    const state = this.#keeper.engine.instrument(instrument.id);
    const close = state?.lastPrice ?? Number.NaN;
    const risk = state?.signals.atr('15m') ?? Number.NaN;
    const { symbol } = instrument;
    const none = { entry: null, tp1: null, timeoutMs: null, timeframe: null, source: null, id: null, reasons: [] };
    return { ...none, symbol, side: 'long', stop: close - risk, target: close + 3 * risk };
  }

  /** The process ends and another one opens the same record. */
  restart(): void {
    this.#profile.close();
    [this.#profile, this.#keeper] = this.#open();
  }

  #open(): [Profile, EngineKeeper] {
    const opened = openProfile(this.folder);
    if (!opened.ok) throw new Error(opened.error.message);
    const keeper = EngineKeeper.restore({
      profile: opened.value,
      instruments: [BTC, ETH],
      strategies: STRATEGIES.map((strategy) => ({ strategy, parameters: strategyParameters(strategy) })),
      settings: this.#settings,
      account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
    });
    opened.value.notes.putInstruments([BTC, ETH]);
    return [opened.value, keeper];
  }
}
