/** The gate analysis as a table for files (WS-20, PH-40). */
import type { GateCombinationView, GateFindings, GateVariableView } from '#contract/areas/analysis-evidence.ts';
import { flag, number, text } from '#main/files/table-columns.ts';
import type { TableForm } from '#main/files/table-file.ts';

/** One line of the gate analysis: a gate, or gates that hold together. */
interface GateLine {
  readonly kind: 'gate' | 'pair' | 'triplet';
  readonly names: readonly string[];
  readonly meaning: string | null;
  /** Null for a combination: its other side is everything else. */
  readonly gate: GateVariableView | null;
  readonly combination: GateCombinationView | null;
}

/** Gates first, in the order of the analysis, then pairs and triplets; nothing without a result. */
export function* gateLines(findings: GateFindings | null): Generator<GateLine, void, undefined> {
  if (findings === null) return;
  for (const gate of findings.variables) {
    yield { kind: 'gate', names: [gate.name], meaning: gate.meaning, gate, combination: null };
  }
  for (const [kind, list] of [
    ['pair', findings.pairs],
    ['triplet', findings.triplets],
  ] as const) {
    for (const combination of list) yield { kind, names: combination.names, meaning: null, gate: null, combination };
  }
}

/** Shares are 0-1, R net of costs; too few signals leave the line without `sufficient`, never without its counts. */
export const GATE_TABLE: TableForm<GateLine> = {
  schemaVersion: 1,
  columns: [
    text('kind', ({ kind }) => kind),
    text('gates', ({ names }) => names.join(' + ')),
    text('meaning', ({ meaning }) => meaning),
    number('passed', ({ gate, combination }) => gate?.passTotal ?? combination?.total ?? null),
    number('passed_won', ({ gate, combination }) => gate?.passWins ?? combination?.wins ?? null),
    number('passed_win_rate', ({ gate, combination }) => gate?.passRate ?? combination?.winRate ?? null),
    number('passed_low', (line) => passInterval(line)?.[0] ?? null),
    number('passed_high', (line) => passInterval(line)?.[1] ?? null),
    number('passed_net_r', ({ gate, combination }) => gate?.passNetR ?? combination?.netR ?? null),
    number('failed', ({ gate }) => gate?.failTotal ?? null),
    number('failed_won', ({ gate }) => gate?.failWins ?? null),
    number('failed_win_rate', ({ gate }) => gate?.failRate ?? null),
    number('failed_net_r', ({ gate }) => gate?.failNetR ?? null),
    number('unknown', ({ gate }) => gate?.missing ?? null),
    number('delta', ({ gate }) => gate?.delta ?? null),
    number('delta_low', ({ gate }) => gate?.interval?.[0] ?? null),
    number('delta_high', ({ gate }) => gate?.interval?.[1] ?? null),
    number('synergy', ({ combination }) => combination?.synergy ?? null),
    flag('sufficient', (line) => (line.gate ?? line.combination)?.sufficient ?? false),
    number('p_value', (line) => (line.gate ?? line.combination)?.pValue ?? null),
    number('adjusted_p_value', (line) => (line.gate ?? line.combination)?.adjustedPValue ?? null),
    flag('beyond_chance', (line) => (line.gate ?? line.combination)?.discovery ?? false),
    text('on_later_signals', ({ gate }) => gate?.retest ?? null),
  ],
};

function passInterval({ gate, combination }: GateLine) {
  return gate?.passInterval ?? combination?.interval ?? null;
}
