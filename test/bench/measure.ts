/** One line of the table and how it is measured: medians of several runs, the worst beside. */

/** `better` says which way is good; a bar without a value is a figure that the specification gives none for. */
export interface Figure {
  /** The rule's id, e.g. `PE-7`. */
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  readonly median: number;
  readonly worst: number;
  readonly bar: number | null;
  /** The rule says "all": the bar is held against the worst, not against the median. */
  readonly barForAll?: true;
  /** Another program on the same data in the same call; a text says why there is none. */
  readonly peer: { readonly name: string; readonly median: number } | string;
  /** Required times faster than the peer; below 1 it may be slower. */
  readonly ratioBar?: number;
  /** Beside speed, where the rule asks for quality. */
  readonly auc?: AucDifference;
  /** What a reader must know: the data, a smaller size than the specification's. */
  readonly note: string;
}

/** Ours minus the peer's on the same rows, over several data sets; the mean is held against `-bar`. */
export interface AucDifference {
  readonly mean: number;
  readonly worst: number;
  readonly runs: number;
  readonly bar: number;
}

/** Something that could not be measured, and why. */
export interface Absent {
  readonly id: string;
  readonly what: string;
  readonly why: string;
}

export type BenchLine = Figure | Absent;

export interface BenchScale {
  readonly quick: boolean;
  /** A profile that `million-profile.ts` made: saves making one. Null: one is made and thrown away. */
  readonly millionProfile: string | null;
  readonly runs: number;
}

/** Processor time of the whole process (helper threads of the runtime, and worker threads, included) and real time. */
export async function clocked<T>(work: () => T | Promise<T>): Promise<{ value: T; wallMs: number; cpuMs: number }> {
  const beginCpu = process.cpuUsage();
  const begin = performance.now();
  const value = await work();
  const wallMs = performance.now() - begin;
  const { user, system } = process.cpuUsage(beginCpu);
  return { value, wallMs, cpuMs: (user + system) / 1000 };
}

/** Every run's figure; `prepare` is not timed and gives what the run works on. */
export function timedRuns<T>(runs: number, prepare: () => T, work: (input: T) => void): readonly number[] {
  return Array.from({ length: runs }, () => {
    const input = prepare();
    const begin = performance.now();
    work(input);
    return performance.now() - begin;
  });
}

/** Durations in ms turned into items per second: the slowest run is the worst. */
export function perSecond(
  count: number,
  durationsMs: readonly number[],
): { readonly median: number; readonly worst: number } {
  const { median, worst } = spread(durationsMs);
  return { median: (1000 * count) / median, worst: (1000 * count) / worst };
}

/** Median and largest of durations. */
export function spread(durationsMs: readonly number[]): { readonly median: number; readonly worst: number } {
  return { median: quantileOf(durationsMs, 0.5), worst: Math.max(...durationsMs) };
}

export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** How many times better than the peer; null without one. */
export function ratioOf({ better, median, peer }: Figure): number | null {
  if (typeof peer === 'string') return null;
  return better === 'more' ? median / peer.median : peer.median / median;
}

/** Null where there is no bar. */
export function isMet(figure: Figure): boolean | null {
  const { bar, better, ratioBar, auc } = figure;
  const judged = figure.barForAll ? figure.worst : figure.median;
  const ratio = ratioOf(figure);
  if (bar === null && (ratioBar === undefined || ratio === null)) return null;
  const byBar = bar === null || (better === 'more' ? judged >= bar : judged <= bar);
  const byRatio = ratioBar === undefined || ratio === null || ratio >= ratioBar;
  return byBar && byRatio && (auc === undefined || auc.mean >= -auc.bar);
}
