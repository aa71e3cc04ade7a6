/** Fits of peers (scikit-learn, xgboost) in a process of their own, on data that ours was fitted on. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dataset } from '#core/learning/dataset.ts';
import type { Classification } from './trees-data.ts';

/** One fit, and its worth on the test rows; `cpuMs` is processor time, the fairer figure on a busy machine. */
export interface FitFigure {
  readonly fitMs: number;
  readonly cpuMs: number;
  readonly auc: number;
}

export type Peer = 'sklearn-forest' | 'sklearn-boosting' | 'sklearn-network' | 'xgboost-boosting';

const SCRIPT = fileURLToPath(new URL('./model-peers.py', import.meta.url));
/** A machine may have a Python of its own in front of the distribution's, which is the one with the packages. */
const PYTHONS = ['python3', '/usr/bin/python3'];

/** Writes the data once for several peers; `work` gets their fit, which is a text where the peer is absent. */
export async function withPeers<T>(
  { train, test }: Classification,
  work: (fit: (peer: Peer, seed: number) => Promise<FitFigure | string>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'model-bench-'));
  try {
    await writeFile(join(folder, 'train.f64'), rowMajor(train));
    await writeFile(join(folder, 'test.f64'), rowMajor(test));
    await writeFile(join(folder, 'shape.json'), JSON.stringify({ features: train.columns.length }));
    return await work((peer, seed) => fitPeer(peer, folder, seed));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function fitPeer(peer: Peer, folder: string, seed: number): Promise<FitFigure | string> {
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

function rowMajor({ columns, target, rows }: Dataset): Float64Array {
  const width = columns.length + 1;
  const values = new Float64Array(rows * width);
  for (const [feature, column] of [...columns, target].entries()) {
    for (const [row, value] of column.entries()) values[row * width + feature] = value;
  }
  return values;
}
