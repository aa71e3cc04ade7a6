/** The side door of the demo exchange (MK-21, MK-23, MK-25): speed, pause, step and faults. No part of the exchange's interface. */
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { DemoClock, DemoSpeed } from './demo-clock.ts';
import type { DemoMarket } from './demo-market.ts';
import type { DemoServer } from './demo-server.ts';
import type { DemoSocket } from './demo-socket.ts';
import type {
  CandleFaultPlan,
  FaultCounters,
  FaultPlan,
  OrderFault,
  RequestDelay,
  RequestFailure,
} from './fault-plan.ts';

export interface MuteOptions {
  /** Real ms; without it the silence lasts until `clearFaults`. */
  readonly forMs?: number;
  /** Sockets that are opened meanwhile are mute, too; by default a reopened socket speaks. */
  readonly includeNew?: boolean;
}

export interface DemoControl {
  setSpeed(speed: DemoSpeed): void;
  pause(): void;
  /** Moves exchange time forward by `ms` and pushes all that became due. */
  step(ms: number): void;
  /** Moves exchange time bar by bar up to `time`, as fast as the sockets take it ("as fast as possible"). */
  advanceTo(time: UnixMs): Promise<void>;
  /** Closes every socket: 1006 without a word, other codes properly. */
  dropSockets(code: 1000 | 1001 | 1006): void;
  muteSockets(options?: MuteOptions): void;
  failRequests(plan: RequestFailure): void;
  delayRequests(plan: RequestDelay): void;
  faultCandles(plan: CandleFaultPlan): void;
  faultOrders(fault: OrderFault, count: number): void;
  /** The server's clock tells exchange time + `ms`. */
  setClockSkew(ms: number): void;
  /** Stops trading of `marketId` (e.g. `BTCUSDT`) from the next bar on; false when it is unknown. */
  halt(marketId: string): boolean;
  delist(marketId: string): boolean;
  resume(marketId: string): boolean;
  /** Refuses connections until `goUp`, or for `forMs` of real time. */
  goDown(forMs?: number): Promise<void>;
  goUp(): Promise<void>;
  /** Ends mutes and skew and forgets planned faults; halts and revisions are history and stay. */
  clearFaults(): void;
  counters(): FaultCounters;
  /** Open sockets. */
  socketCount(): number;
}

export interface DemoControlParts {
  readonly clock: DemoClock;
  readonly market: DemoMarket;
  readonly server: DemoServer;
  readonly faults: FaultPlan;
  readonly sockets: ReadonlySet<DemoSocket>;
  /** Tells whether sockets opened from now on are mute. */
  readonly setMuteNewSockets: (mute: boolean) => void;
}

/** A consumer this far behind is waited for, bytes. */
const DRAINED_BYTES = 64 * 1024;
const COME_BACK_RETRY_MS = 100;

export function createDemoControl(parts: DemoControlParts): DemoControl {
  const { clock, market, server, faults, sockets } = parts;

  function onInstrument(marketId: string, act: (index: number) => void): boolean {
    const index = market.indexOf(marketId);
    if (index === null) return false;
    act(index);
    return true;
  }

  function endMute(): void {
    parts.setMuteNewSockets(false);
    for (const socket of sockets) socket.setMute(false);
  }

  /** Another program may hold the port for a moment; a server that is back late is better than none. */
  function comeBack(): void {
    server.listen().catch(() => server.later(COME_BACK_RETRY_MS, comeBack));
  }

  return {
    setSpeed: (speed) => clock.setSpeed(speed),
    pause: () => clock.pause(),
    step: (ms) => clock.step(ms),
    advanceTo: async (time) => {
      const { barMs } = market.source;
      while (clock.now() < time) {
        const nextClose = market.baseOpenTime(clock.now()) + barMs;
        clock.step(Math.max(0, Math.min(nextClose, time) - clock.now()));
        do {
          await new Promise<void>((resolve) => setImmediate(resolve));
        } while ([...sockets].some((socket) => socket.bufferedBytes() > DRAINED_BYTES));
      }
    },
    dropSockets: (code) => {
      for (const socket of [...sockets]) socket.drop(code);
    },
    muteSockets: (options = {}) => {
      for (const socket of sockets) socket.setMute(true);
      parts.setMuteNewSockets(options.includeNew === true);
      if (options.forMs !== undefined) server.later(options.forMs, endMute);
    },
    failRequests: (plan) => faults.planFailure(plan),
    delayRequests: (plan) => faults.planDelay(plan),
    faultCandles: (plan) => faults.planCandleFault(plan),
    faultOrders: (fault, count) => faults.planOrderFault(fault, count),
    setClockSkew: (ms) => {
      faults.clockSkewMs = ms;
      if (ms !== 0) faults.count('clock-skew');
    },
    halt: (marketId) =>
      onInstrument(marketId, (index) => {
        market.interrupt(index, 'halted', clock.now());
        faults.count('halt');
      }),
    delist: (marketId) =>
      onInstrument(marketId, (index) => {
        market.interrupt(index, 'delisted', clock.now());
        faults.count('delisting');
      }),
    resume: (marketId) => onInstrument(marketId, (index) => market.resume(index, clock.now())),
    goDown: async (forMs) => {
      faults.count('server-down');
      await server.stopListening();
      if (forMs !== undefined) server.later(forMs, comeBack);
    },
    goUp: () => server.listen(),
    clearFaults: () => {
      faults.clear();
      endMute();
    },
    counters: () => faults.counters(),
    socketCount: () => sockets.size,
  };
}
