/**
 * Risk inside the engine: what is open and what it is worth, whether an entry may pass, what trips and what resets
 * (DE-20 to DE-23). Whatever cannot be known lets nothing in; exits never ask here (RE-22).
 */
import { breakerReports, lookAtBreakers, resetBreaker, trip, WIN_RATE_WINDOW } from '#core/decisions/breakers.ts';
import {
  type EntryOrder,
  exposureRoom,
  limitObjection,
  limitReports,
  type Objection,
  type RiskBook,
} from '#core/decisions/risk-limits.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import {
  type BreakerId,
  DEFAULT_RISK,
  FRESH_RISK,
  type RiskReport,
  type RiskSettings,
  type RiskState,
} from '#core/domain/risk.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { Position } from '#core/domain/trading.ts';
import type { EngineParts } from './engine-parts.ts';
import type { InstrumentState } from './instrument-state.ts';
import type { EngineEvent } from './messages.ts';

/** A price older than this many base bars is stale. */
const STALE_BARS = 3;
/** Base bars that the quality of data looks back on, and those that may still be on their way. */
const QUALITY_BARS = 60;
const BARS_ON_THEIR_WAY = 1;

export class RiskDesk {
  readonly #parts: EngineParts;
  #state: RiskState = FRESH_RISK;
  /** As the record has it. */
  #recorded: RiskState = FRESH_RISK;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  get state(): RiskState {
    return this.#state;
  }

  get settings(): RiskSettings {
    return this.#parts.settings.risk ?? DEFAULT_RISK;
  }

  restore(state: RiskState): void {
    this.#state = state;
    this.#recorded = state;
  }

  /** The event that brings the record up to date, once a step at its end; null where it is. */
  takeChange(time: UnixMs): EngineEvent | null {
    if (this.#state === this.#recorded) return null;
    this.#recorded = this.#state;
    return { kind: 'risk-changed', time, risk: this.#state };
  }

  /** The clock goes from `before` to `now`: days begin, hours are marked. */
  advance(before: UnixMs, now: UnixMs, events: EngineEvent[]): void {
    const start = now - (now % DAY_MS);
    if (this.#state.day?.start !== start) this.#beginDay(start);
    if (Math.floor(before / HOUR_MS) !== Math.floor(now / HOUR_MS) && this.#hasPositions) this.mark(now, events);
  }

  /** Without positions the equity of the day's beginning follows from the account: the record can wait. */
  #beginDay(start: UnixMs): void {
    const isKnown = this.#state === this.#recorded;
    this.#state = { ...this.#state, day: { start, equity: this.#equity('close') } };
    if (isKnown && !this.#hasPositions) this.#recorded = this.#state;
  }

  /** A point of the equity curve. */
  mark(time: UnixMs, events: EngineEvent[]): void {
    const { equity } = this.#parts.desk.account;
    const unrealised = this.#equity('close') - equity;
    if (Number.isNaN(unrealised)) return;
    events.push({ kind: 'equity-marked', time, point: { time, equity, unrealised } });
  }

  /** Quote units that the limits leave for one more position. */
  room(): number {
    return exposureRoom(this.#book(), this.settings);
  }

  /** Why this entry may not pass now; null: it may. Whatever throws inside lets nothing pass (RE-22). */
  objection(instrument: Instrument, order: Omit<EntryOrder, 'cluster' | 'marketPrice'>): Objection | null {
    try {
      const stopped = this.#stopped();
      if (stopped !== null) return stopped;
      const state = this.#parts.states.get(instrument.id);
      if (state === undefined) return unknown('the instrument is not watched');
      if (!(state.lastPrice > 0)) return unknown('there is no price');
      const { clock, onTheWayMs } = this.#parts;
      const age = clock - state.lastPriceAt;
      if (!(age <= STALE_BARS * state.durationMs + onTheWayMs)) {
        return unknown(`the newest price is ${Math.round(age / 1_000)} s old`);
      }
      const whole = { ...order, cluster: state.signals.cluster(), marketPrice: state.lastPrice };
      return limitObjection(this.#book(), whole, this.settings);
    } catch (error) {
      return unknown(`a check failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** An entry was filled. */
  entered(): void {
    this.#notePeak();
    this.#state = { ...this.#state, orderTimes: [...this.#recentOrders(), this.#parts.clock], orderErrors: 0 };
  }

  /** A position ended; one that ended without a result says nothing about winning. */
  closed(position: Position, time: UnixMs, events: EngineEvent[]): void {
    const { profit } = position;
    if (profit !== null && position.result.exitReason !== 'unavailable') {
      const isWin = profit > 0;
      const wins = [...this.#state.wins, isWin].slice(-WIN_RATE_WINDOW);
      this.#state = { ...this.#state, wins, lossesInARow: isWin ? 0 : this.#state.lossesInARow + 1 };
    }
    this.mark(time, events);
    this.#look(time, events);
  }

  /** After the bars of a batch: the highest equity, and what has tripped. `isLive` false: data comes as it can. */
  afterBars(isLive: boolean, time: UnixMs, events: EngineEvent[]): void {
    if (!isLive && !this.#hasPositions) return;
    if (this.#hasPositions) this.#notePeak();
    this.#look(time, events);
  }

  orderFailed(time: UnixMs, events: EngineEvent[]): void {
    this.#state = { ...this.#state, orderErrors: this.#state.orderErrors + 1 };
    this.#look(time, events);
  }

  drift(alerts: readonly string[], time: UnixMs, events: EngineEvent[]): void {
    if (JSON.stringify(alerts) === JSON.stringify(this.#state.drift)) return;
    this.#state = { ...this.#state, drift: alerts };
    this.#look(time, events);
  }

  breaker(breaker: BreakerId, action: 'reset' | 'trip', time: UnixMs, events: EngineEvent[]): void {
    const isTripped = this.#state.tripped.some((one) => one.breaker === breaker);
    if ((action === 'reset') !== isTripped) return;
    if (action === 'trip') {
      const why = 'tripped by you, to see that it works';
      this.#state = trip(this.#state, breaker, why, time, true);
      events.push({ kind: 'breaker-tripped', time, breaker, why, isDrill: true });
      return;
    }
    this.#state = resetBreaker(this.#state, breaker, time);
    events.push({ kind: 'breaker-reset', time, breaker });
    if (this.#hasPositions) this.#notePeak();
    // What resets itself stays tripped while its cause lasts.
    this.#look(time, events);
  }

  /** True when it changed anything. */
  setKillSwitch(engaged: boolean, time: UnixMs): boolean {
    const { killSwitch, killSwitchExercisedAt } = this.#state;
    if (killSwitch.engaged === engaged) return false;
    this.#state = {
      ...this.#state,
      killSwitch: { engaged, since: time },
      killSwitchExercisedAt: engaged ? killSwitchExercisedAt : time,
    };
    return true;
  }

  report(): RiskReport {
    const book = this.#book();
    const { killSwitch } = this.#state;
    const limits = limitReports(book, this.settings);
    const reached = limits.find(({ isReached }) => isReached);
    const known = (value: number) => (Number.isNaN(value) ? null : value);
    return {
      limits,
      breakers: breakerReports(this.#facts(), this.settings),
      killSwitch,
      equity: known(book.equity),
      dayStartEquity: known(book.dayStartEquity),
      stopped: this.#stopped()?.message ?? (reached === undefined ? null : `${reached.limit}: ${reached.meaning}`),
    };
  }

  /** The kill switch and the breakers: what stops every entry. */
  #stopped(): Objection | null {
    const { killSwitch, tripped } = this.#state;
    if (killSwitch.engaged) return { rule: 'kill-switch', message: 'kill-switch: it is engaged' };
    const [first] = tripped;
    if (first !== undefined) return { rule: first.breaker, message: `breaker ${first.breaker}: ${first.why}` };
    const { missingBars } = this.#facts();
    if (missingBars !== null && missingBars > this.settings.breakerMissingBars) {
      return { rule: 'data-quality', message: 'breaker data-quality: base bars are missing or late' };
    }
    return null;
  }

  #look(time: UnixMs, events: EngineEvent[]): void {
    const look = lookAtBreakers(this.#facts(), this.settings, time);
    this.#state = look.state;
    for (const breaker of look.tripped) {
      const why = look.state.tripped.find((one) => one.breaker === breaker)?.why ?? '';
      events.push({ kind: 'breaker-tripped', time, breaker, why, isDrill: false });
    }
    for (const breaker of look.reset) events.push({ kind: 'breaker-reset', time, breaker });
  }

  #notePeak(): void {
    const equity = this.#equity('close');
    if (equity > (this.#state.peakEquity ?? 0)) this.#state = { ...this.#state, peakEquity: equity };
  }

  #facts() {
    return { state: this.#state, equity: this.#equity('close'), missingBars: this.#missingBars() };
  }

  #book(): RiskBook {
    const positions = [...this.#parts.desk.openPositions()].map(({ position }) => {
      const { instrumentId, amount, terms } = position;
      const cluster = this.#parts.states.get(instrumentId)?.signals.cluster() ?? null;
      return { instrumentId, cluster, notional: amount * terms.entry };
    });
    return {
      positions,
      equity: this.#equity('price'),
      dayStartEquity: this.#state.day?.equity ?? Number.NaN,
      recentOrders: this.#recentOrders().length,
    };
  }

  get #hasPositions(): boolean {
    return this.#parts.desk.hasOpenPositions;
  }

  /** Realised plus unrealised: at the newest price for a click, at closes of bars for what must repeat across a restart. */
  #equity(at: 'price' | 'close'): number {
    const { desk, states } = this.#parts;
    let { equity } = desk.account;
    for (const { position, walk } of desk.openPositions()) {
      const state = states.get(position.instrumentId);
      const price = state === undefined ? Number.NaN : at === 'price' ? state.lastPrice : state.lastClose;
      const risk = Math.abs(position.terms.entry - position.terms.stop);
      equity += walk.netRAt(price) * risk * position.amount;
    }
    return equity;
  }

  #recentOrders(): readonly UnixMs[] {
    const { clock } = this.#parts;
    return this.#state.orderTimes.filter((time) => time > clock - MINUTE_MS);
  }

  /** Share of the base bars that should have closed by now; null before any was. An instrument counts from its first bar on. */
  #missingBars(): number | null {
    const { clock, onTheWayMs, states } = this.#parts;
    let expected = 0;
    let found = 0;
    for (const state of states.values()) {
      if (state.isGone) continue;
      const [due, there] = barsOf(state, clock - onTheWayMs);
      expected += due;
      found += there;
    }
    return expected === 0 ? null : 1 - found / expected;
  }
}

/** How many of an instrument's newest base bars are due, and how many of them are there. */
function barsOf({ signals, instrument, durationMs, lastOpenTime }: InstrumentState, clock: UnixMs): [number, number] {
  if (lastOpenTime < 0) return [0, 0];
  const bars = signals.bars(instrument.baseTimeframe);
  const newestDue = Math.max(
    lastOpenTime,
    Math.floor(clock / durationMs) * durationMs - (1 + BARS_ON_THEIR_WAY) * durationMs,
  );
  const oldest = bars.openTime(bars.size - 1);
  const first = Math.max(newestDue - (QUALITY_BARS - 1) * durationMs, oldest);
  let there = 0;
  for (let ago = 0; ago < Math.min(bars.size, QUALITY_BARS) && bars.openTime(ago) >= first; ago++) there++;
  return [(newestDue - first) / durationMs + 1, there];
}

function unknown(why: string): Objection {
  return { rule: 'unknown', message: `unknown: ${why}` };
}
