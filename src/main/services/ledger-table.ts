/** The decision ledger as a table for files (WS-20, PH-32): a line per disposition, and the total that they add up to. */
import type { Ledger, LedgerLine } from '#contract/areas/analysis.ts';
import { number, text } from '#main/files/table-columns.ts';
import type { TableForm } from '#main/files/table-file.ts';

type LedgerRow = Pick<Ledger['total'], 'signals' | 'resolved' | 'wins' | 'winRate' | 'netR' | 'netRPerTrade'> & {
  readonly line: LedgerLine | null;
  readonly winRateInterval: Ledger['total']['winRateInterval'];
};

export function* ledgerRows({ lines, total }: Ledger): Generator<LedgerRow, void, undefined> {
  for (const line of lines) yield { ...line, line };
  yield { ...total, line: null };
}

/** Shares are 0-1, R net of costs; what too few results say is empty. */
export const LEDGER_TABLE: TableForm<LedgerRow> = {
  schemaVersion: 1,
  columns: [
    text('disposition', ({ line }) => line?.disposition ?? 'total'),
    text('decider', ({ line }) => line?.decider ?? null),
    number('signals', ({ signals }) => signals),
    number('resolved', ({ resolved }) => resolved),
    number('wins', ({ wins }) => wins),
    number('win_rate', ({ winRate }) => winRate),
    number('win_rate_low', ({ winRateInterval }) => winRateInterval?.[0] ?? null),
    number('win_rate_high', ({ winRateInterval }) => winRateInterval?.[1] ?? null),
    number('net_r', ({ netR }) => netR),
    number('net_r_per_trade', ({ netRPerTrade }) => netRPerTrade),
    number('saved_r', ({ line }) => line?.savedR ?? null),
    number('saved_r_low', ({ line }) => line?.savedRInterval?.[0] ?? null),
    number('saved_r_high', ({ line }) => line?.savedRInterval?.[1] ?? null),
  ],
};
