/** What the status bar shows, as one value. */
import type { DemoStatus, SessionStatus } from '#contract/areas/session.ts';
import type { DemoHost } from '#main/exchange/demo/demo-host.ts';
import type { LiveSession } from './live-session.ts';
import { shownPhantoms } from './phantom-filters.ts';
import type { SettingsService } from './settings-service.ts';

export interface StatusParts {
  readonly version: string;
  readonly session: LiveSession;
  readonly settings: SettingsService;
  readonly exchangeName: (id: string) => string;
  readonly faults: () => number;
  /** MK-3. */
  readonly outdatedGrades: () => number;
  /** UTC ms; exchange time of a real exchange that cannot be asked. */
  readonly wallClock: () => number;
}

export function sessionStatus(parts: StatusParts): SessionStatus {
  const { version, session, settings, exchangeName, faults, outdatedGrades } = parts;
  const { exchange, stage, startingEquity } = settings.current;
  const engine = session.keeper?.engine;
  const { connection, message, remedy, progress } = session.state;
  return {
    version,
    connection: {
      state: connection,
      exchange,
      exchangeName: exchangeName(exchange),
      simulated: exchange === 'demo',
      live: session.connection?.live ?? null,
      message,
      remedy,
      progress,
      historyStopped: session.historyStopped,
    },
    stage,
    account: {
      ...(engine?.account ?? { currency: 'USDT', startingEquity, equity: startingEquity }),
      mode: 'paper',
    },
    clock: {
      ...exchangeClock(session, exchange, parts.wallClock),
      skewMs: session.connection?.clock.skewMs() ?? null,
    },
    counts: {
      openPhantoms: engine === undefined ? 0 : count(shownPhantoms(engine)),
      openTickets: engine === undefined ? 0 : count(engine.openTickets()),
      openPositions: engine === undefined ? 0 : count(engine.openPositions()),
      faults: faults(),
      outdatedGrades: outdatedGrades(),
    },
  };
}

/** Without a connection the demo market's time stands still where it was left; a real exchange's goes on. */
function exchangeClock(
  session: LiveSession,
  exchange: string,
  wallClock: () => number,
): Pick<SessionStatus['clock'], 'exchangeTime' | 'speed'> {
  const { connection } = session;
  if (connection !== null) return { exchangeTime: session.now(), speed: connection.clock.speed() };
  return exchange === 'demo' ? { exchangeTime: session.now(), speed: 0 } : { exchangeTime: wallClock(), speed: 1 };
}

/** Where no demo market runs, it stands still. */
export function demoStatus(demo: DemoHost | null): DemoStatus {
  if (demo === null) return { speed: 0, currentSpeed: 0, paused: true, exchangeTime: 0, slowedForTicket: false };
  const { clock } = demo.exchange;
  return {
    speed: demo.chosenSpeed,
    currentSpeed: clock.speed(),
    paused: clock.speed() === 0,
    exchangeTime: clock.now(),
    slowedForTicket: demo.slowedForTicket,
  };
}

function count(items: Iterable<unknown>): number {
  let total = 0;
  for (const _ of items) total++;
  return total;
}
