/** `desk inspect gates|threshold`: which gates tell winners from losers, and from which score on trades pay (PH-41, DE-2). */
import { signedText } from '#core/base/number-text.ts';
import { ok } from '#core/base/result.ts';
import { readNumberTable } from '#main/files/number-table.ts';
import { type GatesAnswer, gatesOf } from '#main/services/research/inspect-gates.ts';
import { type ThresholdAnswer, thresholdOf } from '#main/services/research/inspect-threshold.ts';
import type { Command } from '../command.ts';
import { choiceOption } from '../option-values.ts';
import { percent, table } from '../table.ts';

const KINDS = ['heuristic', 'enhanced', 'model'] as const;
const STAGES = ['shadow', 'advisory', 'hybrid', 'auto'] as const;
/** Of pairs and triplets the text shows the best; JSON holds all. */
const SHOWN = 5;
/** Steps of the curve in the text. */
const CURVE_STEP = 5;

export const inspectGates: Command = {
  name: 'inspect gates',
  summary: 'Say which gates of a CSV file tell winners from losers',
  file: { name: 'FILE', meaning: 'a .csv or .csv.gz file with win, net_r, if you like time, and a column per gate' },
  options: {},
  notes: [
    'Every column beside win (0 or 1), net_r (in R, net of costs) and time is a gate: 1 passed, 0 failed, empty missing.',
    'time is ISO-8601 or UTC milliseconds; without it the rows are taken to be in the order of time.',
    'delta is the win rate of what passed less that of what failed, as a fraction, with a 95 % interval. Pairs and',
    'triplets are of the ten gates with the largest delta. Discoveries keep the false-discovery rate at 5 % over all',
    'gates, pairs and triplets there are. What the older 70 % show is tried again on the later 30 %.',
    'JSON: {baseline, variables: [{name, passTotal, passWins, failTotal, failWins, delta, interval, sufficient, ...}],',
    'pairs, triplets, originals, search, retest, trend, advice: {enable, disable, bestCombination, lines, yaml},',
    'analysisMs}.',
  ],
  examples: ['desk inspect gates gates.csv.gz --json'],
  async run({ file, ground }) {
    const read = readNumberTable(file);
    if (!read.ok) return read;
    const answer = gatesOf(read.value, ground.monotonic);
    return answer.ok ? ok({ json: answer.value, lines: gateLines(answer.value) }) : answer;
  },
};

export const inspectThreshold: Command = {
  name: 'inspect threshold',
  summary: 'Say from which score on the trades of a CSV file pay',
  file: { name: 'FILE', meaning: 'a .csv or .csv.gz file with the columns score, win, net_r and, if you like, time' },
  options: {
    kind: { value: 'KIND', meaning: `scale of the scores: ${KINDS.join(', ')} (default: heuristic)` },
    stage: { value: 'STAGE', meaning: `${STAGES.join(', ')} (default: advisory); sets floor and ceiling` },
  },
  notes: [
    'score is 0 to 100, win 0 or 1, net_r in R, net of costs; without time the rows are in the order of time.',
    'Fitted on the older 70 %, judged on the newest 30 %. Floor and ceiling: 60 and 95 in shadow, else 70 and 90; for',
    'model scores the break-even plus 3 points, and 95.',
    'JSON: {pMin, threshold, curve: [{score, probability, rows, wins}], n, evidence, crossing, expected, judged}.',
  ],
  examples: ['desk inspect threshold scores.csv --json'],
  async run({ file, options }) {
    const kind = choiceOption(options, 'kind', KINDS);
    if (!kind.ok) return kind;
    const stage = choiceOption(options, 'stage', STAGES);
    if (!stage.ok) return stage;
    const read = readNumberTable(file);
    if (!read.ok) return read;
    const answer = thresholdOf(read.value, { kind: kind.value ?? 'heuristic', stage: stage.value ?? 'advisory' });
    return answer.ok ? ok({ json: answer.value, lines: thresholdLines(answer.value) }) : answer;
  },
};

function gateLines({ total, baseline, netR, variables, pairs, triplets, advice }: GatesAnswer): readonly string[] {
  const header = ['gate', 'passed', 'won', 'R', 'failed', 'won', 'R', 'delta', '95 %', 'beyond chance', 'later'];
  const rows = variables.map((gate) => [
    ...[gate.name, gate.passTotal, share(gate.passRate), signed(gate.passNetR)],
    ...[gate.failTotal, share(gate.failRate), signed(gate.failNetR)],
    ...(gate.sufficient && gate.delta !== null && gate.interval !== null
      ? [points(gate.delta), `${points(gate.interval[0])} to ${points(gate.interval[1])}`]
      : ['too few', '']),
    ...[gate.discovery ? 'yes' : 'no', gate.retest === 'not-found' ? '' : gate.retest.replaceAll('-', ' ')],
  ]);
  const combinations = [...pairs.slice(0, SHOWN), ...triplets.slice(0, SHOWN)].map((cell) => [
    ...[cell.names.join(' + '), cell.total, cell.sufficient ? share(cell.winRate) : 'too few', signed(cell.netR)],
    ...[cell.synergy === null ? '' : points(cell.synergy), cell.discovery ? 'yes' : 'no'],
  ]);
  return [
    `${total} signals, ${percent(baseline)} won, ${signed(netR)} R each`,
    '',
    ...table([header, ...rows]),
    ...(combinations.length > 0
      ? ['', ...table([['combination', 'signals', 'won', 'R', 'synergy', 'beyond chance'], ...combinations])]
      : []),
    '',
    ...advice.lines,
  ];
}

function thresholdLines({ threshold, curve, evidence }: ThresholdAnswer): readonly string[] {
  const rows = curve
    .filter(({ score }) => score % CURVE_STEP === 0)
    .map(({ score, probability }) => [score, percent(probability)]);
  return [
    `Threshold ${threshold.toFixed(1)}`,
    `${evidence}.`,
    ...(rows.length > 0 ? ['', ...table([['score', 'P(win)'], ...rows])] : []),
  ];
}

function share(value: number | null): string {
  return value === null ? '' : percent(value);
}

function signed(value: number | null): string {
  return value === null ? '' : signedText(value, 2);
}

function points(fraction: number): string {
  return signedText(100 * fraction, 1);
}
