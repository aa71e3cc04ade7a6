/** Brings bars to a chart: the live stream, older and newer pages on demand, at most one change per animation frame. */
import type { CandleTuple } from '#contract/areas/market.ts';
import type { RemoteError } from '#contract/errors.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';
import { type DeskClient, problemOf } from '../../lib/client.ts';
import { TIMEFRAME_MS } from '../../lib/timeframes.ts';
import { type BarChange, BarWindow, MOST_BARS } from './bar-window.ts';

export interface BarSink {
  /** Everything changed. */
  replace(bars: readonly CandleTuple[]): void;
  /** The last bar changed or one was added. */
  update(bars: readonly CandleTuple[]): void;
}

export type FeedPhase = 'idle' | 'loading' | 'ready' | 'empty' | 'failed';

export interface FeedStatus {
  readonly phase: FeedPhase;
  readonly problem: RemoteError | null;
  /** The right end is the market's newest bar. */
  readonly isLive: boolean;
  readonly isPaging: boolean;
}

export interface ChartFeedParts {
  readonly client: DeskClient;
  readonly sink: BarSink;
  readonly onStatus: (status: FeedStatus) => void;
  /** Runs a callback at the next animation frame. */
  readonly nextFrame: (callback: () => void) => void;
  /** Bars in view as far out as it goes; null where nobody knows. */
  readonly widestView?: () => number | null;
  readonly mostBars?: number;
}

const FIRST_BARS = 1_500;
const PAGE_BARS = 3_000;
/** Pages are asked for when this many bars are left beyond the edge of the view. */
export const EDGE_BARS = 300;

export class ChartFeed {
  readonly #client: DeskClient;
  readonly #sink: BarSink;
  readonly #onStatus: (status: FeedStatus) => void;
  readonly #nextFrame: (callback: () => void) => void;
  readonly #window: BarWindow;
  readonly #leastMost: number;
  readonly #widestView: () => number | null;
  #subject: { readonly instrumentId: InstrumentId; readonly timeframe: Timeframe } | null = null;
  #unsubscribe: (() => void) | null = null;
  #status: FeedStatus = { phase: 'idle', problem: null, isLive: true, isPaging: false };
  #pending: BarChange = 'none';
  #frameAsked = false;
  /** Answers for a subject that was left meanwhile are dropped. */
  #generation = 0;

  constructor(parts: ChartFeedParts) {
    this.#client = parts.client;
    this.#sink = parts.sink;
    this.#onStatus = parts.onStatus;
    this.#nextFrame = parts.nextFrame;
    this.#leastMost = parts.mostBars ?? MOST_BARS;
    this.#widestView = parts.widestView ?? (() => null);
    this.#window = new BarWindow(this.#leastMost);
  }

  get bars(): readonly CandleTuple[] {
    return this.#window.bars;
  }

  get isLive(): boolean {
    return this.#window.isLive;
  }

  /** Shows another instrument or timeframe, or the same anew at its live end. */
  show(instrumentId: InstrumentId, timeframe: Timeframe): void {
    this.stop();
    this.#subject = { instrumentId, timeframe };
    const mine = this.#generation;
    this.#setStatus({ phase: 'loading', problem: null, isLive: true, isPaging: false });
    this.#unsubscribe = this.#client.subscribe(
      'market.bars',
      { instrumentId, timeframe, limit: FIRST_BARS },
      {
        onSnapshot: (snapshot) => {
          if (mine !== this.#generation) return;
          this.#window.reset(snapshot.candles, snapshot.forming, snapshot.hasMore);
          this.#changed('all');
          this.#setStatus({ phase: this.#phaseOfBars(), problem: null, isLive: true, isPaging: false });
        },
        onDelta: (delta) => {
          if (mine !== this.#generation) return;
          this.#changed(this.#window.apply(delta.candle));
          if (this.#status.phase === 'empty') this.#setStatus({ phase: this.#phaseOfBars() });
        },
        onEnd: (error) => {
          if (mine !== this.#generation) return;
          this.#unsubscribe = null;
          const problem = error ?? { code: 'unavailable', message: 'The bars stopped coming.', remedy: 'Try again.' };
          this.#setStatus({ phase: 'failed', problem });
        },
      },
    );
  }

  retry(): void {
    if (this.#subject !== null) this.show(this.#subject.instrumentId, this.#subject.timeframe);
  }

  /** Called when the view comes near the left end. */
  async wantOlder(): Promise<void> {
    const before = this.#window.firstTime;
    if (before === null || !this.#window.hasOlder) return;
    await this.#page(before, (candles, hasMore) => this.#window.prepend(candles, hasMore));
  }

  /** Called when the view comes near the right end of a window that is not live. */
  async wantNewer(): Promise<void> {
    const last = this.#window.lastTime;
    if (last === null || this.#window.isLive || this.#subject === null) return;
    const before = last + (PAGE_BARS + 1) * TIMEFRAME_MS[this.#subject.timeframe];
    await this.#page(before, (candles) => this.#window.append(candles));
  }

  /** Called when the view is to be elsewhere: bars up to a page before `time`, and some behind it. */
  async wantAround(time: UnixMs): Promise<void> {
    if (this.#subject === null) return;
    const { firstTime, lastTime } = this.#window;
    const isOutside = (time < (firstTime ?? 0) && this.#window.hasOlder) || (time > (lastTime ?? 0) && !this.isLive);
    if (!isOutside) return;
    const before = time + EDGE_BARS * TIMEFRAME_MS[this.#subject.timeframe];
    await this.#page(before, (candles, hasMore) => this.#window.jump(candles, hasMore));
  }

  stop(): void {
    this.#generation++;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#pending = 'none';
  }

  async #page(before: number, take: (candles: readonly CandleTuple[], hasMore: boolean) => BarChange): Promise<void> {
    if (this.#subject === null || this.#status.isPaging || this.#status.phase !== 'ready') return;
    const mine = this.#generation;
    this.#setStatus({ isPaging: true });
    try {
      const page = await this.#client.call('market.candles', { ...this.#subject, before, limit: PAGE_BARS });
      if (mine !== this.#generation) return;
      // A page more than can be seen: what a page pushes out at the other end is not in view.
      const view = this.#widestView();
      if (view !== null) this.#window.most = Math.max(this.#leastMost, view + PAGE_BARS + 2 * EDGE_BARS);
      this.#changed(take(page.candles, page.hasMore));
      this.#setStatus({ isPaging: false, problem: null, isLive: this.#window.isLive });
    } catch (thrown) {
      if (mine !== this.#generation) return;
      this.#setStatus({ isPaging: false, problem: problemOf(thrown) });
    }
  }

  #phaseOfBars(): FeedPhase {
    return this.#window.bars.length > 0 ? 'ready' : 'empty';
  }

  #setStatus(change: Partial<FeedStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#onStatus(this.#status);
  }

  #changed(change: BarChange): void {
    if (change === 'none') return;
    if (this.#pending !== 'all') this.#pending = change;
    if (this.#frameAsked) return;
    this.#frameAsked = true;
    this.#nextFrame(() => {
      this.#frameAsked = false;
      const due = this.#pending;
      this.#pending = 'none';
      if (due === 'all') this.#sink.replace(this.#window.bars);
      else if (due === 'last') this.#sink.update(this.#window.bars);
    });
  }
}
