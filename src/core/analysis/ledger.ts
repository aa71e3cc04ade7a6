/** The ledger of who decided: one line per disposition, each with what it saved or cost; the lines add up to all signals (PH-32). */
import type { LedgerDecider, LedgerFigures, LedgerLine, StrategyLedger } from '#core/domain/decision-figures.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import type { ResultFigures } from '#core/domain/result-figures.ts';
import { DISPOSITIONS, type Disposition } from '#core/domain/score.ts';
import { BlockBootstrap } from './block-bootstrap.ts';
import { GroupedResults, negated } from './result-figures.ts';
import { pick } from './scope-rows.ts';

/** Who is behind a disposition; the contract says what each means. */
const DECIDERS = {
  pending: 'waiting',
  executed: 'taken',
  rejected_score: 'model',
  skipped: 'trader',
  expired: 'time',
  blocked: 'risk',
  gated: 'gates',
  shadow: 'stage',
  phase0: 'stage',
  gap: 'history',
  bootstrap: 'history',
  imported: 'history',
  fault: 'system',
} as const satisfies Readonly<Record<Disposition, LedgerDecider>>;

type LedgerColumns = Pick<ResultColumns, 'openedAt' | 'disposition' | 'netR'>;

export function ledgerOf({ openedAt, disposition, netR }: LedgerColumns): LedgerFigures {
  const bootstrap = new BlockBootstrap(openedAt);
  const byDisposition = new GroupedResults(bootstrap, Int32Array.from(disposition), DISPOSITIONS.length, netR);
  // On its own, not from the lines: that both agree is worth something then.
  const all = new GroupedResults(bootstrap, new Int32Array(netR.length), 1, netR);
  const lines = DISPOSITIONS.flatMap((name, group) => {
    const figures = byDisposition.figures(group);
    return figures.signals === 0 ? [] : [lineOf(name, figures, byDisposition, group)];
  });
  return {
    bootstrap: bootstrap.facts,
    lines: lines.toSorted((a, b) => Math.abs(b.netR) - Math.abs(a.netR)),
    total: { ...all.figures(0), netR: all.sum(0), netRSumInterval: all.sumInterval(0) },
  };
}

/** The ledger of each strategy by itself, most signals first: what `ledgerOf` says of its rows alone. */
export function ledgersByStrategy(columns: ResultColumns): readonly StrategyLedger[] {
  const { strategy, strategies } = columns;
  const counts = new Int32Array(strategies.length);
  for (const code of strategy) counts[code] = (counts[code] as number) + 1;
  const rows = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  for (let row = 0; row < strategy.length; row++) {
    const code = strategy[row] as number;
    (rows[code] as Int32Array)[counts[code] as number] = row;
    counts[code] = (counts[code] as number) + 1;
  }
  return strategies
    .map((strategyId, code) => ({ strategyId, own: rows[code] as Int32Array }))
    .filter(({ own }) => own.length > 0)
    .sort((a, b) => b.own.length - a.own.length || (a.strategyId < b.strategyId ? -1 : 1))
    .map(({ strategyId, own }) => ({
      strategyId,
      ...ledgerOf({
        openedAt: pick(columns.openedAt, own),
        disposition: Uint8Array.from(own, (row) => columns.disposition[row] as number),
        netR: pick(columns.netR, own),
      }),
    }));
}

function lineOf(disposition: Disposition, figures: ResultFigures, results: GroupedResults, group: number): LedgerLine {
  const netR = results.sum(group);
  const netRSumInterval = results.sumInterval(group);
  const taken = disposition === 'executed';
  return {
    disposition,
    decider: DECIDERS[disposition],
    ...figures,
    netR,
    netRSumInterval,
    // Without the sign of a zero.
    savedR: taken ? netR : 0 - netR,
    savedRInterval: taken ? netRSumInterval : negated(netRSumInterval),
  };
}
