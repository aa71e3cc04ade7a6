/**
 * Rows as files show them, with all their vectors, read for speed (PE-13): what many phantoms share is looked up once,
 * and vectors come as text, which costs a third of a buffer per vector and leaves no memory outside the heap behind.
 */
import { Buffer } from 'node:buffer';
import { invariant } from '#core/base/invariant.ts';
import type { Regime, Session } from '#core/domain/context.ts';
import { splitInstrumentId } from '#core/domain/instrument.ts';
import type { ExitReason, Outcome } from '#core/domain/phantom.ts';
import type { Decider, Disposition, ScoreKind } from '#core/domain/score.ts';
import type { Side } from '#core/domain/signal.ts';
import type { Connection, Row } from './connection.ts';
import type { StoredPhantomRow } from './phantom-rows.ts';

/** A row with the vectors of its own set and of those beside it; both hold until the next one is asked for. */
export interface PhantomWithVectors {
  readonly row: StoredPhantomRow;
  readonly resolverVersion: number;
  readonly own: SetVector | null;
  readonly beside: readonly SetVector[];
}

export interface SetVector {
  readonly setHash: string;
  /** In the order of the set; NaN is missing. */
  readonly values: Float64Array;
}

/** Words of closed lists, none with the separator, as one text: few are different, and each cell of a row costs. */
const WORDS = `p.session || '|' || coalesce(p.regime, '') || '|' || p.score_kind || '|' || p.decided_by || '|'
  || coalesce(p.exit_reason, '')`;
/** The bits of `FLAGS`. */
const TP1_HIT = 1;
const AMBIGUOUS = 2;
const RESOLVED_OFFLINE = 4;
const FLAGS = `p.tp1_hit * ${TP1_HIT} + p.ambiguous * ${AMBIGUOUS} + p.resolved_offline * ${RESOLVED_OFFLINE}`;

const COLUMNS = `p.id, p.facet_no, p.reason_no, ${WORDS}, ${FLAGS}, p.opened_at, p.timeout_at, p.entry, p.stop, p.tp1,
  p.target, p.qscore, p.score, p.threshold, p.exit_price, p.exit_time, p.gross_r, p.net_r, p.pnl_percent,
  p.max_favorable_r, p.max_adverse_r, p.bars_held, p.resolver_version, v.set_no, hex(v.vector)`;
const SET_AT = 23;
const VECTOR_AT = 24;
const BESIDE_AT = 25;

/** Set number and vector in hex, `2:0A..,5:FF..`. */
const BESIDE = `(SELECT group_concat(b.set_no || ':' || hex(b.vector), ',')
  FROM phantom_beside b WHERE b.phantom_no = p.no)`;

/** What to select for `ExportRows`, from `phantoms p` with `EXPORT_JOINS`. */
export function exportColumns(beside: boolean): string {
  return beside ? `${COLUMNS}, ${BESIDE}` : COLUMNS;
}

export const EXPORT_JOINS = 'LEFT JOIN phantom_features v ON v.phantom_no = p.no';

type FacetFacts = Pick<
  StoredPhantomRow,
  'instrumentId' | 'symbol' | 'exchange' | 'simulated' | 'strategyId' | 'side' | 'outcome' | 'disposition'
>;

type WordFacts = Pick<StoredPhantomRow, 'session' | 'regime' | 'scoreKind' | 'decidedBy' | 'exitReason'>;

/** Vectors of one set, one after the other in the same memory. */
interface VectorMemory extends SetVector {
  readonly bytes: Buffer;
}

/** Reasons with figures in them would otherwise gather without end. */
const REMEMBERED_REASONS = 20_000;

export class ExportRows {
  readonly #connection: Connection;
  readonly #facets = new Map<number, FacetFacts>();
  readonly #words = new Map<string, WordFacts>();
  readonly #reasons = new Map<number, string>();
  readonly #memories = new Map<number, VectorMemory>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  read(row: Row): PhantomWithVectors {
    const facet = this.#facet(row[1] as number);
    const words = this.#word(row[3] as string);
    const flags = row[4] as number;
    const own = row[SET_AT] as number | null;
    return {
      row: {
        id: row[0] as string,
        instrumentId: facet.instrumentId,
        symbol: facet.symbol,
        exchange: facet.exchange,
        simulated: facet.simulated,
        strategyId: facet.strategyId,
        side: facet.side,
        openedAt: row[5] as number,
        timeoutAt: row[6] as number,
        entry: row[7] as number,
        stop: row[8] as number,
        tp1: row[9] as number | null,
        target: row[10] as number,
        session: words.session,
        regime: words.regime,
        qscore: row[11] as number,
        score: row[12] as number,
        scoreKind: words.scoreKind,
        threshold: row[13] as number,
        disposition: facet.disposition,
        dispositionReason: this.#reason(row[2] as number),
        decidedBy: words.decidedBy,
        outcome: facet.outcome,
        exitReason: words.exitReason,
        exitPrice: row[14] as number | null,
        exitTime: row[15] as number | null,
        grossR: row[16] as number | null,
        netR: row[17] as number | null,
        pnlPercent: row[18] as number | null,
        maxFavorableR: row[19] as number,
        maxAdverseR: row[20] as number,
        tp1Hit: (flags & TP1_HIT) !== 0,
        barsHeld: row[21] as number,
        ambiguous: (flags & AMBIGUOUS) !== 0,
        resolvedOffline: (flags & RESOLVED_OFFLINE) !== 0,
      },
      resolverVersion: row[22] as number,
      own: own === null ? null : this.#vector(own, row[VECTOR_AT] as string),
      beside: this.#beside((row[BESIDE_AT] ?? '') as string),
    };
  }

  #beside(beside: string): readonly SetVector[] {
    const vectors: SetVector[] = [];
    for (let start = 0; start < beside.length; ) {
      const colon = beside.indexOf(':', start);
      const comma = beside.indexOf(',', colon);
      const end = comma === -1 ? beside.length : comma;
      vectors.push(this.#vector(Number(beside.slice(start, colon)), beside.slice(colon + 1, end)));
      start = end + 1;
    }
    return vectors;
  }

  #vector(setNo: number, hex: string): SetVector {
    let memory = this.#memories.get(setNo);
    if (memory === undefined || memory.bytes.length * 2 !== hex.length) {
      const setHash = memory?.setHash ?? (this.#one('SELECT set_hash FROM feature_sets WHERE no = ?', setNo) as string);
      const values = new Float64Array(hex.length / 16);
      memory = { setHash, values, bytes: Buffer.from(values.buffer) };
      this.#memories.set(setNo, memory);
    }
    memory.bytes.write(hex, 'hex');
    return memory;
  }

  #facet(no: number): FacetFacts {
    let facet = this.#facets.get(no);
    if (facet === undefined) {
      const row = this.#connection
        .prepare('SELECT instrument_id, simulated, strategy_id, side, outcome, disposition FROM facets WHERE no = ?')
        .get(no);
      invariant(row !== undefined, 'a phantom has a facet');
      const instrumentId = row[0] as string;
      facet = {
        instrumentId,
        ...splitInstrumentId(instrumentId),
        simulated: row[1] === 1,
        strategyId: row[2] as string,
        side: row[3] as Side,
        outcome: row[4] as Outcome,
        disposition: row[5] as Disposition,
      };
      this.#facets.set(no, facet);
    }
    return facet;
  }

  #word(text: string): WordFacts {
    let words = this.#words.get(text);
    if (words === undefined) {
      const [session, regime, scoreKind, decidedBy, exitReason] = text.split('|');
      words = {
        session: session as Session,
        regime: regime === '' ? null : (regime as Regime),
        scoreKind: scoreKind as ScoreKind,
        decidedBy: decidedBy as Decider,
        exitReason: exitReason === '' ? null : (exitReason as ExitReason),
      };
      this.#words.set(text, words);
    }
    return words;
  }

  #reason(no: number): string {
    let text = this.#reasons.get(no);
    if (text === undefined) {
      text = this.#one('SELECT text FROM reasons WHERE no = ?', no) as string;
      if (this.#reasons.size >= REMEMBERED_REASONS) this.#reasons.clear();
      this.#reasons.set(no, text);
    }
    return text;
  }

  #one(sql: string, no: number): unknown {
    return this.#connection.prepare(sql).get(no)?.[0];
  }
}
