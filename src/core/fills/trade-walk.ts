/**
 * One trade walked over bars by the exit rules PH-11, PH-12, PH-15: what phantoms and paper positions share.
 * The rules decide on each bar in this order: the open, the stop in force, tp1, the target, the timeout.
 */
import { invariant } from '#core/base/invariant.ts';
import type { Candle } from '#core/domain/candle.ts';
import {
  type ExitReason,
  type OptimisticResult,
  type Outcome,
  type PhantomResult,
  RESOLVER_VERSION,
  type TradeTerms,
} from '#core/domain/phantom.ts';
import { sideSign } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { fundingCost, roundTripCost } from './costs.ts';

/** 1R and 2R are levels of a decimal grid: this absorbs the rounding of the division. */
const R_TOLERANCE = 1e-9;

/** Finer bars inside a bar, ascending, or where they come from. */
export type FineBars = readonly Candle[] | (() => readonly Candle[]);

/** What changed on a bar; `none` for the overwhelming majority. */
export type WalkStep = 'none' | 'tp1' | 'exit' | 'tp1-exit';

/** Everything that changes while a trade is open; plain JSON, so that a restart continues exactly (PL-6). */
export interface WalkState {
  readonly remaining: number;
  readonly exitValue: number;
  readonly stopInForce: number;
  readonly stopNext: number;
  readonly tp1Time: UnixMs | null;
  readonly tp1Hit: boolean;
  readonly favorable: number;
  readonly adverse: number;
  readonly barsHeld: number;
  readonly lastCloseTime: UnixMs;
}

/**
 * Mutable on purpose: a phantom costs a few comparisons per bar (PE-8). Prices are kept as `sign x price`, so that one
 * set of comparisons serves both sides: favourable is always up.
 */
export class TradeWalk {
  readonly terms: TradeTerms;
  readonly #sign: 1 | -1;
  readonly #risk: number;
  readonly #deadline: UnixMs;
  readonly #entry: number;
  readonly #stop: number;
  readonly #tp1: number;
  readonly #target: number;
  /** Fraction still open. */
  #remaining = 1;
  /** Sum of fraction x price over exits so far. */
  #exitValue = 0;
  #stopInForce: number;
  /** In force from the next candle on (PH-15). */
  #stopNext: number;
  #tp1Pending: boolean;
  #tp1Hit = false;
  #tp1Time: UnixMs | null = null;
  #favorable: number;
  #adverse: number;
  #barsHeld = 0;
  #lastCloseTime: UnixMs;
  #exitReason: ExitReason | null = null;
  #exitPrice: number | null = null;
  #exitTime: UnixMs | null = null;
  #runnerHit = false;
  #ambiguous = false;
  #optimistic: OptimisticResult | null = null;

  /** The stop must lie against the side and the target with it; anything else is a bug of the caller. */
  constructor(terms: TradeTerms) {
    const sign = sideSign(terms.side);
    const risk = sign * (terms.entry - terms.stop);
    invariant(risk > 0, 'a trade has its stop against its side');
    invariant(sign * (terms.target - terms.entry) > 0, 'a trade has its target with its side');
    this.terms = terms;
    this.#sign = sign;
    this.#risk = risk;
    this.#deadline = terms.openedAt + terms.timeoutMs;
    this.#entry = sign * terms.entry;
    this.#stop = sign * terms.stop;
    this.#target = sign * terms.target;
    this.#tp1Pending = terms.tp1 !== null;
    this.#tp1 = terms.tp1 === null ? Number.POSITIVE_INFINITY : sign * terms.tp1;
    this.#stopInForce = this.#stop;
    this.#stopNext = this.#stop;
    this.#favorable = this.#entry;
    this.#adverse = this.#entry;
    this.#lastCloseTime = terms.openedAt;
  }

  get closed(): boolean {
    return this.#exitReason !== null;
  }

  get deadline(): UnixMs {
    return this.#deadline;
  }

  /** Stop that the next candle meets, as a price. */
  get stopInForce(): number {
    return this.#sign * this.#stopNext;
  }

  get tp1Hit(): boolean {
    return this.#tp1Hit;
  }

  /** Close time of the newest bar walked; bars up to it are never walked twice. */
  get lastCloseTime(): UnixMs {
    return this.#lastCloseTime;
  }

  /**
   * Walks one bar; bars that opened before the trade did are ignored (PH-15). Where the bar touches two levels and
   * `fine` covers it, the finer bars are walked instead (PH-12); as a function they are asked for only then.
   */
  onBar(bar: Candle, durationMs: number, fine?: FineBars, fineDurationMs = 0): WalkStep {
    if (this.#exitReason !== null || bar.openTime < this.terms.openedAt) return 'none';
    this.#barsHeld++;
    const parts = fine !== undefined && this.#touchesTwo(bar) ? partsOf(fine) : null;
    if (parts !== null && covers(parts, fineDurationMs, bar.openTime, durationMs)) {
      const tp1Before = this.#tp1Hit;
      for (const part of parts) {
        this.#walk(part, part.openTime + fineDurationMs);
        if (this.closed) break;
      }
      this.#lastCloseTime = bar.openTime + durationMs;
      const tp1Now = this.#tp1Hit && !tp1Before;
      if (this.closed) return tp1Now ? 'tp1-exit' : 'exit';
      return tp1Now ? 'tp1' : 'none';
    }
    return this.#walk(bar, bar.openTime + durationMs);
  }

  /** Ends the trade without a result: the exchange reported a delisting or halt (MK-14). Never a win or a loss. */
  endUnavailable(time: UnixMs): void {
    this.#exitReason = 'unavailable';
    this.#exitTime = time;
    this.#remaining = 0;
  }

  /** The trader closes what is left at `price`; never called on a phantom. */
  closeAt(price: number, time: UnixMs): void {
    invariant(!this.closed, 'a trade closes once');
    this.#touch(this.#sign * price, this.#sign * price);
    this.#exit('closed', this.#sign * price, time);
  }

  /** Net R if the rest were closed at `price` now. */
  netRAt(price: number): number {
    return this.#netR(this.#exitValue + this.#remaining * price, this.#lastCloseTime);
  }

  result(): PhantomResult {
    const resolved = this.#exitReason !== null && this.#exitReason !== 'unavailable';
    const maxFavorableR = (this.#favorable - this.#entry) / this.#risk;
    const seconds = (time: UnixMs | null) => (time === null ? null : (time - this.terms.openedAt) / 1000);
    return {
      outcome: this.#outcome(),
      exitReason: this.#exitReason,
      exitPrice: this.#exitPrice,
      exitTime: this.#exitTime,
      grossR: resolved ? this.#grossR(this.#exitValue) : null,
      netR: resolved ? this.#netR(this.#exitValue, this.#end()) : null,
      pnlPercent: resolved ? (this.#sign * (this.#exitValue - this.terms.entry) * 100) / this.terms.entry : null,
      maxFavorablePrice: this.#sign * this.#favorable,
      maxAdversePrice: this.#sign * this.#adverse,
      maxFavorableR,
      maxAdverseR: (this.#entry - this.#adverse) / this.#risk,
      oneRHit: maxFavorableR >= 1 - R_TOLERANCE,
      twoRHit: maxFavorableR >= 2 - R_TOLERANCE,
      tp1Hit: this.#tp1Hit,
      beMoved: this.#tp1Hit,
      runnerHit: this.#runnerHit,
      timeToTp1Sec: seconds(this.#tp1Time),
      timeToExitSec: seconds(this.#exitTime),
      barsHeld: this.#barsHeld,
      ambiguous: this.#ambiguous,
      optimistic: this.#optimistic,
      resolverVersion: RESOLVER_VERSION,
    };
  }

  state(): WalkState {
    invariant(!this.closed, 'only an open trade has a state to continue from');
    return {
      remaining: this.#remaining,
      exitValue: this.#exitValue,
      stopInForce: this.#stopInForce,
      stopNext: this.#stopNext,
      tp1Time: this.#tp1Time,
      tp1Hit: this.#tp1Hit,
      favorable: this.#favorable,
      adverse: this.#adverse,
      barsHeld: this.#barsHeld,
      lastCloseTime: this.#lastCloseTime,
    };
  }

  /** Continues a trade where `state()` left it. */
  static continue(terms: TradeTerms, state: WalkState): TradeWalk {
    const walk = new TradeWalk(terms);
    walk.#remaining = state.remaining;
    walk.#exitValue = state.exitValue;
    walk.#stopInForce = state.stopInForce;
    walk.#stopNext = state.stopNext;
    walk.#tp1Time = state.tp1Time;
    walk.#tp1Hit = state.tp1Hit;
    walk.#tp1Pending = terms.tp1 !== null && !state.tp1Hit;
    walk.#favorable = state.favorable;
    walk.#adverse = state.adverse;
    walk.#barsHeld = state.barsHeld;
    walk.#lastCloseTime = state.lastCloseTime;
    return walk;
  }

  #walk(bar: Candle, closeTime: UnixMs): WalkStep {
    const long = this.#sign === 1;
    const high = long ? bar.high : -bar.low;
    const low = long ? bar.low : -bar.high;
    this.#stopInForce = this.#stopNext;
    this.#lastCloseTime = closeTime;
    const nearest = this.#tp1Pending && this.#tp1 < this.#target ? this.#tp1 : this.#target;
    if (low > this.#stopInForce && high < nearest && closeTime < this.#deadline) {
      if (high > this.#favorable) this.#favorable = high;
      if (low < this.#adverse) this.#adverse = low;
      return 'none';
    }
    const tp1Before = this.#tp1Hit;
    this.#decide(this.#sign * bar.open, high, low, this.#sign * bar.close, bar.openTime, closeTime);
    const tp1Now = this.#tp1Hit && !tp1Before;
    if (this.closed) return tp1Now ? 'tp1-exit' : 'exit';
    return tp1Now ? 'tp1' : 'none';
  }

  /** PH-15 on a bar that touches something. All prices signed. */
  #decide(open: number, high: number, low: number, close: number, openTime: UnixMs, closeTime: UnixMs): void {
    // (1) at the open
    if (open <= this.#stopInForce) {
      this.#touch(open, open);
      return this.#exit(this.#stopReason(), open, openTime);
    }
    if (open >= this.#target) {
      if (this.#tp1Pending) this.#takeTp1(open, openTime);
      this.#touch(open, open);
      return this.#exitAtTarget(open, openTime);
    }
    if (this.#tp1Pending && open >= this.#tp1) {
      this.#takeTp1(open, openTime);
      this.#touch(open, open);
      if (this.#remaining === 0) return this.#exit('tp', open, openTime);
    }
    // (2) the stop in force
    if (low <= this.#stopInForce) {
      const tp1Inside = this.#tp1Pending && high >= this.#tp1;
      const targetInside = high >= this.#target;
      if (tp1Inside || targetInside) {
        this.#ambiguous = true;
        this.#optimistic = this.#optimisticResult(tp1Inside, targetInside, closeTime);
      }
      this.#touch(this.#favorable, this.#stopInForce);
      return this.#exit(this.#stopReason(), this.#stopInForce, closeTime);
    }
    // (3) tp1
    if (this.#tp1Pending && high >= this.#tp1) {
      this.#takeTp1(this.#tp1, closeTime);
      if (this.#remaining === 0) {
        this.#touch(this.#tp1, low);
        return this.#exit('tp', this.#tp1, closeTime);
      }
    }
    // (4) the target
    if (high >= this.#target) {
      this.#touch(this.#target, low);
      return this.#exitAtTarget(this.#target, closeTime);
    }
    this.#touch(high, low);
    // (5) the timeout
    if (closeTime >= this.#deadline) this.#exit('timeout', close, closeTime);
  }

  #takeTp1(price: number, time: UnixMs): void {
    const fraction = this.terms.tp1Fraction;
    this.#exitValue += fraction * this.#sign * price;
    this.#remaining = 1 - fraction;
    this.#tp1Pending = false;
    this.#tp1Hit = true;
    this.#tp1Time = time;
    this.#stopNext = this.#entry;
  }

  #exitAtTarget(price: number, time: UnixMs): void {
    this.#runnerHit = this.#tp1Hit && this.#remaining > 0;
    this.#exit('tp', price, time);
  }

  #exit(reason: ExitReason, price: number, time: UnixMs): void {
    this.#exitValue += this.#remaining * this.#sign * price;
    this.#remaining = 0;
    this.#exitReason = reason;
    this.#exitPrice = this.#sign * price;
    this.#exitTime = time;
  }

  #stopReason(): ExitReason {
    return this.#stopInForce === this.#stop ? 'sl' : 'be';
  }

  #touch(high: number, low: number): void {
    if (high > this.#favorable) this.#favorable = high;
    if (low < this.#adverse) this.#adverse = low;
  }

  /** The same bar with tp1 and target before the stop (PH-12); the moved stop still waits for the next candle. */
  #optimisticResult(tp1Inside: boolean, targetInside: boolean, time: UnixMs): OptimisticResult {
    let exitValue = this.#exitValue;
    let remaining = this.#remaining;
    if (tp1Inside) {
      exitValue += this.terms.tp1Fraction * this.#sign * this.#tp1;
      remaining = 1 - this.terms.tp1Fraction;
    }
    exitValue += remaining * this.#sign * (targetInside ? this.#target : this.#stopInForce);
    const netR = this.#netR(exitValue, time);
    const exitReason = targetInside || remaining === 0 ? 'tp' : this.#stopReason();
    return { outcome: netR > 0 ? 'win' : 'loss', exitReason, netR };
  }

  /** Whether the bar touches two of stop, pending tp1, target, and the entry that tp1 would make the stop. */
  #touchesTwo(bar: Candle): boolean {
    const long = this.#sign === 1;
    const high = long ? bar.high : -bar.low;
    const low = long ? bar.low : -bar.high;
    const tp1Touched = this.#tp1Pending && high >= this.#tp1;
    let touched = low <= this.#stopNext ? 1 : 0;
    if (tp1Touched) touched++;
    if (high >= this.#target) touched++;
    if (tp1Touched && low <= this.#entry && this.#entry !== this.#stopNext) touched++;
    return touched >= 2;
  }

  #outcome(): Outcome {
    switch (this.#exitReason) {
      case null:
        return 'open';
      case 'timeout':
      case 'unavailable':
        return this.#exitReason;
      default:
        return this.#netR(this.#exitValue, this.#end()) > 0 ? 'win' : 'loss';
    }
  }

  #grossR(exitValue: number): number {
    return (this.#sign * (exitValue - this.terms.entry)) / this.#risk;
  }

  /** `end`: until when the position was held; funding is paid on the way (PH-13). */
  #netR(exitValue: number, end: UnixMs): number {
    const { terms } = this;
    const netR = this.#grossR(exitValue) - roundTripCost(terms.costs, terms.entry, exitValue) / this.#risk;
    return terms.costs.funding === undefined ? netR : netR - fundingCost(terms, this.#tp1Time, end) / this.#risk;
  }

  #end(): UnixMs {
    return this.#exitTime ?? this.#lastCloseTime;
  }
}

function partsOf(fine: FineBars): readonly Candle[] {
  return typeof fine === 'function' ? fine() : fine;
}

/** Whether `fine` fills [openTime, openTime + duration) without a hole. */
function covers(fine: readonly Candle[], fineDurationMs: number, openTime: UnixMs, durationMs: number): boolean {
  if (fineDurationMs <= 0 || fine.length * fineDurationMs !== durationMs) return false;
  return fine.every((part, index) => part.openTime === openTime + index * fineDurationMs);
}
