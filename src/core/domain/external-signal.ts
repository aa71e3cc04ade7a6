/** Signals from outside (ST-20): what another program proposes, before the engine has looked at it. */
import type { Side } from './signal.ts';
import type { Timeframe } from './timeframe.ts';

/** Timeframes that carry the indicators which features and the geometry of stops are read from (ST-3). */
const EXTERNAL_TIMEFRAMES = ['5m', '15m', '1h'] as const satisfies readonly Timeframe[];
export type ExternalTimeframe = (typeof EXTERNAL_TIMEFRAMES)[number];

export interface ExternalSignal {
  /** Who proposes it: lower-case letters, digits, `_` and `-`, at most 30 of them. */
  readonly source: string;
  /** Its name at the source; the source never gives it to another signal. */
  readonly id: string;
  readonly side: Side;
  /** Null: the last known close. */
  readonly entry: number | null;
  readonly stop: number;
  readonly tp1: number | null;
  readonly target: number;
  /** Null: 36 hours. */
  readonly timeoutMs: number | null;
  /** In plain words. */
  readonly reasons: readonly string[];
  /** On which it is judged; null: 15m. */
  readonly timeframe: ExternalTimeframe | null;
}

const PREFIX = 'external:';
const SOURCE = /^[a-z0-9][a-z0-9_-]{0,29}$/;

/** The name of a source as ids hold it, or null when it is none. */
export function sourceName(text: string): string | null {
  const name = text.trim().toLowerCase();
  return SOURCE.test(name) ? name : null;
}

/** Stands where other signals have their strategy's id: in ids, facets, filters and figures. */
export function externalStrategyId(source: string): string {
  return `${PREFIX}${source}`;
}

/** Null for the strategies of our own. */
export function externalSource(strategyId: string): string | null {
  return strategyId.startsWith(PREFIX) ? strategyId.slice(PREFIX.length) : null;
}

/** A stored signal from outside as an input of the engine (PL-6); times in UTC ms. */
export interface TakenExternal {
  readonly signal: ExternalSignal;
  readonly instrumentId: string;
  /** Of the input. */
  readonly time: number;
  /** Close time of the newest batch of bars that the engine had worked when it came. */
  readonly afterCloseTime: number;
  readonly origin: 'live' | 'import';
  /** Its phantom. */
  readonly signalId: string;
}
