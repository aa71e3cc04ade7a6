/**
 * Measures what spec 11 names, for what exists, in one table.
 *
 *   npm run bench [-- --quick] [--json] [--only PE-7,PE-9] [--profile DIR made by million-profile.ts]
 *
 * Each section runs in a process of its own: what one leaves behind (heap, compiled code) is not in the next one's figures.
 */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bootstrapLines } from './bootstrap-bench.ts';
import { bundleLines } from './bundle-bench.ts';
import { engineLines } from './engine-bench.ts';
import { gateLines } from './gates-bench.ts';
import { growthLines } from './growth-bench.ts';
import { indicatorLines } from './indicator-bench.ts';
import {
  type Absent,
  type AucDifference,
  type BenchLine,
  type BenchScale,
  type Figure,
  isMet,
  ratioOf,
} from './measure.ts';
import { memoryLines } from './memory-bench.ts';
import { retrainLines } from './retrain-bench.ts';
import { scoringLines } from './scoring-bench.ts';
import { startLines } from './start-bench.ts';
import { storeLines } from './store-bench.ts';
import { trainingLines } from './training-bench.ts';
import { chartLines, historyLines } from './window-bench.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
    /** For the process of one section: its number; its lines go to standard output. */
    section: { type: 'string' },
  },
});
const scale: BenchScale = {
  quick: values.quick,
  runs: values.quick ? 5 : 9,
  millionProfile: values.profile ?? null,
};
const only = values.only?.split(',') ?? null;
type Lines = readonly BenchLine[];
const sections: readonly (readonly [ids: readonly string[], lines: () => Lines | Promise<Lines>])[] = [
  [['PE-6', 'PE-7', 'PE-8', 'PE-21'], () => engineLines(scale)],
  [['PE-9'], () => indicatorLines(scale)],
  [['PE-11'], () => startLines(scale)],
  [['PE-14'], () => gateLines(scale)],
  [['PE-12', 'PE-13'], () => storeLines(scale, only)],
  [['PE-16'], () => chartLines(scale)],
  [['PE-17', 'RE-33'], () => historyLines(scale)],
  [['PE-18'], () => memoryLines(scale)],
  [['PE-19'], () => bundleLines()],
  [['PE-20'], () => growthLines(scale)],
  [['PE-5', 'PE-15'], () => scoringLines()],
  [['PE-1', 'PE-2', 'PE-3'], () => trainingLines(scale, only)],
  [['PE-4'], () => retrainLines(scale)],
  [['PE-10'], () => bootstrapLines(scale)],
];

if (values.section !== undefined) {
  const [, measure] = sections[Number(values.section)] ?? [];
  process.stdout.write(JSON.stringify((await measure?.()) ?? []));
  process.exit();
}

const begin = performance.now();
// Other work on the machine spoils a figure: the reader should see it.
const load = (loadavg()[0] ?? 0).toFixed(1);
const lines: BenchLine[] = [];
for (const [index, [ids]] of sections.entries()) {
  if (only !== null && !ids.some((id) => only.includes(id))) continue;
  lines.push(...measured(index, ids).filter(({ id }) => only === null || only.includes(id)));
}
const order = (id: string) => Number(id.slice('PE-'.length)) + (id.startsWith('PE-') ? 0 : 1_000);
const all = lines.sort((a, b) => order(a.id) - order(b.id));
const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}, load ${load} at the start`;
const seconds = Math.round((performance.now() - begin) / 1000);

if (values.json) {
  const rows = all.map((line) => (isFigure(line) ? { ...line, ratio: ratioOf(line), met: isMet(line) } : line));
  process.stdout.write(
    `${JSON.stringify({ date: new Date().toISOString(), machine, quick: scale.quick, seconds, rows })}\n`,
  );
} else {
  process.stdout.write(
    `${tableOf(all).join('\n')}\n\n${machine}; ${scale.quick ? 'quick, ' : ''}${seconds} s in all\n`,
  );
}

/** The lines of a section, from its own process; when that fails the table says so and goes on. */
function measured(index: number, ids: readonly string[]): Lines {
  const { status, signal, stdout } = spawnSync(
    process.execPath,
    [fileURLToPath(import.meta.url), ...process.argv.slice(2), '--section', String(index)],
    { encoding: 'utf8', maxBuffer: 64_000_000, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (status === 0) return JSON.parse(stdout) as Lines;
  const id = ids[0] ?? '';
  return [{ id, what: ids.join(', '), why: `not measured: its process ended with ${signal ?? status}` }];
}

function tableOf(rows: readonly BenchLine[]): readonly string[] {
  const header = ['id', 'what', 'ours (median)', 'worst', 'peer', 'ratio', 'bar', 'AUC difference', 'met', 'note'];
  const cells = [header, ...rows.map((row) => (isFigure(row) ? figureCells(row) : absentCells(row)))];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row.map((cell, column) => (column === header.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
  );
}

function figureCells(figure: Figure): readonly string[] {
  const { id, what, unit, median, worst, peer, bar, ratioBar, auc, note } = figure;
  const ratio = ratioOf(figure);
  const met = isMet(figure);
  const bars = [bar === null ? null : `${text(bar)} ${unit}`, ratioBar === undefined ? null : `${ratioBar} x peer`];
  return [
    id,
    what,
    `${text(median)} ${unit}`,
    text(worst),
    typeof peer === 'string' ? peer : `${peer.name} ${text(peer.median)}`,
    ratio === null ? '' : `${ratio.toFixed(1)} x`,
    bars.filter((part) => part !== null).join(', '),
    auc === undefined ? '' : aucText(auc),
    met === null ? '' : met ? 'met' : 'NOT MET',
    note,
  ];
}

function absentCells({ id, what, why }: Absent): readonly string[] {
  return [id, what, '', '', '', '', '', '', '', why];
}

function aucText({ mean, worst, runs, bar }: AucDifference): string {
  return `${signed(mean)}, worst ${signed(worst)} of ${runs} (-${bar})`;
}

function signed(difference: number): string {
  return `${difference < 0 ? '-' : '+'}${Math.abs(difference).toFixed(4)}`;
}

function isFigure(line: BenchLine): line is Figure {
  return 'median' in line;
}

/** Three significant digits or whole numbers, thousands separated. */
function text(value: number): string {
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 6 });
}
