/** `desk ledger`: who decided what, and what each decision saved or cost (PH-32). */
import type { Ledger, TraderGrades } from '#contract/areas/analysis.ts';
import { ok } from '#core/base/result.ts';
import { AnalysisDesk } from '#main/services/analysis/analysis-desk.ts';
import type { Command } from '../command.ts';
import { withReader } from '../profile-access.ts';
import { grouped, percent, table } from '../table.ts';
import { boundsText, SCOPE_OPTIONS, scopeLines, scopeOf, signedR } from './analysis-scope-options.ts';

export const ledger: Command = {
  name: 'ledger',
  summary: 'Show who decided what, and what each decision saved or cost in R',
  options: SCOPE_OPTIONS,
  notes: [
    'One line per disposition; saved is what the decision was worth against the opposite one: R kept by not taking',
    'losers, negative where winners were let go. Intervals are 95 %, from a bootstrap over whole days (hours while there',
    'are fewer than 20 days). The lines add up to the total. The placebo is left out unless --strategy names it.',
    'JSON: {scope, bootstrap, lines, total, trader: {skips, expiries, approvals, skipReasons, recent}}.',
  ],
  examples: ['desk ledger --simulated yes', 'desk ledger --strategy trend_pullback --from 2026-01-01'],
  async run({ profileDir, options, ground }) {
    const scope = scopeOf(options);
    if (!scope.ok) return scope;
    return withReader(profileDir, async ({ analysis }) => {
      const { calls } = new AnalysisDesk(analysis, ground.monotonic);
      const figures = await calls['analysis.ledger'](scope.value);
      const trader = await calls['analysis.trader'](scope.value);
      const { scope: _, bootstrap: __, ...grades } = trader;
      return ok({ json: { ...figures, trader: grades }, lines: [...ledgerLines(figures), '', ...traderLines(trader)] });
    });
  },
};

function ledgerLines({ scope, lines, total }: Ledger): readonly string[] {
  if (scope.signals === 0) return [...scopeLines(scope)];
  const rows = [
    ['decision', 'by', 'signals', 'resolved', 'won', 'net', 'saved', '95 %'],
    ...lines.map((line) => [
      line.disposition,
      line.decider,
      grouped(line.signals),
      grouped(line.resolved),
      line.winRate === null ? 'too few' : percent(line.winRate),
      signedR(line.netR),
      signedR(line.savedR),
      boundsText(line.savedRInterval, line.tooFew),
    ]),
    ['total', '', grouped(total.signals), grouped(total.resolved), '', signedR(total.netR), '', ''],
  ];
  return [...scopeLines(scope), '', ...table(rows)];
}

function traderLines({ skips, expiries, approvals, skipReasons }: TraderGrades): readonly string[] {
  const reasons = skipReasons
    .slice(0, 10)
    .map(({ reason, signals, savedR }) => `  ${reason}: ${grouped(signals)}, saved ${signedR(savedR)}`);
  return ['Was it right?', skips.sentence, ...reasons, expiries.sentence, approvals.sentence];
}
