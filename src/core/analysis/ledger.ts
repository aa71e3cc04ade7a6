/** The ledger of who decided: one line per disposition, each with what it saved or cost; the lines add up to all signals (PH-32). */
import type { Bounds } from '#core/base/proportions.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import { DISPOSITIONS, type Disposition } from '#core/domain/score.ts';
import { BlockBootstrap, type BootstrapFacts } from './block-bootstrap.ts';
import { GroupedResults, negated, type ResultFigures } from './result-figures.ts';

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
} as const satisfies Readonly<Record<Disposition, string>>;
export type Decider = (typeof DECIDERS)[Disposition];

export interface LedgerLine extends ResultFigures {
  readonly disposition: Disposition;
  readonly decider: Decider;
  /** Sum over the resolved signals, R. */
  readonly netR: number;
  readonly netRSumInterval: Bounds | null;
  /** Against the opposite decision: positive saved, negative cost. */
  readonly savedR: number;
  readonly savedRInterval: Bounds | null;
}

export interface LedgerFigures {
  readonly bootstrap: BootstrapFacts;
  /** The largest effect first. */
  readonly lines: readonly LedgerLine[];
  readonly total: ResultFigures & { readonly netR: number; readonly netRSumInterval: Bounds | null };
}

export function ledgerOf({ openedAt, disposition, netR }: ResultColumns): LedgerFigures {
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
