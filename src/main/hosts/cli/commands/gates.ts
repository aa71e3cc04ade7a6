/** `desk gates`: the gate analysis of the recorded scalps, and what it recommends (PH-40 to PH-43). */

import type { GateFindings, GateReport } from '#contract/areas/analysis-evidence.ts';
import { signedText } from '#core/base/number-text.ts';
import { ok } from '#core/base/result.ts';
import { AnalysisDesk } from '#main/services/analysis/analysis-desk.ts';
import type { Command } from '../command.ts';
import { withReader } from '../profile-access.ts';
import { grouped, percent, table } from '../table.ts';
import { SCOPE_OPTIONS, scopeLines, scopeOf, signedR } from './analysis-scope-options.ts';

const COMBINATIONS_SHOWN = 5;
const { strategy: _, ...OPTIONS } = SCOPE_OPTIONS;

export const gates: Command = {
  name: 'gates',
  summary: 'Show which gates would have told winning scalps from losing ones',
  options: { ...OPTIONS, yaml: { value: null, meaning: 'print only the recommendation, as YAML for the settings' } },
  notes: [
    'Found on the older 70 % of the signals and tried again on the later 30 %; hundreds of gates, pairs and triplets are',
    'searched, so the false-discovery rate is held at 5 %. Below 20 signals on a side nothing is said.',
    'JSON: {scope, findings: {baseline, variables, originals, pairs, triplets, retest, trend, advice}, elapsedMs, analysisMs}.',
  ],
  examples: ['desk gates --simulated yes', 'desk gates --yaml'],
  async run({ profileDir, options, switches, ground, json }) {
    const scope = scopeOf(options);
    if (!scope.ok) return scope;
    return withReader(profileDir, async ({ analysis }) => {
      const report = await new AnalysisDesk(analysis, ground.monotonic).calls['analysis.gates'](scope.value);
      if (!switches.has('yaml') || json) return ok({ json: report, lines: linesOf(report) });
      const yaml = report.findings?.advice.yaml ?? '# No scalp has a result yet: nothing to recommend.\n';
      return ok({ json: report, lines: [yaml.trimEnd()] });
    });
  },
};

function linesOf({ scope, findings }: GateReport): readonly string[] {
  if (findings === null) return [...scopeLines(scope), 'No scalp has a result yet.'];
  return [
    ...scopeLines(scope),
    '',
    ...variableLines(findings),
    '',
    ...combinationLines(findings),
    '',
    ...findings.advice.lines,
  ];
}

function variableLines({ baseline, netR, variables }: GateFindings): readonly string[] {
  const head = `${percent(baseline)} won, ${signedR(netR)} each.`;
  const side = (total: number, rate: number | null) =>
    rate === null ? grouped(total) : `${percent(rate)} of ${grouped(total)}`;
  const rows = variables.map((variable) => [
    variable.name,
    side(variable.passTotal, variable.passRate),
    side(variable.failTotal, variable.failRate),
    variable.sufficient ? points(variable.delta) : 'too few',
    variable.sufficient && variable.interval !== null
      ? `${points(variable.interval[0])} to ${points(variable.interval[1])}`
      : '',
    variable.retest.replaceAll('-', ' '),
  ]);
  return [head, '', ...table([['gate', 'passed', 'failed', 'delta', '95 %', 'on later signals'], ...rows])];
}

function combinationLines({ pairs, triplets }: GateFindings): readonly string[] {
  const rows = [...pairs, ...triplets]
    .filter(({ sufficient }) => sufficient)
    .toSorted((a, b) => (b.winRate ?? 0) - (a.winRate ?? 0))
    .slice(0, COMBINATIONS_SHOWN)
    .map(({ names, total, winRate, netR, synergy, discovery }) => [
      names.join(' + '),
      `${percent(winRate ?? 0)} of ${grouped(total)}`,
      signedR(netR ?? 0),
      points(synergy),
      discovery ? 'yes' : 'no',
    ]);
  if (rows.length === 0) return ['No combination has enough signals.'];
  return table([['combination', 'passed', 'each', 'synergy', 'beyond chance'], ...rows]);
}

function points(value: number | null): string {
  return value === null ? '' : signedText(100 * value, 1);
}
