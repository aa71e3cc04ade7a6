/** Replay: stored candles through the same engine as live trading, counted and hashed; nothing is recorded (PL-1, PL-6). */
import { type Fault, ok, type Result } from '#core/base/result.ts';
import type { TakenFill } from '#core/domain/broker-fill.ts';
import type { TakenExternal } from '#core/domain/external-signal.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import type { Outcome } from '#core/domain/phantom.ts';
import { type BaseTimeframe, DAY_MS } from '#core/domain/timeframe.ts';
import type { Engine } from '#core/engine/engine.ts';
import type { EngineEvent } from '#core/engine/messages.ts';
import { run } from '#core/engine/run.ts';
import type { MemoFigures } from '#core/signals/features/vector-memo.ts';
import { withExternals } from './external/external-inputs.ts';
import { EventHash } from './research/event-hash.ts';
import { type ResearchSettings, researchEngine, researchStrategies } from './research/research-engine.ts';
import { withFills } from './research/stored-fills.ts';
import { type BarRange, type CandleFolder, storedInputs, storedInstruments } from './research/stored-market.ts';
import type { ParameterSettings } from './strategy-settings.ts';

export interface ReplayRequest extends BarRange {
  readonly exchange: string;
  readonly symbols: readonly string[];
  /** Null: all. */
  readonly strategies: readonly string[] | null;
  /** Over those the strategies came with; none unless said. */
  readonly parameters?: ParameterSettings;
  /** Null: the finest stored one of each symbol. */
  readonly baseTimeframe: BaseTimeframe | null;
}

export interface ReplayOptions {
  readonly store: CandleFolder;
  readonly request: ReplayRequest;
  readonly settings: ResearchSettings;
  /** Signals from outside that were taken (ST-20): they come again where they came then. */
  readonly externals?: readonly TakenExternal[];
  /** At an exchange, as they were taken: from the 30th on they say what trading costs (PH-13). */
  readonly fills?: readonly TakenFill[];
  /** Monotonic real time, ms. */
  readonly monotonic: () => number;
  /** After every 100,000 candles. */
  readonly progress?: (candles: number) => void;
}

export interface ReplayReport {
  /** Base bars fed, those before `from` that only warm the indicators not counted. */
  readonly candles: number;
  readonly signals: number;
  /** Every signal has one (PH-1); `outcomes` add up to it. */
  readonly phantoms: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly ambiguous: number;
  /** Reading, stepping and hashing; without the warm-up before `from`. */
  readonly seconds: number;
  readonly candlesPerSecond: number;
  /** FE-13: vectors that serve every signal of a bar, asked for and found in the memo. */
  readonly marketFeatures: MemoFigures;
  /** SHA-256 (hex) of the event stream. */
  readonly eventHash: string;
}

export type ReplayFault = Fault<'no-candles' | 'unknown-strategy'>;

/** Bars before `from` that warm indicators and strategies: FE-3 looks back 30 days, averages further. */
const WARM_UP_MS = 45 * DAY_MS;
const PROGRESS_EVERY = 100_000;

export function replay({
  store,
  request,
  settings,
  monotonic,
  progress,
  externals = [],
  fills = [],
}: ReplayOptions): Result<ReplayReport, ReplayFault> {
  const instruments = storedInstruments(store, request.exchange, request.symbols, request.baseTimeframe);
  if (!instruments.ok) return instruments;
  const strategies = researchStrategies(request.strategies, request.parameters);
  if (!strategies.ok) return strategies;
  const engine = researchEngine(instruments.value, strategies.value, settings, store.notes.sentiment.book());
  if (request.from !== null) warm(engine, store, instruments.value, request.from);
  const startedAt = monotonic();
  const tally = new ReplayTally();
  let reportAt = PROGRESS_EVERY;
  const bars = withFills(storedInputs(store, instruments.value, request), fills);
  // Chosen strategies are looked at alone.
  run(engine, withExternals(bars, request.strategies === null ? externals : []), (events, input) => {
    if (input.kind === 'bars') tally.candles += input.bars.length;
    if (events.length > 0) tally.add(events);
    if (tally.candles < reportAt) return;
    reportAt += PROGRESS_EVERY;
    progress?.(tally.candles);
  });
  return ok(tally.report((monotonic() - startedAt) / 1000, memoFigures(engine)));
}

function warm(engine: Engine, store: CandleFolder, instruments: readonly Instrument[], from: number): void {
  const range = { from: Math.max(0, from - WARM_UP_MS), to: from };
  for (const input of storedInputs(store, instruments, range)) {
    if (input.kind === 'bars') engine.warm(input.bars);
  }
}

function memoFigures(engine: Engine): MemoFigures {
  let [asked, remembered] = [0, 0];
  for (const { signals } of engine.instruments()) {
    asked += signals.memo.asked;
    remembered += signals.memo.remembered;
  }
  return { asked, remembered };
}

/** Counts an event stream as it goes by. */
class ReplayTally {
  candles = 0;
  readonly #hash = new EventHash();
  #opened = 0;
  #ambiguous = 0;
  readonly #closed: Record<Exclude<Outcome, 'open'>, number> = {
    win: 0,
    loss: 0,
    timeout: 0,
    unavailable: 0,
    gated: 0,
  };

  add(events: readonly EngineEvent[]): void {
    this.#hash.add(events);
    for (const event of events) {
      if (event.kind === 'phantom-opened') {
        this.#opened++;
        // A gated phantom is terminal as it is born (PH-2): no event closes it.
        if (event.phantom.result.outcome !== 'open') this.#count(event.phantom.result.outcome);
      } else if (event.kind === 'phantom-closed') {
        this.#count(event.result.outcome);
        if (event.result.ambiguous) this.#ambiguous++;
      }
    }
  }

  report(seconds: number, marketFeatures: MemoFigures): ReplayReport {
    const ended = Object.values(this.#closed).reduce((sum, count) => sum + count, 0);
    return {
      candles: this.candles,
      signals: this.#opened,
      phantoms: this.#opened,
      outcomes: { ...this.#closed, open: this.#opened - ended },
      ambiguous: this.#ambiguous,
      seconds: Math.round(seconds * 1000) / 1000,
      candlesPerSecond: seconds > 0 ? Math.round(this.candles / seconds) : 0,
      marketFeatures,
      eventHash: this.#hash.digest(),
    };
  }

  #count(outcome: Outcome): void {
    if (outcome !== 'open') this.#closed[outcome]++;
  }
}
