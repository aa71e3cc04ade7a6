/**
 * PE-1, PE-2, PE-15: fits our forest and boosting and the peers' on the same data, in turns, and explains rows.
 *
 *   node test/bench/trees-bench.ts [--rows 5000,50000] [--runs 3] [--peer-runs 1] [--seed text]
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Dataset, type ModelArtefact, readRow } from '#core/learning/dataset.ts';
import { trainBoosting } from '#core/learning/trees/boosting.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { createTreePredictor } from '#core/learning/trees/tree-predictor.ts';
import { createTreeExplainer } from '#core/learning/trees/tree-shap.ts';
import { quantileOf } from './measure.ts';
import { areaUnderCurve, makeClassification } from './trees-data.ts';

export interface TreesBenchOptions {
  readonly rows?: readonly number[];
  readonly testRows?: number;
  /** Fits of ours, and of xgboost, each. */
  readonly runs?: number;
  /** Fits of scikit-learn, up to two minutes each at 50,000 rows; 0 leaves it out. */
  readonly slowPeerRuns?: number;
  readonly seed?: string;
}

/** Medians over runs, each with another seed; `cpuMs` is processor time, the fairer figure on a busy machine. */
export interface FitFigure {
  readonly fitMs: number;
  readonly cpuMs: number;
  readonly auc: number;
}

export interface FitComparison {
  readonly id: 'PE-1' | 'PE-2';
  readonly what: string;
  readonly rows: number;
  readonly ours: FitFigure;
  /** A text says why a peer is absent. */
  readonly peers: Readonly<Record<string, FitFigure | string>>;
}

export interface RowFigure {
  readonly id: 'PE-5' | 'PE-15';
  readonly what: string;
  readonly medianMs: number;
  readonly p99Ms: number;
}

export interface TreesBench {
  readonly fits: readonly FitComparison[];
  readonly perRow: readonly RowFigure[];
}

const FEATURES = 40;
const SCRIPT = fileURLToPath(new URL('./trees-peers.py', import.meta.url));
/** A machine may have a Python of its own in front of the distribution's, which is the one with the packages. */
const PYTHONS = ['python3', '/usr/bin/python3'];

const HEADS = [
  {
    id: 'PE-1',
    what: 'forest, 150 trees x depth 8',
    peers: ['sklearn-forest'],
    train: (data: Dataset, seed: number) =>
      trainForest(data, { task: 'classify', trees: 150, maxDepth: 8, minLeaf: 1 }, seed),
  },
  {
    id: 'PE-2',
    what: 'boosting, 150 rounds x depth 3',
    peers: ['sklearn-boosting', 'xgboost-boosting'],
    train: (data: Dataset, seed: number) =>
      trainBoosting(data, { task: 'classify', rounds: 150, maxDepth: 3, minLeaf: 1 }, seed),
  },
] as const;

export async function benchTrees(options: TreesBenchOptions = {}): Promise<TreesBench> {
  const { rows = [5_000, 50_000], testRows = 20_000, runs = 3, slowPeerRuns = 1, seed = 'bench' } = options;
  const fits: FitComparison[] = [];
  for (const count of rows) {
    const { train, test } = makeClassification(seed, count, testRows);
    const folder = await mkdtemp(join(tmpdir(), 'trees-bench-'));
    try {
      await writeFile(join(folder, 'train.f64'), rowMajor(train));
      await writeFile(join(folder, 'test.f64'), rowMajor(test));
      await writeFile(join(folder, 'shape.json'), JSON.stringify({ features: FEATURES }));
      for (const head of HEADS) {
        const ours: FitFigure[] = [];
        const peers = new Map<string, (FitFigure | string)[]>(head.peers.map((peer) => [peer, []]));
        for (let run = 0; run < runs; run++) {
          ours.push(fitOurs(() => head.train(train, run), test));
          for (const [peer, figures] of peers) {
            if (peer.startsWith('sklearn') && run >= slowPeerRuns) continue;
            figures.push(await fitPeer(peer, folder, run));
          }
        }
        const medians = [...peers].map(([peer, figures]) => [
          peer,
          figures.length === 0 ? 'left out' : (figures.find((one) => typeof one === 'string') ?? medianOf(figures)),
        ]);
        fits.push({
          id: head.id,
          what: head.what,
          rows: count,
          ours: medianOf(ours),
          peers: Object.fromEntries(medians),
        });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  return { fits, perRow: perRowFigures(seed) };
}

/** Scoring and explaining with the heads of ML-1's trend model on 5,000 rows. */
function perRowFigures(seed: string): readonly RowFigure[] {
  const { train, test } = makeClassification(seed, 5_000, 1_000);
  const forest = trained(trainForest(train, { task: 'classify' }, 7));
  const boosting = trained(trainBoosting(train, { task: 'classify' }, 7));
  return [
    {
      id: 'PE-5',
      what: 'score, forest 200 x 8 and boosting 150 x 3',
      ...timePerRow(test, [scorer(forest), scorer(boosting)]),
    },
    { id: 'PE-15', what: 'TreeSHAP, boosting 150 x 3', ...timePerRow(test, [explaining(boosting)]) },
    { id: 'PE-15', what: 'TreeSHAP, forest 200 x 8', ...timePerRow(test, [explaining(forest)]) },
  ];
}

type RowWork = (row: Float64Array) => void;

function scorer(artefact: ModelArtefact): RowWork {
  const predictor = createTreePredictor(artefact);
  const out = new Float64Array(predictor.outputs);
  return (row) => predictor.predict(row, out);
}

function explaining(artefact: ModelArtefact): RowWork {
  const explainer = createTreeExplainer(artefact);
  const out = new Float64Array(explainer.outputs * explainer.names.length);
  return (row) => explainer.explain(row, out);
}

function timePerRow(data: Dataset, work: readonly RowWork[]): { medianMs: number; p99Ms: number } {
  const row = new Float64Array(FEATURES);
  const durations: number[] = [];
  // Two rounds: the first one warms up.
  for (let index = 0; index < data.rows * 2; index++) {
    readRow(data, index % data.rows, row);
    const begin = performance.now();
    for (const one of work) one(row);
    if (index >= data.rows) durations.push(performance.now() - begin);
  }
  return { medianMs: quantileOf(durations, 0.5), p99Ms: quantileOf(durations, 0.99) };
}

function fitOurs(train: () => ReturnType<typeof trainForest>, test: Dataset): FitFigure {
  const beginCpu = process.cpuUsage();
  const begin = performance.now();
  const artefact = trained(train());
  const fitMs = performance.now() - begin;
  const { user, system } = process.cpuUsage(beginCpu);
  const predictor = createTreePredictor(artefact);
  const row = new Float64Array(FEATURES);
  const out = new Float64Array(1);
  const scores = new Float64Array(test.rows).map((_, index) => {
    readRow(test, index, row);
    predictor.predict(row, out);
    return out[0] ?? Number.NaN;
  });
  return { fitMs, cpuMs: (user + system) / 1000, auc: areaUnderCurve(test.target, scores) };
}

async function fitPeer(peer: string, folder: string, seed: number): Promise<FitFigure | string> {
  let why = 'no python3';
  for (const python of PYTHONS) {
    const printed = await new Promise<string | null>((resolve) => {
      execFile(python, [SCRIPT, peer, folder, String(seed)], (failure, stdout) =>
        resolve(failure === null ? stdout : null),
      );
    });
    if (printed === null) continue;
    const answer: unknown = JSON.parse(printed);
    if (isFigure(answer)) return answer;
    if (typeof answer === 'object' && answer !== null && 'absent' in answer) why = `${peer}: ${answer.absent}`;
  }
  return why;
}

function isFigure(answer: unknown): answer is FitFigure {
  return typeof answer === 'object' && answer !== null && 'fitMs' in answer && 'cpuMs' in answer && 'auc' in answer;
}

function medianOf(figures: readonly (FitFigure | string)[]): FitFigure {
  const kept = figures.filter(isFigure);
  const middle = (pick: (figure: FitFigure) => number) => quantileOf(kept.map(pick), 0.5);
  return { fitMs: middle((one) => one.fitMs), cpuMs: middle((one) => one.cpuMs), auc: middle((one) => one.auc) };
}

function rowMajor(data: Dataset): Float64Array {
  const width = FEATURES + 1;
  const values = new Float64Array(data.rows * width);
  for (const [feature, column] of [...data.columns, data.target].entries()) {
    for (const [row, value] of column.entries()) values[row * width + feature] = value;
  }
  return values;
}

function trained(result: ReturnType<typeof trainForest>): ModelArtefact {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '5000,50000' },
      runs: { type: 'string', default: '3' },
      'peer-runs': { type: 'string', default: '1' },
      seed: { type: 'string', default: 'bench' },
    },
  });
  const figures = await benchTrees({
    rows: values.rows.split(',').map(Number),
    runs: Number(values.runs),
    slowPeerRuns: Number(values['peer-runs']),
    seed: values.seed,
  });
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
}
