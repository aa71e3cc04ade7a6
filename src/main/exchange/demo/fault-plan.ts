/** Faults to come (MK-23): planned through the side door, taken by the server where they fire, and counted there. */

const CANDLE_FAULTS = ['duplicate', 'late', 'revised', 'malformed', 'lost'] as const;
/**
 * What happens to the next final kline on the stream: sent twice; sent after the next bar's first update; followed
 * by a changed version (REST tells the changed one, too); preceded by broken messages; not sent at all.
 */
export type CandleFault = (typeof CANDLE_FAULTS)[number];

const FAULT_KINDS = [
  'socket-dropped',
  'socket-muted',
  'rate-limited',
  'server-error',
  'slow-answer',
  'server-down',
  'clock-skew',
  'halt',
  'delisting',
  'candle-duplicate',
  'candle-late',
  'candle-revised',
  'candle-malformed',
  'candle-lost',
  'order-refused',
  'order-failed-before',
  'order-failed-after',
  'order-partial-fill',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];
export type FaultCounters = Readonly<Record<FaultKind, number>>;

export interface RequestFailure {
  /** 429 and 418 carry Retry-After. */
  readonly status: 418 | 429 | 500 | 502 | 503 | 504;
  /** Answers that fail. */
  readonly count: number;
  readonly retryAfterSeconds?: number;
  /** Only requests whose path ends with this, e.g. `/klines`. */
  readonly path?: string;
}

export interface RequestDelay {
  /** Real ms. */
  readonly delayMs: number;
  readonly count: number;
  readonly path?: string;
}

export interface CandleFaultPlan {
  readonly fault: CandleFault;
  /** Final klines it happens to. */
  readonly count: number;
  /** Only this instrument, e.g. `BTCUSDT`. */
  readonly marketId?: string;
}

/** `failed-before` answers 500 without placing, `failed-after` places and answers 500, `partial-fill` fills half and lets the rest rest. */
export type OrderFault = 'refused' | 'failed-before' | 'failed-after' | 'partial-fill';

interface Pending<T> {
  readonly plan: T;
  left: number;
}

export class FaultPlan {
  private failures: Pending<RequestFailure>[] = [];
  private delays: Pending<RequestDelay>[] = [];
  private candleFaults: Pending<CandleFaultPlan>[] = [];
  private orderFaults: OrderFault[] = [];
  private readonly fired = new Map<FaultKind, number>();
  /** Added to every time the server tells (MK-13), ms. */
  clockSkewMs = 0;

  count(kind: FaultKind, times = 1): void {
    this.fired.set(kind, (this.fired.get(kind) ?? 0) + times);
  }

  /** How often each fault has fired since the start. */
  counters(): FaultCounters {
    return Object.fromEntries(FAULT_KINDS.map((kind) => [kind, this.fired.get(kind) ?? 0])) as Record<
      FaultKind,
      number
    >;
  }

  planFailure(plan: RequestFailure): void {
    this.failures.push({ plan, left: plan.count });
  }

  planDelay(plan: RequestDelay): void {
    this.delays.push({ plan, left: plan.count });
  }

  planCandleFault(plan: CandleFaultPlan): void {
    this.candleFaults.push({ plan, left: plan.count });
  }

  planOrderFault(fault: OrderFault, count: number): void {
    for (let index = 0; index < count; index++) this.orderFaults.push(fault);
  }

  /** Forgets what has not fired yet; counters stay. */
  clear(): void {
    this.failures = [];
    this.delays = [];
    this.candleFaults = [];
    this.orderFaults = [];
    this.clockSkewMs = 0;
  }

  takeFailure(path: string): RequestFailure | null {
    const taken = take(this.failures, (plan) => plan.path === undefined || path.endsWith(plan.path));
    if (taken !== null) this.count(taken.status < 500 ? 'rate-limited' : 'server-error');
    return taken;
  }

  /** Real ms to wait before the answer. */
  takeDelay(path: string): number {
    const taken = take(this.delays, (plan) => plan.path === undefined || path.endsWith(plan.path));
    if (taken !== null) this.count('slow-answer');
    return taken?.delayMs ?? 0;
  }

  /** `allowed` says which faults can fire here; the others wait for a place where they can. */
  takeCandleFault(marketId: string, allowed: (fault: CandleFault) => boolean): CandleFault | null {
    const taken = take(
      this.candleFaults,
      (plan) => (plan.marketId === undefined || plan.marketId === marketId) && allowed(plan.fault),
    );
    if (taken !== null) this.count(`candle-${taken.fault}`);
    return taken?.fault ?? null;
  }

  takeOrderFault(): OrderFault | null {
    const fault = this.orderFaults.shift() ?? null;
    if (fault !== null) this.count(`order-${fault}`);
    return fault;
  }
}

function take<T>(pending: Pending<T>[], matches: (plan: T) => boolean): T | null {
  const index = pending.findIndex((one) => one.left > 0 && matches(one.plan));
  const found = pending[index];
  if (found === undefined) return null;
  found.left -= 1;
  if (found.left <= 0) pending.splice(index, 1);
  return found.plan;
}
