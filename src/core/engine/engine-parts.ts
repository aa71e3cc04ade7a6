/** What the paths through the engine share: its books, its settings, its clock. */
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { SentimentIndex } from '#core/domain/sentiment-index.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { FillBook } from '#core/fills/measured-costs.ts';
import type { LifeCycleMemory } from '#core/phantoms/life-cycle.ts';
import type { PhantomBook } from '#core/phantoms/phantom-book.ts';
import type { GatedStructures } from './gated-structures.ts';
import type { ActiveStrategy, InstrumentState } from './instrument-state.ts';
import type { MarketWatch } from './market-watch.ts';
import type { EngineSettings } from './messages.ts';
import type { ModelBook } from './model-book.ts';
import type { ThresholdDesk } from './threshold-desk.ts';
import type { TradeDesk } from './trade-desk.ts';

export interface EngineParts {
  readonly states: ReadonlyMap<InstrumentId, InstrumentState>;
  readonly strategies: readonly ActiveStrategy[];
  readonly book: PhantomBook;
  readonly memory: LifeCycleMemory;
  readonly models: ModelBook;
  readonly watch: MarketWatch;
  readonly desk: TradeDesk;
  readonly thresholds: ThresholdDesk;
  /** Of a real account (DE-34). */
  readonly fills: FillBook;
  readonly gated: GatedStructures;
  settings: EngineSettings;
  /** The imported index (FE-13). */
  sentiment: SentimentIndex;
  /** Engine time: the newest time any input carried. */
  clock: UnixMs;
  /** Feed time that bars may be behind the clock because the feed is faster than real time; 0 on a real exchange. */
  onTheWayMs: number;
}
