/** The engine as replay and inspection run it: every strategy asked for, stage shadow, an account that is never used. */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import { NO_SENTIMENT, type SentimentIndex } from '#core/domain/sentiment-index.ts';
import { Engine } from '#core/engine/engine.ts';
import type { ActiveStrategy } from '#core/engine/instrument-state.ts';
import type { EngineSettings } from '#core/engine/messages.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { strategyParameters } from '#core/signals/strategy.ts';
import { type ParameterSettings, withParameters } from '../strategy-settings.ts';

/** What of the trader's settings bears on signals and phantoms. */
export type ResearchSettings = Pick<EngineSettings, 'slippageBps' | 'fixedMinimumScore'>;

/** Strategies by id, with these parameters over those they came with; null takes all. */
export function researchStrategies(
  ids: readonly string[] | null,
  given: ParameterSettings = {},
): Result<readonly ActiveStrategy[], Fault<'unknown-strategy'>> {
  const known = STRATEGIES.map((strategy) => strategy.id);
  const unknown = ids?.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    return err({
      kind: 'unknown-strategy',
      message: `There is no strategy ${unknown}.`,
      remedy: `Known strategies: ${known.join(', ')}.`,
    });
  }
  const chosen = STRATEGIES.filter((strategy) => ids === null || ids.includes(strategy.id));
  const active = chosen.map((strategy) => ({ strategy, parameters: strategyParameters(strategy) }));
  return ok(withParameters(active, given));
}

/** Replay is treated like shadow: phantoms, never tickets. */
export function researchEngine(
  instruments: readonly Instrument[],
  strategies: readonly ActiveStrategy[],
  settings: ResearchSettings,
  sentiment: SentimentIndex = NO_SENTIMENT,
): Engine {
  return new Engine({
    instruments,
    strategies,
    settings: { ...settings, stage: 'shadow', riskPerTrade: 0.005, disabledStrategies: [] },
    account: { currency: instruments[0]?.quote ?? 'USDT', startingEquity: 10_000, equity: 10_000 },
    sentiment,
  });
}
