/** The options that choose what an analysis is of, shared by `ledger` and `gates`: simulated and real never in one figure. */

import type { AnalysisScope, ScopeFacts } from '#contract/areas/analysis-figures.ts';
import { signedText } from '#core/base/number-text.ts';
import { ok, type Result } from '#core/base/result.ts';
import type { UsageFault } from '../arguments.ts';
import type { CommandOption } from '../command.ts';
import { choiceOption, listOption, numberOption, rangeOptions, strategiesOption } from '../option-values.ts';
import { grouped } from '../table.ts';

export const SCOPE_OPTIONS: Readonly<Record<string, CommandOption>> = {
  simulated: { value: 'yes|no', meaning: 'of the demo market, or of real ones (default: no)' },
  strategy: { value: 'a,b', meaning: 'only these strategies' },
  instrument: { value: 'a,b', meaning: 'only these instruments, e.g. binance:BTC/USDT' },
  from: { value: 'TIME', meaning: 'opened at or after it (ISO-8601, UTC)' },
  to: { value: 'TIME', meaning: 'opened before it' },
  resolver: { value: 'N', meaning: 'as graded by this version of the resolver (default: the newest)' },
};

export function scopeOf(options: Readonly<Record<string, string>>): Result<AnalysisScope, UsageFault> {
  const simulated = choiceOption(options, 'simulated', ['yes', 'no'] as const);
  if (!simulated.ok) return simulated;
  const strategyIds = strategiesOption(options);
  if (!strategyIds.ok) return strategyIds;
  const instrumentIds = listOption(options, 'instrument');
  if (!instrumentIds.ok) return instrumentIds;
  const resolver = numberOption(options, 'resolver', 1, 1_000);
  if (!resolver.ok) return resolver;
  const range = rangeOptions(options);
  if (!range.ok) return range;
  const { from, to } = range.value;
  return ok({
    simulated: simulated.value === 'yes',
    ...(strategyIds.value === null ? {} : { strategyIds: [...strategyIds.value] }),
    ...(instrumentIds.value === null ? {} : { instrumentIds: [...instrumentIds.value] }),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    ...(resolver.value === null ? {} : { resolverVersion: resolver.value }),
  });
}

/** What was counted, in one line or two. */
export function scopeLines(facts: ScopeFacts): readonly string[] {
  const { signals, resolved, open, unavailable, gated, simulated, otherVersions, resolverVersion } = facts;
  const market = simulated ? 'the simulated market' : 'real markets';
  const rest = [
    open > 0 ? `${grouped(open)} open` : '',
    unavailable > 0 ? `${grouped(unavailable)} that could not be followed` : '',
    gated > 0 ? `${grouped(gated)} gated` : '',
  ].filter((part) => part !== '');
  const beside = rest.length === 0 ? '' : `, ${rest.join(', ')}`;
  const lines = [`${grouped(signals)} signals of ${market}: ${grouped(resolved)} with a result${beside}.`];
  if (otherVersions > 0) {
    lines.push(
      `${grouped(otherVersions)} more were graded by another version of the resolver than ${resolverVersion}.`,
    );
  }
  return lines;
}

/** R with its sign; two digits for sums. */
export function signedR(value: number): string {
  return `${signedText(value, 2)} R`;
}

export function boundsText(bounds: readonly [number, number] | null, tooFew: boolean): string {
  if (bounds !== null) return `${signedR(bounds[0])} to ${signedR(bounds[1])}`;
  return tooFew ? 'too few' : 'too few days';
}
