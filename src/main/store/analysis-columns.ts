/** Columns of the analysis, put together from rows or from packed ones: the one place that knows what a cell means (PE-14). */
import { REGIMES } from '#core/domain/context.ts';
import { OUTCOMES } from '#core/domain/phantom.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import { DISPOSITIONS, type ScoreKind } from '#core/domain/score.ts';
import type { Connection } from './connection.ts';

/** Rows per statement: so few that they are gone again before the garbage collector moves them. */
const ROWS_PER_PAGE = 2_000;
/** Each cell of a row costs as much as reading its row does: small numbers come several in one. */
const [AMBIGUOUS, OFFLINE] = [1, 2] as const;
const LETTER = 256;
const [REGIME_UNIT, SCORE_KIND_UNIT, VERSION_UNIT] = [4, 4 * LETTER, 4 * LETTER * LETTER] as const;
/** Above it stands the number of the reason; both together stay below 2^53. */
const FACET_LIMIT = 2 ** 22;

/** Words of closed lists come as the code of their first letter, by which they differ: text would cost more than the row. */
const ROWS = `SELECT p.no, p.facet_no + p.reason_no * ${FACET_LIMIT}, p.opened_at, p.exit_time, p.net_r, p.gross_r,
    p.pnl_percent, p.score, p.threshold,
    p.ambiguous * ${AMBIGUOUS} + p.resolved_offline * ${OFFLINE} + coalesce(unicode(p.regime), 0) * ${REGIME_UNIT}
      + unicode(p.score_kind) * ${SCORE_KIND_UNIT} + p.resolver_version * ${VERSION_UNIT}, p.optimistic
  FROM phantoms p WHERE p.no BETWEEN ? AND ? ORDER BY p.no LIMIT ${ROWS_PER_PAGE}`;

const SCORE_KINDS_OF_MODELS: readonly ScoreKind[] = ['model', 'enhanced'];
/** By the letter's code. */
const BY_MODEL = new Uint8Array(LETTER);
for (const kind of SCORE_KINDS_OF_MODELS) BY_MODEL[kind.charCodeAt(0)] = 1;
const REGIME_OF = new Int8Array(LETTER).fill(-1);
for (const [place, regime] of REGIMES.entries()) REGIME_OF[regime.charCodeAt(0)] = place;

/** A phantom as the analysis reads it; `facetAndReason` and `flags` hold several small numbers each. */
export const ROW_FIELDS = [
  'no',
  'facetAndReason',
  'openedAt',
  'exitAt',
  'netR',
  'grossR',
  'pnlPercent',
  'score',
  'threshold',
  'flags',
  'optimisticNetR',
] as const;

/** Doubles, NaN for none; columns of one length. */
export type RowColumns = Readonly<Record<(typeof ROW_FIELDS)[number], Float64Array>>;

export interface FacetCodes {
  readonly instrument: number;
  readonly strategy: number;
  readonly outcome: number;
  readonly disposition: number;
  readonly simulated: number;
}

type Columns = Omit<ResultColumns, 'strategies' | 'instruments'>;

export function emptyColumns(length: number): Columns {
  const numbers = () => new Float64Array(length);
  const flags = () => new Uint8Array(length);
  return {
    length,
    no: new Int32Array(length),
    strategy: new Uint16Array(length),
    instrument: new Uint16Array(length),
    outcome: flags(),
    disposition: flags(),
    regime: new Int8Array(length),
    simulated: flags(),
    scoredByModel: flags(),
    ambiguous: flags(),
    offline: flags(),
    openedAt: numbers(),
    exitAt: numbers(),
    netR: numbers(),
    grossR: numbers(),
    pnlPercent: numbers(),
    optimisticNetR: numbers(),
    score: numbers(),
    threshold: numbers(),
    reason: new Int32Array(length),
    resolverVersion: new Uint16Array(length),
  };
}

/** A row of `ROWS`. */
type Cell = number | null;
type PhantomCells = readonly [Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, optimistic: string | null];

const OPTIMISTIC_AT = ROW_FIELDS.indexOf('optimisticNetR');

function optimisticOf(row: PhantomCells): number {
  const optimistic = row[OPTIMISTIC_AT] as string | null;
  return optimistic === null ? Number.NaN : JSON.parse(optimistic).netR;
}

function* rowsBetween(connection: Connection, from: number, to: number): Generator<PhantomCells, void, undefined> {
  for (let next = from; ; ) {
    const page = connection.prepare(ROWS).all(next, to) as unknown as readonly PhantomCells[];
    yield* page;
    if (page.length < ROWS_PER_PAGE) return;
    next = (page.at(-1)?.[0] as number) + 1;
  }
}

/** The rows of phantoms `from` to `to`, both included, in the order of their numbers. */
export function rowColumns(connection: Connection, from: number, to: number): RowColumns {
  const rows = [...rowsBetween(connection, from, to)];
  const column = (at: number) =>
    Float64Array.from(rows, (row) => (at === OPTIMISTIC_AT ? optimisticOf(row) : ((row[at] as Cell) ?? Number.NaN)));
  return Object.fromEntries(ROW_FIELDS.map((name, at) => [name, column(at)])) as unknown as RowColumns;
}

/** Puts phantoms `from` to `to`, both included, from place `start` on; gives where the next one goes. */
export function putRows(
  connection: Connection,
  target: Columns,
  start: number,
  facets: readonly FacetCodes[],
  from: number,
  to: number,
): number {
  let at = start;
  for (const row of rowsBetween(connection, from, to)) put(target, at++, row, facets);
  return at;
}

function put(target: Columns, at: number, row: PhantomCells, facets: readonly FacetCodes[]): void {
  target.no[at] = row[0] as number;
  putFacet(target, at, row[1] as number, facets);
  target.openedAt[at] = row[2] as number;
  target.exitAt[at] = row[3] ?? Number.NaN;
  target.netR[at] = row[4] ?? Number.NaN;
  target.grossR[at] = row[5] ?? Number.NaN;
  target.pnlPercent[at] = row[6] ?? Number.NaN;
  target.score[at] = row[7] as number;
  target.threshold[at] = row[8] as number;
  putFlags(target, at, row[9] as number);
  target.optimisticNetR[at] = optimisticOf(row);
}

/** The same with rows that were packed. */
export function putBlock(target: Columns, start: number, block: RowColumns, facets: readonly FacetCodes[]): number {
  const { no, facetAndReason, flags, openedAt, exitAt, netR, grossR, pnlPercent, score, threshold } = block;
  target.openedAt.set(openedAt, start);
  target.exitAt.set(exitAt, start);
  target.netR.set(netR, start);
  target.grossR.set(grossR, start);
  target.pnlPercent.set(pnlPercent, start);
  target.score.set(score, start);
  target.threshold.set(threshold, start);
  target.optimisticNetR.set(block.optimisticNetR, start);
  for (let row = 0; row < no.length; row++) {
    const at = start + row;
    target.no[at] = no[row] as number;
    putFacet(target, at, facetAndReason[row] as number, facets);
    putFlags(target, at, flags[row] as number);
  }
  return start + no.length;
}

function putFacet(target: Columns, at: number, facetAndReason: number, facets: readonly FacetCodes[]): void {
  const reason = Math.floor(facetAndReason / FACET_LIMIT);
  const facet = facets[facetAndReason - reason * FACET_LIMIT] as FacetCodes;
  target.instrument[at] = facet.instrument;
  target.strategy[at] = facet.strategy;
  target.outcome[at] = facet.outcome;
  target.disposition[at] = facet.disposition;
  target.simulated[at] = facet.simulated;
  target.reason[at] = reason;
}

function putFlags(target: Columns, at: number, flags: number): void {
  target.ambiguous[at] = flags & AMBIGUOUS ? 1 : 0;
  target.offline[at] = flags & OFFLINE ? 1 : 0;
  target.resolverVersion[at] = Math.floor(flags / VERSION_UNIT);
  target.regime[at] = REGIME_OF[(flags / REGIME_UNIT) & (LETTER - 1)] as number;
  target.scoredByModel[at] = BY_MODEL[(flags / SCORE_KIND_UNIT) & (LETTER - 1)] as number;
}

export function facetCodes(connection: Connection) {
  const strategies: string[] = [];
  const instruments: string[] = [];
  const of: FacetCodes[] = [];
  const code = (list: string[], name: string) => {
    const known = list.indexOf(name);
    return known >= 0 ? known : list.push(name) - 1;
  };
  const rows = connection
    .prepare('SELECT no, instrument_id, strategy_id, outcome, disposition, simulated FROM facets')
    .all();
  for (const [no, instrumentId, strategyId, outcome, disposition, simulated] of rows) {
    of[no as number] = {
      instrument: code(instruments, instrumentId as string),
      strategy: code(strategies, strategyId as string),
      outcome: OUTCOMES.indexOf(outcome as (typeof OUTCOMES)[number]),
      disposition: DISPOSITIONS.indexOf(disposition as (typeof DISPOSITIONS)[number]),
      simulated: simulated as number,
    };
  }
  return { strategies, instruments, of };
}
