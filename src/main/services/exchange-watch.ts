/** Looks after the exchange beside its bars: clock skew (MK-13), and instruments that are no longer traded (MK-14). */
import type { Instrument } from '#core/domain/instrument.ts';
import type { ExchangeConnection } from '#main/exchange/feed.ts';
import type { DeskLog } from './desk-log.ts';

const SKEW_EVERY_MS = 5 * 60_000;
const LIST_EVERY_MS = 30 * 60_000;
/** From here on the trader is warned; signed requests would stop at 5 s. */
const SKEW_WARNING_MS = 1_000;

export interface ExchangeWatchOptions {
  readonly connection: ExchangeConnection;
  readonly instruments: readonly Instrument[];
  readonly log: DeskLog;
  /** The exchange's own list, loaded without fault, has lost the instrument: delisted or halted. */
  readonly onGone: (instrument: Instrument) => void;
}

export class ExchangeWatch {
  readonly #options: ExchangeWatchOptions;
  readonly #timers: readonly ReturnType<typeof setInterval>[];
  readonly #gone = new Set<string>();

  constructor(options: ExchangeWatchOptions) {
    this.#options = options;
    this.#timers = [
      setInterval(() => void this.checkSkew(), SKEW_EVERY_MS),
      setInterval(() => void this.checkList(), LIST_EVERY_MS),
    ];
    void this.checkSkew();
  }

  async checkSkew(): Promise<void> {
    const { connection, log } = this.#options;
    const skew = await connection.measureSkew();
    if (!skew.ok || Math.abs(skew.value) <= SKEW_WARNING_MS) return;
    const seconds = (skew.value / 1000).toFixed(1);
    const message = `this computer's clock is ${seconds} s off the exchange's: set it by the network`;
    log.write('warning', 'exchange', message, connection.clock.now());
  }

  /** A list that cannot be loaded says nothing about any instrument. */
  async checkList(): Promise<void> {
    const { connection, instruments, log, onGone } = this.#options;
    const loaded = await connection.loadInstruments();
    if (!loaded.ok || loaded.value.length === 0) return;
    const traded = new Set(loaded.value.map((instrument) => instrument.symbol));
    for (const instrument of instruments) {
      if (traded.has(instrument.symbol) || this.#gone.has(instrument.id)) continue;
      this.#gone.add(instrument.id);
      const message = `${instrument.symbol} is no longer traded: its open phantoms end as unavailable`;
      log.write('warning', 'exchange', message, connection.clock.now());
      onGone(instrument);
    }
  }

  /** Instruments found gone since the start. */
  isGone(instrumentId: string): boolean {
    return this.#gone.has(instrumentId);
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
