/** PE-4: the whole retrain of `trend` as the application runs it, in its worker thread, at three sizes. */
import { findModelSpec } from '#core/learning/model-table.ts';
import { retrainInThread } from '#main/workers/retrain-thread.ts';
import { sourceWorkerEntry } from '#main/workers/worker-entry.ts';
import { type BenchLine, type BenchScale, clocked, spread } from './measure.ts';
import { retrainExamples } from './retrain-data.ts';

const SIZES = [
  { rows: 500, barSeconds: 3, runs: 5, quickRuns: 3 },
  { rows: 5_000, barSeconds: 20, runs: 3, quickRuns: 1 },
  { rows: 50_000, barSeconds: 150, runs: 1, quickRuns: 0 },
];

/** Thread start, copies, purged folds, the judged fit, the final fit, calibration and importance: all of it. */
export async function retrainLines(scale: BenchScale): Promise<readonly BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const { rows, barSeconds, runs, quickRuns } of SIZES) {
    const times: { readonly wall: number; readonly cpu: number }[] = [];
    let verdict = '';
    for (let run = 0; run < (scale.quick ? quickRuns : runs); run++) {
      const { value, wallMs, cpuMs } = await clocked(() => retrainOnce(`retrain ${run}`, rows));
      times.push({ wall: wallMs / 1000, cpu: cpuMs / 1000 });
      verdict = value;
    }
    if (times.length === 0) continue;
    const cpu = spread(times.map((time) => time.cpu)).median.toFixed(1);
    lines.push({
      id: 'PE-4',
      what: `whole retrain of trend, ${rows.toLocaleString('en-US')} examples`,
      unit: 's',
      better: 'less',
      ...spread(times.map((time) => time.wall)),
      bar: barSeconds,
      peer: 'none does the same',
      note: `generated, 40 features, first model, ${verdict}; real time, processor time ${cpu} s`,
    });
  }
  return lines;
}

/** Gives the verdict: a promoted model costs one fit more. */
async function retrainOnce(seed: string, rows: number): Promise<string> {
  const spec = findModelSpec('trend');
  if (spec === null) throw new Error('there is a model named trend');
  const { data, lives } = retrainExamples(seed, rows);
  const request = {
    ...{ model: 'trend', setId: 'trend', setHash: 'bench', data, lives, heads: spec.heads },
    ...{ coded: [], champion: null, attempt: 1, seed },
  };
  const control = { onProgress: () => undefined, signal: new AbortController().signal };
  const retrained = await retrainInThread(sourceWorkerEntry, request, control);
  if (!retrained.ok) throw new Error(retrained.error.message);
  return String(retrained.value.outcome.verdict);
}
