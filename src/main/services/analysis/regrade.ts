/** Resolves history again from stored candles after the rules changed: a job that can be stopped and goes on where it was (PH-10). */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { RESOLVER_VERSION } from '#core/domain/phantom.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';
import { resolveTrade } from '#core/phantoms/resolver.ts';
import type { Profile } from '#main/store/database.ts';
import type { NewGrade, OldGrade } from '#main/store/grade-store.ts';

/** Phantoms per transaction. */
const PAGE = 500;

export interface RegradeOptions {
  readonly profile: Pick<Profile, 'grades' | 'candles'>;
  /** Candles that phantoms were resolved on. */
  readonly baseTimeframe: Timeframe;
  /** UTC ms. */
  readonly wallClock: () => UnixMs;
  readonly progress: (done: number, total: number) => void;
  /** Aborting stops between two pages; what was graded stays. */
  readonly signal?: AbortSignal;
}

export interface RegradeReport {
  readonly resolverVersion: number;
  readonly graded: number;
  /** Of those, how many have another net R than before, and what all changes add up to. */
  readonly changed: number;
  readonly netRChange: number;
  /** Left as they were, because candles of their life are not stored. */
  readonly withoutCandles: number;
  readonly stopped: boolean;
}

export async function regrade(options: RegradeOptions): Promise<Result<RegradeReport, Fault>> {
  const { profile, wallClock, progress, signal } = options;
  const total = profile.grades.count(RESOLVER_VERSION);
  const report = { graded: 0, changed: 0, netRChange: 0, withoutCandles: 0 };
  let after = 0;
  let stopped = false;
  for (;;) {
    const page = profile.grades.page(RESOLVER_VERSION, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    if (signal?.aborted === true) {
      stopped = true;
      break;
    }
    after = last.no;
    const graded = page.flatMap((old) => resolveAgain(options, old));
    const written = profile.grades.replace(
      graded.map(({ grade }) => grade),
      wallClock(),
    );
    if (!written.ok) return err(written.error);
    for (const { change } of graded) {
      report.netRChange += change;
      if (change !== 0) report.changed++;
    }
    report.graded += graded.length;
    report.withoutCandles += page.length - graded.length;
    progress(report.graded + report.withoutCandles, total);
    // A stop asked for meanwhile is heard here.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return ok({ resolverVersion: RESOLVER_VERSION, ...report, stopped });
}

function resolveAgain(
  { profile: { candles }, baseTimeframe }: RegradeOptions,
  { no, instrumentId, terms, netR }: OldGrade,
): readonly { readonly grade: NewGrade; readonly change: number }[] {
  const end = terms.openedAt + terms.timeoutMs;
  const result = resolveTrade(terms, baseTimeframe, candles.read(instrumentId, baseTimeframe, terms.openedAt, end));
  if (result.netR === null || result.exitTime === null) return [];
  if (candles.gaps(instrumentId, baseTimeframe, terms.openedAt, result.exitTime).length > 0) return [];
  return [{ grade: { no, result }, change: result.netR - netR }];
}
