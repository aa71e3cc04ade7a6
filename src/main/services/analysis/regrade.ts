/**
 * Resolves history again from stored candles: after the rules changed (PH-10), after a bar was changed (MK-3), or where
 * finer candles are stored by now (PH-12). A job that can be stopped and goes on where it was.
 */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { type PhantomResult, RESOLVER_VERSION } from '#core/domain/phantom.ts';
import { type BaseTimeframe, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { type FineCandles, resolveTrade } from '#core/phantoms/resolver.ts';
import type { Profile } from '#main/store/database.ts';
import type { GradeChoice, NewGrade, OldGrade } from '#main/store/grade-store.ts';
import { restingOnRevised } from './revised-bars.ts';

/** Phantoms per transaction. */
const PAGE = 500;

export interface RegradeOptions {
  readonly profile: Pick<Profile, 'grades' | 'candles'>;
  /** The setting of now. A phantom is resolved on bars as long as those that it was walked on. */
  readonly baseTimeframe: BaseTimeframe;
  /** all: what the reasons above apply to. revised: only what rests on a bar that was changed. */
  readonly scope: 'all' | 'revised';
  /** Only says what a re-grade would change. What would stay is noted, so that it is not looked at again. */
  readonly dryRun?: boolean;
  /** Phantoms between two moments for other work; 500 unless said. */
  readonly pageSize?: number;
  /** UTC ms. */
  readonly wallClock: () => UnixMs;
  readonly progress: (done: number, total: number) => void;
  /** Aborting stops between two pages; what was graded stays. */
  readonly signal?: AbortSignal;
}

export interface RegradeReport {
  readonly resolverVersion: number;
  /** Resolved again. */
  readonly graded: number;
  /** Of those, how many have another result than before in any figure, and what the net R of all changes by. */
  readonly changed: number;
  readonly netRChange: number;
  /** Of those, how many outcomes were ambiguous (PH-12), and how many are now. */
  readonly ambiguousBefore: number;
  readonly ambiguousAfter: number;
  /** Left as they were, because candles of their life are not stored. */
  readonly withoutCandles: number;
  readonly stopped: boolean;
}

interface Regraded {
  readonly grade: NewGrade;
  readonly before: PhantomResult;
  /** Any figure differs. */
  readonly isChanged: boolean;
  /** It does, or another version said the same. */
  readonly isNew: boolean;
}

export async function regrade(options: RegradeOptions): Promise<Result<RegradeReport, Fault>> {
  const { profile, wallClock, progress, signal, dryRun = false, pageSize = PAGE } = options;
  const revised = restingOnRevised(profile);
  const finer = options.scope === 'all' && options.baseTimeframe === '5m' ? refinedInstruments(profile) : [];
  const choice: GradeChoice = {
    notOfVersion: options.scope === 'all' ? RESOLVER_VERSION : null,
    instrumentIds: finer,
    phantomNos: [...revised.keys()],
  };
  const total = profile.grades.count(choice);
  const report = { graded: 0, changed: 0, netRChange: 0, ambiguousBefore: 0, ambiguousAfter: 0, withoutCandles: 0 };
  let after = 0;
  let stopped = false;
  for (;;) {
    stopped = signal?.aborted === true;
    const page = stopped ? [] : profile.grades.page(choice, after, pageSize);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.no;
    const regraded = page.flatMap((old) => resolveAgain(options, old, revised.has(old.no)) ?? []);
    const replaced = dryRun ? [] : regraded.filter(({ isNew }) => isNew).map(({ grade }) => grade);
    const settled = regraded.filter(({ isNew }) => !(dryRun && isNew));
    const checked = new Map(
      settled.flatMap(({ grade: { no } }) => (revised.has(no) ? [[no, revised.get(no) ?? 0]] : [])),
    );
    if (replaced.length > 0 || checked.size > 0) {
      const written = profile.grades.replace(replaced, checked, wallClock());
      if (!written.ok) return err(written.error);
    }
    for (const { grade, before, isChanged } of regraded) {
      report.netRChange += (grade.result.netR ?? 0) - (before.netR ?? 0);
      if (isChanged) report.changed++;
      if (before.ambiguous) report.ambiguousBefore++;
      if (grade.result.ambiguous) report.ambiguousAfter++;
    }
    report.graded += regraded.length;
    report.withoutCandles += page.length - regraded.length;
    progress(report.graded + report.withoutCandles, total);
    // A stop asked for meanwhile is heard here.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return ok({ resolverVersion: RESOLVER_VERSION, ...report, stopped });
}

/** Instruments of which bars finer than the base are stored. */
function refinedInstruments({ candles }: RegradeOptions['profile']): readonly string[] {
  return candles
    .series()
    .filter(({ timeframe }) => timeframe === '1m')
    .map(({ instrumentId }) => instrumentId);
}

/** Null where candles of its life are missing. */
function resolveAgain({ profile, baseTimeframe }: RegradeOptions, old: OldGrade, isRevised: boolean): Regraded | null {
  const { no, result: before } = old;
  const resolved = walkedOn(old, baseTimeframe)
    .map((timeframe) => resolveOn(profile.candles, old, timeframe))
    .filter((result) => result !== null);
  const result = resolved.find((one) => !differs(one, before)) ?? resolved[0];
  if (result === undefined) return null;
  const isChanged = differs(result, before);
  const isNew = isChanged || result.resolverVersion !== before.resolverVersion;
  return { grade: { no, result, reason: isRevised ? 'revised' : 'finer' }, before, isChanged, isNew };
}

function resolveOn(
  candles: RegradeOptions['profile']['candles'],
  { instrumentId, terms }: OldGrade,
  timeframe: BaseTimeframe,
): PhantomResult | null {
  const fine: FineCandles | undefined =
    timeframe === '5m'
      ? { durationMs: timeframeMs('1m'), candles: (from, to) => [...candles.read(instrumentId, '1m', from, to)] }
      : undefined;
  const bars = candles.read(instrumentId, timeframe, terms.openedAt, terms.openedAt + terms.timeoutMs);
  const result = resolveTrade(terms, timeframe, bars, fine);
  if (result.netR === null || result.exitTime === null) return null;
  return candles.gaps(instrumentId, timeframe, terms.openedAt, result.exitTime).length > 0 ? null : result;
}

function differs(result: PhantomResult, before: PhantomResult): boolean {
  return (Object.keys(result) as (keyof PhantomResult)[]).some(
    (field) => field !== 'resolverVersion' && JSON.stringify(result[field]) !== JSON.stringify(before[field]),
  );
}

/**
 * The lengths of bars that a phantom may have been walked on, told by how many it was held: the setting may have been
 * another one then. Mostly one; a life within one bar fits both. The setting of now first, and where nothing fits.
 */
function walkedOn({ terms, result }: OldGrade, setting: BaseTimeframe): readonly BaseTimeframe[] {
  const life = (result.exitTime ?? terms.openedAt) - terms.openedAt;
  const fits = (timeframe: BaseTimeframe): boolean => {
    const durationMs = timeframeMs(timeframe);
    const isAligned = terms.openedAt % durationMs === 0;
    return isAligned && (result.barsHeld - 1) * durationMs <= life && life <= result.barsHeld * durationMs;
  };
  const fitting = ([setting, setting === '1m' ? '5m' : '1m'] as const).filter(fits);
  return fitting.length === 0 ? [setting] : fitting;
}
