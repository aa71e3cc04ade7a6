/** Runs the embedded demo exchange for one profile: starts it where it stood, keeps its clock in the record (MK-21, MK-25). */
import { Emitter } from '#core/base/emitter.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { DEMO_DEFAULTS } from './demo-defaults.ts';
import { type DemoExchange, startDemoExchange } from './demo-exchange.ts';
import { GENERATION } from './market-generator.ts';

/** What a restart needs: exchange time at a wall time. */
export interface DemoAnchor {
  readonly seed: string;
  readonly epoch: UnixMs;
  readonly anchorExchange: UnixMs;
  readonly anchorWall: UnixMs;
  readonly speed: number;
}

/** Where the beginnings of days are kept; only the speed of a start hangs on it. */
export interface DemoCheckpoints {
  read(market: string, block: number): Float64Array | null;
  keep(market: string, states: ReadonlyMap<number, Float64Array>): void;
}

export interface DemoHostOptions {
  readonly load: () => DemoAnchor | null;
  readonly save: (anchor: DemoAnchor) => void;
  /** States of the market of this name, by day. */
  readonly checkpoints: DemoCheckpoints;
  readonly wallClock: () => UnixMs;
  /** Exchange ms per real ms the trader asked for. */
  readonly speed: number;
  /** The market may not restart before this exchange time: the record has seen it already. */
  readonly notBefore: UnixMs;
}

/** While a ticket waits, the market runs no faster than this (MK-21). */
const TICKET_SPEED = 5;
/** While history runs, the market stands at real time: what a first start shows does not depend on how fast the machine is. */
const HISTORY_SPEED = 1;
/** How often the clock is written down, real time; a kill loses no more than this. */
const SAVE_EVERY_MS = 2_000;

export class DemoHost {
  readonly exchange: DemoExchange;
  readonly changed = new Emitter<void>();
  readonly #options: DemoHostOptions;
  readonly #fresh: Map<number, Float64Array>;
  readonly #marketName: string;
  readonly #timer: ReturnType<typeof setInterval>;
  #chosenSpeed: number;
  #slowed = false;
  #held = false;

  /**
   * Starts the market. While the application was off it ran in real time, so that a restart finds a gap as on a real
   * exchange and not weeks of it.
   */
  static async start(options: DemoHostOptions): Promise<DemoHost> {
    const saved = options.load();
    const sinceMs = saved === null ? 0 : Math.max(0, options.wallClock() - saved.anchorWall);
    const startAt = saved === null ? DEMO_DEFAULTS.startAt : saved.anchorExchange + sinceMs;
    const { seed, epoch } = saved ?? DEMO_DEFAULTS;
    const market = `${seed} ${epoch} ${GENERATION}`;
    const fresh = new Map<number, Float64Array>();
    const exchange = await startDemoExchange({
      seed,
      epoch,
      checkpoints: {
        read: (block) => options.checkpoints.read(market, block),
        keep: (block, state) => void fresh.set(block, state),
      },
      startAt: Math.max(startAt, options.notBefore),
      speed: options.speed,
    });
    return new DemoHost(exchange, options, market, fresh);
  }

  private constructor(
    exchange: DemoExchange,
    options: DemoHostOptions,
    marketName: string,
    fresh: Map<number, Float64Array>,
  ) {
    this.exchange = exchange;
    this.#options = options;
    this.#marketName = marketName;
    this.#fresh = fresh;
    this.#chosenSpeed = options.speed;
    this.#timer = setInterval(() => this.#save(), SAVE_EVERY_MS);
    this.#save();
  }

  get chosenSpeed(): number {
    return this.#chosenSpeed;
  }

  get slowedForTicket(): boolean {
    return this.#slowed;
  }

  /** 0 pauses. */
  setSpeed(speed: number): void {
    this.#chosenSpeed = speed;
    this.#apply();
  }

  slowForTicket(slow: boolean): void {
    if (slow === this.#slowed) return;
    this.#slowed = slow;
    this.#apply();
  }

  /** While the session is not yet live for the first time. */
  holdForHistory(hold: boolean): void {
    if (hold === this.#held) return;
    this.#held = hold;
    this.#apply();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#save();
    await this.exchange.close();
  }

  #apply(): void {
    const most = this.#held ? HISTORY_SPEED : this.#slowed ? TICKET_SPEED : Number.POSITIVE_INFINITY;
    this.exchange.control.setSpeed(Math.min(this.#chosenSpeed, most));
    this.#save();
    this.changed.emit();
  }

  #save(): void {
    const { seed, epoch, anchorExchangeTime } = this.exchange.state();
    this.#options.save({
      seed,
      epoch,
      anchorExchange: anchorExchangeTime,
      anchorWall: this.#options.wallClock(),
      speed: this.#chosenSpeed,
    });
    if (this.#fresh.size === 0) return;
    this.#options.checkpoints.keep(this.#marketName, this.#fresh);
    this.#fresh.clear();
  }
}
