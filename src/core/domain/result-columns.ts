/** Recorded signals with what became of them as columns, one row per signal: what statistics are computed from. */
import type { InstrumentId } from './instrument.ts';

/** All columns have one length and one order, that of recording. NaN stands for what is not known or has not happened. */
export interface ResultColumns {
  readonly length: number;
  /** Number of the signal in the record, ascending. */
  readonly no: Int32Array;
  /** Indices into `strategies` and `instruments`. */
  readonly strategy: Uint16Array;
  readonly instrument: Uint16Array;
  readonly strategies: readonly string[];
  readonly instruments: readonly InstrumentId[];
  /** Indices into `OUTCOMES`, `DISPOSITIONS` and `REGIMES`; regime -1 while it was unknown. */
  readonly outcome: Uint8Array;
  readonly disposition: Uint8Array;
  readonly regime: Int8Array;
  /** 1 or 0: of the simulated market; scored by a model; ambiguous (PH-12); resolved on bars that came later (PL-8). */
  readonly simulated: Uint8Array;
  readonly scoredByModel: Uint8Array;
  readonly ambiguous: Uint8Array;
  readonly offline: Uint8Array;
  /** UTC ms. */
  readonly openedAt: Float64Array;
  readonly exitAt: Float64Array;
  /** R after and before costs; NaN while unresolved, unavailable or gated. */
  readonly netR: Float64Array;
  readonly grossR: Float64Array;
  /** Gross, percent of entry. */
  readonly pnlPercent: Float64Array;
  /** Net R had the ambiguous bar gone the good way; NaN where nothing was ambiguous. */
  readonly optimisticNetR: Float64Array;
  /** 0-100. */
  readonly score: Float64Array;
  readonly threshold: Float64Array;
  /** Number of the decision's reason in the record. */
  readonly reason: Int32Array;
  readonly resolverVersion: Uint16Array;
}
