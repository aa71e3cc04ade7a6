/** What a gate analysis recommends, as text and as YAML that settings can import (PH-43). */
import { signedText } from '#core/base/number-text.ts';
import type { GateAdvice, GateRetest, GateRetests, GateWinner } from '#core/domain/gate-findings.ts';
import { FALSE_DISCOVERY_RATE } from './gate-search.ts';

interface AdviceGround {
  readonly total: number;
  readonly baseline: number;
  readonly cells: number;
  /** Ranked by delta. */
  readonly variables: readonly {
    readonly name: string;
    readonly delta: number | null;
    readonly retest: GateRetest;
  }[];
  readonly retest: GateRetests;
}

export function adviceOf(ground: AdviceGround): GateAdvice {
  const held = ground.variables.filter(({ retest }) => retest === 'held-up');
  const enable = held.filter(({ delta }) => (delta ?? 0) > 0);
  const disable = held.filter(({ delta }) => (delta ?? 0) < 0).toReversed();
  const { winner } = ground.retest;
  const best = winner?.verdict === 'held-up' ? winner : null;
  const points = ({ name, delta }: { readonly name: string; readonly delta: number | null }) =>
    `${name} (${signedPoints(delta ?? 0)})`;
  const fallen = ground.variables.filter(({ retest }) => retest === 'did-not-hold-up').map(({ name }) => name);
  const lines = [
    enable.length > 0 ? `Enable ${enable.map(points).join(', ')}.` : 'No gate is worth enabling: none held up.',
    ...(disable.length > 0 ? [`Disable ${disable.map(points).join(', ')}: what passes them wins less often.`] : []),
    winnerLine(winner),
    ...(fallen.length > 0 ? [`Did not hold up on the later signals: ${fallen.join(', ')}.`] : []),
    `Found on the older ${ground.retest.olderRows} signals, tried again on the later ${ground.retest.laterRows}; ` +
      `${ground.cells} gates, pairs and triplets count as searched.`,
  ];
  const names = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name);
  const advice = { enable: names(enable), disable: names(disable), bestCombination: best?.names ?? null };
  return { ...advice, lines, yaml: yamlOf(ground, advice, best) };
}

/**
 * One mapping `scalpGates`: `version` (of this form, 1); `evidence` with `signals`, `olderSignals`, `laterSignals`,
 * `baseline` (share) and `falseDiscoveryRate`; the lists `enable` and `disable` of gate names; and `bestCombination`, null
 * or a mapping with `gates`, and `olderWinRate`, `laterWinRate` (shares), `laterSignals`, `laterNetR` (R per signal).
 * Names are double-quoted, in JSON's notation, which YAML 1.2 reads too.
 */
function yamlOf(
  { total, baseline, retest }: AdviceGround,
  { enable, disable }: Pick<GateAdvice, 'enable' | 'disable'>,
  best: GateWinner | null,
): string {
  const list = (names: readonly string[]) => `[${names.map((name) => JSON.stringify(name)).join(', ')}]`;
  const combination =
    best === null
      ? ['  bestCombination: null']
      : [
          '  bestCombination:',
          `    gates: ${list(best.names)}`,
          `    olderWinRate: ${yamlNumber(best.older.winRate)}`,
          `    laterWinRate: ${yamlNumber(best.later.winRate)}`,
          `    laterSignals: ${best.later.total}`,
          `    laterNetR: ${yamlNumber(best.later.netR)}`,
        ];
  return [
    '# Recommended by the gate analysis.',
    'scalpGates:',
    '  version: 1',
    '  evidence:',
    `    signals: ${total}`,
    `    olderSignals: ${retest.olderRows}`,
    `    laterSignals: ${retest.laterRows}`,
    `    baseline: ${yamlNumber(baseline)}`,
    `    falseDiscoveryRate: ${FALSE_DISCOVERY_RATE}`,
    `  enable: ${list(enable)}`,
    `  disable: ${list(disable)}`,
    ...combination,
    '',
  ].join('\n');
}

function winnerLine(winner: GateWinner | null): string {
  if (winner === null) return 'No combination has enough signals to be judged.';
  const { names, older, later, verdict } = winner;
  const rates = `${percent(older.winRate)} of ${older.total} older and ${percent(later.winRate)} of ${later.total} later signals won`;
  const words: Readonly<Record<GateRetest, string>> = {
    'held-up': 'it held up',
    'did-not-hold-up': 'did not hold up',
    'too-few-later': 'too few later signals to try it again',
    'not-found': 'no more than chance would find among so many',
  };
  return `Best combination: ${names.join(' + ')}; ${rates}: ${words[verdict]}.`;
}

function percent(share: number | null): string {
  return share === null ? 'none' : `${(100 * share).toFixed(1)} %`;
}

function signedPoints(delta: number): string {
  return `${signedText(100 * delta, 1)} points`;
}

function yamlNumber(value: number | null): string {
  return value === null ? 'null' : String(Number(value.toFixed(6)));
}
