/** PE-1, PE-2, PE-3: our forest, boosting and network and the peers', fitted in turns on the same data, and how good each is. */
import { type Dataset, type ModelArtefact, readRow } from '#core/learning/dataset.ts';
import { createPredictor } from '#core/learning/ensemble-artefact.ts';
import { trainBoosting } from '#core/learning/trees/boosting.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { createTrainingClient, type TrainingClient } from '#main/workers/training-client.ts';
import { sourceWorkerEntry } from '#main/workers/worker-entry.ts';
import { type BenchLine, type BenchScale, clocked, type Figure, quantileOf } from './measure.ts';
import { type FitFigure, type Peer, withPeers } from './model-peers.ts';
import { areaUnderCurve, makeClassification } from './trees-data.ts';

const FEATURES = 40;
const TEST_ROWS = 20_000;
/** Data sets, and with them seeds: one alone says little about a difference of 0.004. */
const DATA_SETS = 5;
const QUICK_DATA_SETS = 3;
const DATA = `generated, ${FEATURES} features`;

type Fit = (train: Dataset, seed: number) => Promise<ModelArtefact>;

/** One row of the table: a fit of ours against one peer. */
interface Contest {
  readonly id: 'PE-1' | 'PE-2' | 'PE-3';
  readonly what: string;
  readonly ours: string;
  readonly peer: Peer;
  readonly bar: Pick<Figure, 'bar' | 'ratioBar'>;
  readonly aucBar: number | null;
  readonly note: string;
}

/** Smallest leaf 1, as the peers': otherwise each program's defaults. */
const FITS: Readonly<Record<string, Fit>> = {
  forest: async (train, seed) =>
    fitted(trainForest(train, { task: 'classify', trees: 150, maxDepth: 8, minLeaf: 1 }, seed)),
  boosting: async (train, seed) =>
    fitted(trainBoosting(train, { task: 'classify', rounds: 150, maxDepth: 3, minLeaf: 1 }, seed)),
  stopped: async (train, seed) =>
    fitted(
      trainBoosting(train, { task: 'classify', rounds: 1_500, maxDepth: 3, minLeaf: 1, earlyStopping: true }, seed),
    ),
};

const TREE_CONTESTS: readonly Contest[] = [
  {
    ...{ id: 'PE-1', what: 'forest 150 x depth 8', ours: 'forest', peer: 'sklearn-forest' },
    ...{ bar: { bar: null, ratioBar: 8 }, aucBar: 0.004, note: '' },
  },
  {
    ...{ id: 'PE-2', what: 'boosting 150 x depth 3', ours: 'boosting', peer: 'sklearn-boosting' },
    ...{ bar: { bar: null, ratioBar: 20 }, aucBar: 0.004, note: '' },
  },
  {
    ...{ id: 'PE-2', what: 'boosting 150 x depth 3', ours: 'boosting', peer: 'xgboost-boosting' },
    ...{ bar: { bar: null, ratioBar: 0.5 }, aucBar: 0.004, note: '' },
  },
];

/** Where the fixed size under-fits: shown beside it, without a bar. */
const STOPPED_CONTEST: Contest = {
  ...{ id: 'PE-2', what: 'boosting, early stopping', ours: 'stopped', peer: 'xgboost-boosting' },
  ...{ bar: { bar: null }, aucBar: null, note: 'up to 1,500 rounds; the peer has 150' },
};

const NETWORK_CONTEST: Contest = {
  ...{ id: 'PE-3', what: 'network 32-16 in a worker', ours: 'network', peer: 'sklearn-network' },
  ...{ bar: { bar: 5_000 }, aucBar: 0.005, note: 'until early stopping, both' },
};

export async function trainingLines(scale: BenchScale, only: readonly string[] | null): Promise<readonly BenchLine[]> {
  const wanted = (contests: readonly Contest[]) => contests.filter(({ id }) => only === null || only.includes(id));
  const client = createTrainingClient({ workerEntry: sourceWorkerEntry });
  try {
    const sets = scale.quick ? QUICK_DATA_SETS : DATA_SETS;
    const lines = [...(await compare(sets, 5_000, wanted([...TREE_CONTESTS, NETWORK_CONTEST]), client))];
    if (!scale.quick) lines.push(...(await compare(sets, 50_000, wanted([...TREE_CONTESTS, STOPPED_CONTEST]), client)));
    return lines;
  } finally {
    await client.close();
  }
}

/** Each program fits each data set once, one program after the other, so that drift of the machine meets all alike. */
async function compare(
  sets: number,
  rows: number,
  contests: readonly Contest[],
  client: TrainingClient,
): Promise<BenchLine[]> {
  if (contests.length === 0) return [];
  const fits: Readonly<Record<string, Fit>> = {
    ...FITS,
    network: (train, seed) => networkInWorker(client, train, seed),
  };
  const ours = new Map<string, FitFigure[]>();
  // Ours is compiled while it runs, the peers' was before: a fit that is not counted, whose time the note gives.
  const cold = new Map<string, FitFigure>();
  const theirs = new Map<Peer, (FitFigure | string)[]>();
  for (let run = 0; run < sets; run++) {
    const data = makeClassification(`bench ${run}`, rows, TEST_ROWS);
    await withPeers(data, async (fitPeer) => {
      for (const contest of contests) {
        const fit = fits[contest.ours];
        if (fit !== undefined && contest.id !== 'PE-3' && !cold.has(contest.ours)) {
          cold.set(contest.ours, await timedFit(fit, data.train, data.test, sets));
        }
        if (fit !== undefined && (ours.get(contest.ours)?.length ?? 0) === run) {
          append(ours, contest.ours, await timedFit(fit, data.train, data.test, run));
        }
        if ((theirs.get(contest.peer)?.length ?? 0) === run)
          append(theirs, contest.peer, await fitPeer(contest.peer, run));
      }
    });
  }
  return contests.map((contest) => {
    const { ours: fit, peer } = contest;
    return lineOf(contest, rows, ours.get(fit) ?? [], theirs.get(peer) ?? [], cold.get(fit) ?? null);
  });
}

/** Fits are judged by processor time where one thread is asked for, by real time where seconds are. */
function lineOf(
  { id, what, bar, aucBar, peer, note }: Contest,
  rows: number,
  ours: readonly FitFigure[],
  answers: readonly (FitFigure | string)[],
  cold: FitFigure | null,
): Figure {
  const theirs = answers.filter((answer) => typeof answer !== 'string');
  const absent = answers.find((answer) => typeof answer === 'string');
  const pick = id === 'PE-3' ? (figure: FitFigure) => figure.fitMs : (figure: FitFigure) => figure.cpuMs;
  const real = (figures: readonly FitFigure[]) => Math.round(median(figures.map(({ fitMs }) => fitMs)));
  const peerTimes = absent === undefined ? ` against ${real(theirs)}` : '';
  const first = cold === null ? '' : `; the first fit of the process ${Math.round(cold.cpuMs)} ms`;
  const clock = id === 'PE-3' ? 'real time' : `processor time, real time ${real(ours)}${peerTimes} ms${first}`;
  const aucs = `AUC ${mean(ours.map(({ auc }) => auc)).toFixed(4)}${absent === undefined ? ` against ${mean(theirs.map(({ auc }) => auc)).toFixed(4)}` : ''}`;
  const gaps = ours.map((figure, run) => figure.auc - (theirs[run]?.auc ?? Number.NaN));
  return {
    id,
    what: `${what}, ${rows.toLocaleString('en-US')} rows`,
    unit: 'ms',
    better: 'less',
    median: median(ours.map(pick)),
    worst: Math.max(...ours.map(pick)),
    ...bar,
    peer: absent ?? { name: peer, median: median(theirs.map(pick)) },
    ...(absent === undefined && aucBar !== null
      ? { auc: { mean: mean(gaps), worst: Math.min(...gaps), runs: gaps.length, bar: aucBar } }
      : {}),
    note: [`${DATA}; ${clock}`, aucs, note].filter((part) => part !== '').join('; '),
  };
}

async function timedFit(train: Fit, data: Dataset, test: Dataset, seed: number): Promise<FitFigure> {
  const { value: artefact, wallMs, cpuMs } = await clocked(() => train(data, seed));
  const predictor = createPredictor(artefact);
  const row = new Float64Array(test.columns.length);
  const out = new Float64Array(1);
  const scores = new Float64Array(test.rows);
  for (let index = 0; index < test.rows; index++) {
    readRow(test, index, row);
    predictor.predict(row, out);
    scores[index] = out[0] ?? Number.NaN;
  }
  return { fitMs: wallMs, cpuMs, auc: areaUnderCurve(test.target, scores) };
}

/** The copy to the worker and, the first time, its start are in the time. */
async function networkInWorker(client: TrainingClient, data: Dataset, seed: number): Promise<ModelArtefact> {
  const params = { layers: [32, 16] };
  const trained = await client.train({ model: 'network', task: 'classify', data, params, seed });
  if (!trained.ok) throw new Error(trained.error.message);
  return trained.value.artefact;
}

function fitted(result: ReturnType<typeof trainForest>): ModelArtefact {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function median(values: readonly number[]): number {
  return quantileOf(values, 0.5);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
