/** `desk ledger`: who decided what, and what each decision saved or cost (PH-32). */
import type { Ledger, LedgerFigures, StrategyLedger, TraderGrades } from '#contract/areas/analysis.ts';
import { DECIDER_TEXTS, DISPOSITION_TEXTS } from '#contract/areas/status-words.ts';
import { ok } from '#core/base/result.ts';
import { AnalysisDesk } from '#main/services/analysis/analysis-desk.ts';
import type { Command } from '../command.ts';
import { choiceOption } from '../option-values.ts';
import { withReader } from '../profile-access.ts';
import { grouped, percent, table } from '../table.ts';
import { boundsText, SCOPE_OPTIONS, scopeLines, scopeOf, signedR } from './analysis-scope-options.ts';

export const ledger: Command = {
  name: 'ledger',
  summary: 'Show who decided what, and what each decision saved or cost in R',
  options: {
    ...SCOPE_OPTIONS,
    by: { value: 'strategy', meaning: 'the same for each strategy alone, beside the whole' },
  },
  notes: [
    'One line per disposition; saved is what the decision was worth against the opposite one: R kept by not taking',
    'losers, negative where winners were let go. Intervals are 95 %, from a bootstrap over whole days (hours while there',
    'are fewer than 20 days). The lines add up to the total. The placebo is left out unless --strategy names it.',
    'With --by strategy each strategy has lines and a total of its own, as --strategy would show them; the strategies’',
    'totals add up to the whole.',
    'JSON: {scope, bootstrap, lines, total, trader: {skips, expiries, approvals, skipReasons, recent}}; with --by strategy',
    'also strategies: [{strategyId, bootstrap, lines, total}]. Decisions and deciders keep their ids there.',
  ],
  examples: [
    'desk ledger --simulated yes',
    'desk ledger --simulated yes --by strategy',
    'desk ledger --strategy trend_pullback --from 2026-01-01',
  ],
  async run({ profileDir, options, ground }) {
    const scope = scopeOf(options);
    if (!scope.ok) return scope;
    const by = choiceOption(options, 'by', ['strategy'] as const);
    if (!by.ok) return by;
    return withReader(profileDir, async ({ analysis }) => {
      const { calls } = new AnalysisDesk(analysis, ground.monotonic);
      const { strategies, ...figures } = await calls['analysis.ledger'](scope.value);
      const apart = by.value === null ? {} : { strategies };
      const trader = await calls['analysis.trader'](scope.value);
      const { scope: _, bootstrap: __, ...grades } = trader;
      const parts = by.value === null ? [] : strategyLines(strategies, figures);
      return ok({
        json: { ...figures, ...apart, trader: grades },
        lines: [...ledgerLines(figures), ...parts, '', ...traderLines(trader)],
      });
    });
  },
};

function ledgerLines({ scope, ...figures }: Omit<Ledger, 'strategies'>): readonly string[] {
  if (scope.signals === 0) return [...scopeLines(scope)];
  return [...scopeLines(scope), '', ...figureLines(figures)];
}

/** A bill for each strategy, and that they add up to the whole. */
function strategyLines(strategies: readonly StrategyLedger[], { total }: LedgerFigures): readonly string[] {
  if (strategies.length === 0) return [];
  const sum = strategies.reduce((so, one) => so + one.total.netR, 0);
  return [
    ...strategies.flatMap((one) => ['', one.strategyId, ...figureLines(one).map((line) => `  ${line}`)]),
    '',
    `All strategies together: ${signedR(sum)} of ${signedR(total.netR)}.`,
  ];
}

function figureLines({ lines, total }: LedgerFigures): readonly string[] {
  return table([
    ['decision', 'by', 'signals', 'resolved', 'won', 'net', 'net 95 %', 'saved', 'saved 95 %'],
    ...lines.map((line) => [
      DISPOSITION_TEXTS[line.disposition].label,
      DECIDER_TEXTS[line.decider].label,
      grouped(line.signals),
      grouped(line.resolved),
      line.winRate === null ? 'too few' : percent(line.winRate),
      signedR(line.netR),
      boundsText(line.netRSumInterval, line.tooFew),
      signedR(line.savedR),
      boundsText(line.savedRInterval, line.tooFew),
    ]),
    [
      'all',
      '',
      grouped(total.signals),
      grouped(total.resolved),
      total.winRate === null ? 'too few' : percent(total.winRate),
      signedR(total.netR),
      boundsText(total.netRSumInterval, total.tooFew),
      '',
      '',
    ],
  ]);
}

function traderLines({ skips, expiries, approvals, skipReasons }: TraderGrades): readonly string[] {
  const reasons = skipReasons
    .slice(0, 10)
    .map(({ reason, signals, savedR }) => `  ${reason}: ${grouped(signals)}, saved ${signedR(savedR)}`);
  return ['Was it right?', skips.sentence, ...reasons, expiries.sentence, approvals.sentence];
}
