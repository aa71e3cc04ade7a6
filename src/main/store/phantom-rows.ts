/** How a phantom becomes columns and comes back: the one place that knows both shapes. */
import { invariant } from '#core/base/invariant.ts';
import type { Regime, Session } from '#core/domain/context.ts';
import { type InstrumentId, splitInstrumentId } from '#core/domain/instrument.ts';
import type { ExitReason, Outcome, Phantom, PhantomResult } from '#core/domain/phantom.ts';
import type { Decider, Decision, Disposition, ScoreKind } from '#core/domain/score.ts';
import type { FeatureVector, QualityPart, Side, Signal, SignalId } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Row, Value } from './connection.ts';

/** One phantom as tables show it. Results are null while open. */
export interface StoredPhantomRow {
  readonly id: SignalId;
  readonly instrumentId: InstrumentId;
  readonly symbol: string;
  readonly exchange: string;
  readonly simulated: boolean;
  readonly strategyId: string;
  readonly side: Side;
  readonly openedAt: UnixMs;
  readonly timeoutAt: UnixMs;
  readonly entry: number;
  readonly stop: number;
  readonly tp1: number | null;
  readonly target: number;
  readonly session: Session;
  readonly regime: Regime | null;
  readonly qscore: number;
  readonly score: number;
  readonly scoreKind: ScoreKind;
  readonly threshold: number;
  readonly disposition: Disposition;
  readonly dispositionReason: string;
  readonly decidedBy: Decider;
  readonly outcome: Outcome;
  readonly exitReason: ExitReason | null;
  readonly exitPrice: number | null;
  readonly exitTime: UnixMs | null;
  readonly grossR: number | null;
  readonly netR: number | null;
  readonly pnlPercent: number | null;
  readonly maxFavorableR: number;
  readonly maxAdverseR: number;
  readonly tp1Hit: boolean;
  readonly barsHeld: number;
  readonly ambiguous: boolean;
  readonly resolvedOffline: boolean;
}

/** The tables of a row. `hint` follows `phantoms p`; CROSS JOIN keeps phantoms the outer loop, in its index's order. */
export function rowTables(hint = ''): string {
  return `phantoms p ${hint} CROSS JOIN facets f ON f.no = p.facet_no CROSS JOIN reasons r ON r.no = p.reason_no`;
}

/** Columns of `rowTables` in the order `rowOf` reads them. */
export const ROW_COLUMNS = `p.id, f.instrument_id, f.simulated, f.strategy_id, f.side, p.opened_at, p.timeout_at,
  p.entry, p.stop, p.tp1, p.target, p.session, p.regime, p.qscore, p.score, p.score_kind, p.threshold, f.disposition,
  r.text, p.decided_by, f.outcome, p.exit_reason, p.exit_price, p.exit_time, p.gross_r, p.net_r, p.pnl_percent,
  p.max_favorable_r, p.max_adverse_r, p.tp1_hit, p.bars_held, p.ambiguous, p.resolved_offline`;

/** How many columns `ROW_COLUMNS` names: what a query adds comes after them. */
export const ROW_WIDTH = 33;

export function rowOf(row: Row): StoredPhantomRow {
  const instrumentId = row[1] as string;
  const { exchange, symbol } = splitInstrumentId(instrumentId);
  return {
    id: row[0] as string,
    instrumentId,
    symbol,
    exchange,
    simulated: row[2] === 1,
    strategyId: row[3] as string,
    side: row[4] as Side,
    openedAt: row[5] as number,
    timeoutAt: row[6] as number,
    entry: row[7] as number,
    stop: row[8] as number,
    tp1: row[9] as number | null,
    target: row[10] as number,
    session: row[11] as Session,
    regime: row[12] as Regime | null,
    qscore: row[13] as number,
    score: row[14] as number,
    scoreKind: row[15] as ScoreKind,
    threshold: row[16] as number,
    disposition: row[17] as Disposition,
    dispositionReason: row[18] as string,
    decidedBy: row[19] as Decider,
    outcome: row[20] as Outcome,
    exitReason: row[21] as ExitReason | null,
    exitPrice: row[22] as number | null,
    exitTime: row[23] as number | null,
    grossR: row[24] as number | null,
    netR: row[25] as number | null,
    pnlPercent: row[26] as number | null,
    maxFavorableR: row[27] as number,
    maxAdverseR: row[28] as number,
    tp1Hit: row[29] === 1,
    barsHeld: row[30] as number,
    ambiguous: row[31] === 1,
    resolvedOffline: row[32] === 1,
  };
}

/** Columns of a result in the order of `resultValues` and `resultOf`; the outcome itself is in the facet. */
export const RESULT_COLUMNS = [
  'exit_reason',
  'exit_price',
  'exit_time',
  'gross_r',
  'net_r',
  'pnl_percent',
  'max_favorable_price',
  'max_adverse_price',
  'max_favorable_r',
  'max_adverse_r',
  'one_r_hit',
  'two_r_hit',
  'tp1_hit',
  'be_moved',
  'runner_hit',
  'time_to_tp1_sec',
  'time_to_exit_sec',
  'bars_held',
  'ambiguous',
  'optimistic',
  'resolver_version',
] as const;

export function resultValues(result: PhantomResult): readonly Value[] {
  return [
    result.exitReason,
    result.exitPrice,
    result.exitTime,
    result.grossR,
    result.netR,
    result.pnlPercent,
    result.maxFavorablePrice,
    result.maxAdversePrice,
    result.maxFavorableR,
    result.maxAdverseR,
    Number(result.oneRHit),
    Number(result.twoRHit),
    Number(result.tp1Hit),
    Number(result.beMoved),
    Number(result.runnerHit),
    result.timeToTp1Sec,
    result.timeToExitSec,
    result.barsHeld,
    Number(result.ambiguous),
    result.optimistic === null ? null : JSON.stringify(result.optimistic),
    result.resolverVersion,
  ];
}

/** `row` begins with `RESULT_COLUMNS`. */
export function resultOf(outcome: Outcome, row: Row): PhantomResult {
  const optimistic = row[19] as string | null;
  return {
    outcome,
    exitReason: row[0] as ExitReason | null,
    exitPrice: row[1] as number | null,
    exitTime: row[2] as number | null,
    grossR: row[3] as number | null,
    netR: row[4] as number | null,
    pnlPercent: row[5] as number | null,
    maxFavorablePrice: row[6] as number,
    maxAdversePrice: row[7] as number,
    maxFavorableR: row[8] as number,
    maxAdverseR: row[9] as number,
    oneRHit: row[10] === 1,
    twoRHit: row[11] === 1,
    tp1Hit: row[12] === 1,
    beMoved: row[13] === 1,
    runnerHit: row[14] === 1,
    timeToTp1Sec: row[15] as number | null,
    timeToExitSec: row[16] as number | null,
    barsHeld: row[17] as number,
    ambiguous: row[18] === 1,
    optimistic: optimistic === null ? null : JSON.parse(optimistic),
    resolverVersion: row[20] as number,
  };
}

/** Names, meanings and weights of quality parts are the same for every signal of a strategy: stored once. */
export function splitQualityParts(signal: Signal): { readonly form: string; readonly document: string } {
  const form = signal.qualityParts.map(({ name, meaning, weight }) => [name, meaning, weight]);
  return {
    form: JSON.stringify(form),
    document: JSON.stringify({ ...signal, qualityParts: signal.qualityParts.map((part) => part.value) }),
  };
}

/** The signal behind both documents. */
export function joinQualityParts(document: string, form: string): Signal {
  const stored: Omit<Signal, 'qualityParts'> & { readonly qualityParts: readonly number[] } = JSON.parse(document);
  const parts: readonly (readonly [string, string, number])[] = JSON.parse(form);
  invariant(parts.length === stored.qualityParts.length, 'a stored signal has a value for each of its quality parts');
  const qualityParts = parts.map(([name, meaning, weight], index): QualityPart => {
    return { name, meaning, weight, value: stored.qualityParts[index] as number };
  });
  return { ...stored, qualityParts };
}

export function encodeVector(vector: Float64Array): Buffer {
  return Buffer.from(vector.buffer as ArrayBuffer, vector.byteOffset, vector.byteLength);
}

/** The vector in a blob's own memory; copied only where that is not aligned for doubles. */
export function decodeVector(blob: Buffer): Float64Array {
  const buffer = blob.buffer as ArrayBuffer;
  const { byteOffset, byteLength } = blob;
  if (byteOffset % 8 === 0) return new Float64Array(buffer, byteOffset, byteLength / 8);
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

const PHANTOM_TABLES = `phantoms p JOIN facets f ON f.no = p.facet_no
  JOIN phantom_documents d ON d.phantom_no = p.no
  JOIN quality_forms q ON q.no = d.quality_form_no
  JOIN phantom_events e ON e.sequence =
    (SELECT max(sequence) FROM phantom_events WHERE phantom_no = p.no AND kind IN ('opened', 'decided'))
  LEFT JOIN phantom_features v ON v.phantom_no = p.no
  LEFT JOIN feature_sets s ON s.no = v.set_no`;

/** JSON [[set id, set hash, vector in hex], ...] in the order of recording. */
const BESIDE = `(SELECT json_group_array(json_array(t.set_id, t.set_hash, hex(b.vector)) ORDER BY b.position)
  FROM phantom_beside b JOIN feature_sets t ON t.no = b.set_no WHERE b.phantom_no = p.no)`;

const PHANTOM_COLUMNS = `p.id, d.signal, q.document, d.terms, f.instrument_id, s.set_id, s.set_hash, v.vector,
  e.document, f.outcome, p.resolved_offline, f.simulated, ${BESIDE}, ${RESULT_COLUMNS.map((column) => `p.${column}`).join(', ')}`;

/** Whole phantoms, one row of `wholePhantomOf` each; `tail` is what follows FROM's tables. */
export function selectWholePhantoms(tail: string): string {
  return `SELECT ${PHANTOM_COLUMNS} FROM ${PHANTOM_TABLES} ${tail}`;
}

/** Columns that `selectWholePhantoms` gives before those that the caller joined. */
const RESULT_OFFSET = 13;

export function wholePhantomOf(row: Row): Phantom {
  const [id, signal, form, terms, instrumentId, setId, setHash, vector, decision, outcome, offline, simulated, beside] =
    row;
  return {
    id: id as string,
    signal: joinQualityParts(signal as string, form as string),
    terms: JSON.parse(terms as string),
    instrumentId: instrumentId as string,
    features: featuresOf(setId as string | null, setHash as string | null, vector as Buffer | null),
    besideFeatures: besideOf(beside as string),
    decision: JSON.parse(decision as string) as Decision,
    result: resultOf(outcome as Outcome, row.slice(RESULT_OFFSET)),
    resolvedOffline: offline === 1,
    simulated: simulated === 1,
  };
}

function besideOf(text: string): readonly FeatureVector[] {
  const stored: readonly (readonly [string, string, string])[] = JSON.parse(text);
  return stored.map(([setId, setHash, hex]) => ({ setId, setHash, values: decodeVector(Buffer.from(hex, 'hex')) }));
}

function featuresOf(setId: string | null, setHash: string | null, vector: Buffer | null): FeatureVector | null {
  if (setId === null || setHash === null || vector === null) return null;
  return { setId, setHash, values: decodeVector(vector) };
}
