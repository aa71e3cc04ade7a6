/** The 29 gate variables of scalps as data: what each asks of the facts recorded with a signal (PH-40). */
import { invariant } from '#core/base/invariant.ts';

/** A fact is a recorded feature by name; all conditions of a variable must hold. */
export type GateCondition =
  | { readonly kind: 'at-least' | 'at-most'; readonly fact: string; readonly value: number }
  /** The sign of the fact is the signal's side (1 long, -1 short). */
  | { readonly kind: 'with-side'; readonly fact: string }
  /** The wick against the side, for a long the lower one, is the longer and at least this share of the range. */
  | { readonly kind: 'rejection-wick'; readonly value: number };

export interface GateVariable {
  readonly name: string;
  readonly meaning: string;
  readonly conditions: readonly GateCondition[];
}

const SIDE = 'side';
const UPPER_WICK = 'upper_wick_ratio';
const LOWER_WICK = 'lower_wick_ratio';

const atLeast = (fact: string, value: number): GateCondition => ({ kind: 'at-least', fact, value });
const atMost = (fact: string, value: number): GateCondition => ({ kind: 'at-most', fact, value });
const withSide = (fact: string): GateCondition => ({ kind: 'with-side', fact });
const body = (share: number): readonly GateCondition[] => [atLeast('body_ratio', share), withSide('body_direction')];

function variable(name: string, meaning: string, ...conditions: readonly GateCondition[]): GateVariable {
  return { name, meaning, conditions };
}

/** Hundredths as three digits of a name: 0.4 is `040`. */
function digits(value: number): string {
  return String(Math.round(value * 100)).padStart(3, '0');
}

const HTF = variable('htf', 'Trend strength on 15m of at least 60', atLeast('ts15', 60));
const VOL = variable('vol', 'Volume of at least 1.30 times its average', atLeast('volume_ratio', 1.3));
const BODY = variable('body', 'Body of at least 35 % of the candle, in the direction of the trade', ...body(0.35));
const ALIGN_15M = variable('align_15m', 'EMA on 15m moves with the trade', withSide('ema_direction_15m'));
const ORIGINALS = [HTF, VOL, BODY, ALIGN_15M] as const;

/** The four original gates, in the order of the 16 combinations' bitmaps (PH-41). */
export const ORIGINAL_GATES: readonly string[] = ORIGINALS.map(({ name }) => name);

export const GATE_VARIABLES: readonly GateVariable[] = [
  ...ORIGINALS,
  ...[0.4, 0.45, 0.5, 0.6].map((share) =>
    variable(
      `body_${digits(share)}`,
      `Body of at least ${Math.round(share * 100)} % of the candle, in the direction of the trade`,
      ...body(share),
    ),
  ),
  variable('wick_align', 'The wick against the trade is the longer one and at least 25 % of the candle', {
    kind: 'rejection-wick',
    value: 0.25,
  }),
  ...[0.45, 0.6, 0.8, 1].map((distance) =>
    variable(
      `vwap_${digits(distance)}`,
      `At most ${distance.toFixed(2)} ATR from the VWAP`,
      atMost('vwap_dist_atr', distance),
    ),
  ),
  ...[1.1, 1.2, 1.5].map((ratio) =>
    variable(
      `vol_${digits(ratio)}`,
      `Volume of at least ${ratio.toFixed(2)} times its average`,
      atLeast('volume_ratio', ratio),
    ),
  ),
  ...[0.6, 0.7, 0.8].map((rank) =>
    variable(
      `bb_width_${Math.round(rank * 100)}p`,
      `Bollinger bands wider than in ${Math.round(rank * 100)} % of the last day`,
      atLeast('bb_width_rank', rank),
    ),
  ),
  ...[40, 50, 60, 70].map((points) =>
    variable(`q_0${points}`, `Quality score of at least ${points}`, atLeast('qscore', points)),
  ),
  ...[0.4, 0.6].map((ratio) =>
    variable(
      `impulse_${digits(ratio)}`,
      `Three bars moved at least ${ratio.toFixed(2)} ATR`,
      atLeast('impulse_ratio', ratio),
    ),
  ),
  variable('micro_seq', 'The last three closes of 1m advance with the trade', atLeast('micro_seq', 1)),
  ...[70, 80].map((points) =>
    variable(`htf_0${points}`, `Trend strength on 15m of at least ${points}`, atLeast('ts15', points)),
  ),
  variable('all_gates', 'All four original gates together', ...ORIGINALS.flatMap(({ conditions }) => conditions)),
];

/** The recorded features that the variables ask for. */
export const GATE_FACTS: readonly string[] = [
  ...new Set(GATE_VARIABLES.flatMap(({ conditions }) => conditions.flatMap(factsOf))),
];

/**
 * A column per variable, each row 1 (passed), 0 (failed) or NaN: missing as soon as one fact that it asks for is missing.
 * `fact` gives the recorded values by name, all of `rows` length; null when they were never recorded.
 */
export function gateColumns(
  variables: readonly GateVariable[],
  rows: number,
  fact: (name: string) => Float64Array | null,
): Float64Array[] {
  const column = (name: string) => {
    const values = fact(name) ?? new Float64Array(rows).fill(Number.NaN);
    invariant(values.length === rows, `fact ${name} has one value per row`);
    return values;
  };
  return variables.map(({ conditions }) => {
    const passes = new Float64Array(rows).fill(1);
    // NaN times anything stays NaN: missing wins over failed.
    for (const condition of conditions) multiplyBy(condition, passes, column);
    return passes;
  });
}

function factsOf(condition: GateCondition): readonly string[] {
  if (condition.kind === 'rejection-wick') return [SIDE, UPPER_WICK, LOWER_WICK];
  return condition.kind === 'with-side' ? [condition.fact, SIDE] : [condition.fact];
}

/** By `holds + 2 fails`: looked up, because a processor guesses a branch per value wrong every other time. */
const ANSWERS = Float64Array.of(Number.NaN, 1, 0);

function multiplyBy(condition: GateCondition, passes: Float64Array, column: (name: string) => Float64Array): void {
  if (condition.kind === 'rejection-wick') {
    const [side, upper, lower] = [column(SIDE), column(UPPER_WICK), column(LOWER_WICK)];
    for (let row = 0; row < passes.length; row++) {
      const [below, above] = [lower[row] as number, upper[row] as number];
      const against = (side[row] as number) > 0 ? below : above;
      const other = (side[row] as number) > 0 ? above : below;
      const known = (side[row] as number) * below * above;
      const holds = Number(against > other) & Number(against >= condition.value);
      const isKnown = Number(!Number.isNaN(known));
      passes[row] = (passes[row] as number) * (ANSWERS[isKnown * (2 - holds)] as number);
    }
    return;
  }
  const values = column(condition.fact);
  if (condition.kind === 'with-side') {
    const side = column(SIDE);
    for (let row = 0; row < passes.length; row++) {
      const product = (values[row] as number) * (side[row] as number);
      const answer = ANSWERS[Number(product > 0) + 2 * Number(product <= 0)] as number;
      passes[row] = (passes[row] as number) * answer;
    }
    return;
  }
  // At most `value` is at least -value of the negative.
  const sign = condition.kind === 'at-least' ? 1 : -1;
  const limit = sign * condition.value;
  for (let row = 0; row < passes.length; row++) {
    const value = sign * (values[row] as number);
    const answer = ANSWERS[Number(value >= limit) + 2 * Number(value < limit)] as number;
    passes[row] = (passes[row] as number) * answer;
  }
}
