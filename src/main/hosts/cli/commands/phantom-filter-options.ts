/** The options that choose phantoms, shared by `export` and `stats`: the filters of the window's history (WS-13). */

import type { PhantomFilter } from '#contract/areas/phantoms.ts';
import { ok, type Result } from '#core/base/result.ts';
import { OUTCOMES } from '#core/domain/phantom.ts';
import { DISPOSITIONS } from '#core/domain/score.ts';
import type { UsageFault } from '../arguments.ts';
import type { CommandOption } from '../command.ts';
import {
  choiceOption,
  choicesOption,
  listOption,
  numberOption,
  rangeOptions,
  strategiesOption,
} from '../option-values.ts';

export const FILTER_OPTIONS: Readonly<Record<string, CommandOption>> = {
  instrument: { value: 'a,b', meaning: 'only these instruments, e.g. binance:BTC/USDT' },
  strategy: { value: 'a,b', meaning: 'only these strategies' },
  side: { value: 'SIDE', meaning: 'long or short' },
  outcome: { value: 'a,b', meaning: OUTCOMES.join(', ') },
  disposition: {
    value: 'a,b',
    meaning: 'what was decided, by its id, e.g. executed,skipped,rejected_score,bootstrap (replayed)',
  },
  simulated: { value: 'yes|no', meaning: 'only those of the demo market, or only the others' },
  from: { value: 'TIME', meaning: 'opened at or after it (ISO-8601, UTC)' },
  to: { value: 'TIME', meaning: 'opened before it' },
  'min-score': { value: 'N', meaning: 'with at least this score' },
  search: { value: 'TEXT', meaning: 'part of symbol, strategy or reason' },
  placebo: { value: 'yes|no', meaning: 'with the placebo strategy, which is left out unless --strategy names it' },
};

export function filterOf(options: Readonly<Record<string, string>>): Result<PhantomFilter, UsageFault> {
  const instrumentIds = listOption(options, 'instrument');
  if (!instrumentIds.ok) return instrumentIds;
  const strategyIds = strategiesOption(options);
  if (!strategyIds.ok) return strategyIds;
  const sides = choicesOption(options, 'side', ['long', 'short'] as const);
  if (!sides.ok) return sides;
  const outcomes = choicesOption(options, 'outcome', OUTCOMES);
  if (!outcomes.ok) return outcomes;
  const dispositions = choicesOption(options, 'disposition', DISPOSITIONS);
  if (!dispositions.ok) return dispositions;
  const simulated = choiceOption(options, 'simulated', ['yes', 'no'] as const);
  if (!simulated.ok) return simulated;
  const placebo = choiceOption(options, 'placebo', ['yes', 'no'] as const);
  if (!placebo.ok) return placebo;
  const range = rangeOptions(options);
  if (!range.ok) return range;
  const minimumScore = numberOption(options, 'min-score', 0, 100);
  if (!minimumScore.ok) return minimumScore;
  const { from, to } = range.value;
  return ok({
    ...(instrumentIds.value === null ? {} : { instrumentIds: [...instrumentIds.value] }),
    ...(strategyIds.value === null ? {} : { strategyIds: [...strategyIds.value] }),
    ...(sides.value === null ? {} : { sides: [...sides.value] }),
    ...(outcomes.value === null ? {} : { outcomes: [...outcomes.value] }),
    ...(dispositions.value === null ? {} : { dispositions: [...dispositions.value] }),
    ...(simulated.value === null ? {} : { simulated: simulated.value === 'yes' }),
    ...(placebo.value === 'yes' ? { includePlacebo: true } : {}),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    ...(minimumScore.value === null ? {} : { minimumScore: minimumScore.value }),
    ...(options.search === undefined ? {} : { search: options.search }),
  });
}
