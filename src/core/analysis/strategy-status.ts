/** What each strategy's record says of its model: counts and win rates, overall, executed, phantom and recent (PH-30). */
import type { ResultColumns } from '#core/domain/result-columns.ts';
import type { Bootstrap, ResultFigures } from '#core/domain/result-figures.ts';
import { BlockBootstrap } from './block-bootstrap.ts';
import { GroupedResults } from './result-figures.ts';
import { dispositionCode } from './scope-rows.ts';

export interface StrategyStatus {
  readonly strategyId: string;
  readonly all: ResultFigures;
  readonly executed: ResultFigures;
  readonly phantom: ResultFigures;
  /** Of the newest 50 resolved. */
  readonly recent: ResultFigures;
  /** Number in the record of its newest signal. */
  readonly newest: number | null;
}

/** As many as the rolling win rates of the models look at (FE-14). */
const RECENT = 50;

export function strategyStatus(rows: ResultColumns): {
  readonly bootstrap: Bootstrap;
  readonly lines: readonly StrategyStatus[];
} {
  const bootstrap = new BlockBootstrap(rows.openedAt);
  const results = (group: Int32Array, groups = rows.strategies.length) =>
    new GroupedResults(bootstrap, group, groups, rows.netR);
  const executed = dispositionCode('executed');
  const isExecuted = (row: number) => rows.disposition[row] === executed;
  const all = results(Int32Array.from(rows.strategy));
  const taken = results(Int32Array.from(rows.strategy, (code, row) => (isExecuted(row) ? code : -1)));
  const phantom = results(Int32Array.from(rows.strategy, (code, row) => (isExecuted(row) ? -1 : code)));
  const recent = results(recentRows(rows));
  const newest = newestRows(rows);
  const lines = rows.strategies.flatMap((strategyId, code) =>
    newest[code] === undefined
      ? []
      : [
          {
            strategyId,
            all: all.figures(code),
            executed: taken.figures(code),
            phantom: phantom.figures(code),
            recent: recent.figures(code),
            newest: rows.no[newest[code]] ?? null,
          },
        ],
  );
  return { bootstrap: bootstrap.facts, lines };
}

/** The strategy of each row among the newest 50 of it by the time of their result; -1 for the others. */
function recentRows({ strategy, strategies, netR, exitAt }: ResultColumns): Int32Array {
  const group = new Int32Array(strategy.length).fill(-1);
  const byStrategy = strategies.map((): number[] => []);
  for (let row = 0; row < strategy.length; row++) {
    if (!Number.isNaN(netR[row] as number)) byStrategy[strategy[row] as number]?.push(row);
  }
  byStrategy.forEach((members, code) => {
    members.sort((a, b) => (exitAt[b] as number) - (exitAt[a] as number) || b - a);
    for (const row of members.slice(0, RECENT)) group[row] = code;
  });
  return group;
}

function newestRows({ strategy, openedAt }: ResultColumns): readonly (number | undefined)[] {
  const newest: (number | undefined)[] = [];
  for (let row = 0; row < strategy.length; row++) {
    const code = strategy[row] as number;
    const before = newest[code];
    if (before === undefined || (openedAt[row] as number) >= (openedAt[before] as number)) newest[code] = row;
  }
  return newest;
}
