/** `desk stats`: results of the record with their intervals, and what scores each strategy now (PH-30). */

import type { ModelStatusReport } from '#contract/areas/analysis.ts';
import type { AnalysisScope } from '#contract/areas/analysis-figures.ts';
import type { PhantomFilter, PhantomStatistics } from '#contract/areas/phantoms.ts';
import { type DecisionText, DISPOSITION_TEXTS, OUTCOME_TEXTS } from '#contract/areas/status-words.ts';
import { ENOUGH_RESOLVED } from '#core/analysis/result-figures.ts';
import { signedText } from '#core/base/number-text.ts';
import { ok } from '#core/base/result.ts';
import { externalStrategyId } from '#core/domain/external-signal.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { recordedStatus } from '#main/services/analysis/recorded-status.ts';
import { storedFilter } from '#main/services/phantom-filters.ts';
import { phantomStatistics } from '#main/services/statistics.ts';
import type { Command } from '../command.ts';
import { withReader } from '../profile-access.ts';
import { grouped, percent } from '../table.ts';
import { modelStatusLines } from './model-status-lines.ts';
import { FILTER_OPTIONS, filterOf } from './phantom-filter-options.ts';

export const stats: Command = {
  name: 'stats',
  summary: 'Show win rates and results of recorded phantoms with their intervals',
  options: FILTER_OPTIONS,
  notes: [
    'Net of costs. A win is a net R above 0; wins, losses and timeouts count as resolved. Intervals are 95 %: Wilson for',
    `the win rate, Student's t for the mean of net R. Below ${ENOUGH_RESOLVED} resolved phantoms no rate is shown.`,
    'Below them: what scores each strategy now, its threshold, and results of all, taken and not taken, with intervals by',
    'whole days; of the strategies, instruments and times chosen alone, real and simulated apart.',
    'JSON: the figures of all, strategies: {id: the same per strategy}, and models: [{scope, bootstrap, strategies:',
    '[{strategyId, state, model, heads, lastFitAt, nextFit, threshold, all, executed, phantom, recent, scoring}]}].',
  ],
  examples: ['desk stats --simulated no --from 2025-01-01'],
  async run({ profileDir, options, ground }) {
    const filter = filterOf(options);
    if (!filter.ok) return filter;
    return withReader(profileDir, async (profile) => {
      const { history, externals } = profile;
      const all = phantomStatistics(history.statistics(storedFilter(filter.value)));
      const shown = STRATEGIES.filter(({ isPlacebo }) => filter.value.includePlacebo === true || !isPlacebo);
      const ids = filter.value.strategyIds ?? [
        ...shown.map((strategy) => strategy.id),
        ...externals.sources().map(externalStrategyId),
      ];
      const strategies = Object.fromEntries(
        ids.map((id) => [
          id,
          phantomStatistics(history.statistics(storedFilter({ ...filter.value, strategyIds: [id] }))),
        ]),
      );
      const status: ModelStatusReport[] = [];
      for (const scope of statusScopes(filter.value)) status.push(await recordedStatus(profile, scope, ground));
      const lines = [
        ...describe('All phantoms', all),
        ...Object.entries(strategies).flatMap(([id, statistics]) => ['', ...describe(id, statistics)]),
        ...status.flatMap(statusLines),
      ];
      const models = status.map(({ scope, bootstrap, lines }) => ({ scope, bootstrap, strategies: lines }));
      return ok({ json: { ...all, strategies, models }, lines });
    });
  },
};

/** Real and simulated never meet in one figure: each market that the filter allows is asked by itself. */
function statusScopes({
  simulated,
  strategyIds,
  instrumentIds,
  from,
  to,
  includePlacebo,
}: PhantomFilter): readonly AnalysisScope[] {
  const chosen = {
    ...(strategyIds === undefined ? {} : { strategyIds }),
    ...(instrumentIds === undefined ? {} : { instrumentIds }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(includePlacebo === undefined ? {} : { includePlacebo }),
  };
  return [false, true].filter((one) => one === (simulated ?? one)).map((one) => ({ ...chosen, simulated: one }));
}

function statusLines({ scope, lines }: ModelStatusReport): readonly string[] {
  if (scope.signals === 0) return [];
  const market = scope.simulated ? 'the simulated market' : 'real markets';
  return [
    '',
    `What scores now, ${market}`,
    ...lines.flatMap((line) => ['', line.strategyId, ...modelStatusLines(line)]),
  ];
}

function describe(title: string, { total, outcomes, dispositions, ambiguous, resolved }: PhantomStatistics): string[] {
  const lines = [`${title}: ${grouped(total)}`];
  if (total === 0) return lines;
  lines.push(
    `  outcomes      ${counts(outcomes, OUTCOME_TEXTS)}`,
    `  decided       ${counts(dispositions, DISPOSITION_TEXTS)}`,
  );
  if (resolved === null) return [...lines, '  none is resolved yet'];
  if (resolved.count < ENOUGH_RESOLVED) {
    return [...lines, `  ${resolved.count} resolved: too few to say anything (${ENOUGH_RESOLVED} are needed)`];
  }
  const { count, winRate, winRateInterval, netRPerTrade, netRInterval } = resolved;
  const [low, high] = winRateInterval;
  lines.push(
    `  win rate      ${percent(winRate)} of ${grouped(count)} (95 %: ${percent(low)} to ${percent(high)})`,
    `  net per trade ${r(netRPerTrade)} (95 %: ${r(netRInterval[0])} to ${r(netRInterval[1])})`,
    `  ambiguous     ${percent(ambiguous / count)} touched stop and target inside one bar and count as losses`,
  );
  return lines;
}

function counts<K extends string>(
  of: Readonly<Partial<Record<K, number>>>,
  texts: Readonly<Record<K, DecisionText>>,
): string {
  return (Object.entries(of) as [K, number][])
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${grouped(count)} ${texts[name].label.toLowerCase()}`)
    .join(', ');
}

function r(value: number): string {
  return `${signedText(value, 3)} R`;
}
