/** Starts the embedded demo exchange (MK-20): Binance's spot API on loopback over a seeded or replayed market. */

import type { WebSocket } from 'ws';
import { invariant } from '#core/base/invariant.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { answerAccountRequest, userEvent } from './account-api.ts';
import type { CandleSource } from './candle-source.ts';
import { DemoClock, type DemoSpeed } from './demo-clock.ts';
import { createDemoControl, type DemoControl } from './demo-control.ts';
import { DemoMarket } from './demo-market.ts';
import { type ApiRequest, DemoServer, type SocketDoor } from './demo-server.ts';
import { DemoSocket, parseSocketRequest } from './demo-socket.ts';
import { FaultPlan } from './fault-plan.ts';
import { type ApiAnswer, answerMarketRequest, apiError } from './market-api.ts';
import { type CheckpointStore, createGeneratedSource } from './market-generator.ts';
import { MarketStreams } from './market-streams.ts';
import { PushLoop } from './push-loop.ts';
import { SimulatedAccount } from './simulated-account.ts';

export interface DemoExchangeOptions {
  readonly seed: string;
  /** Where the generated market begins (UTC ms, a whole minute); a replayed one begins with its candles. */
  readonly epoch: UnixMs;
  /** Exchange time at the start, UTC ms. */
  readonly startAt: UnixMs;
  readonly speed: DemoSpeed;
  /** 0 or absent takes a free port. */
  readonly port?: number;
  /** Bars to replay instead of generated ones. */
  readonly source?: CandleSource;
  /** Of the generated market. */
  readonly checkpoints?: CheckpointStore;
  /** Free balances of the simulated account at the start, by asset. */
  readonly balances?: Readonly<Record<string, number>>;
  /** Monotonic ms; `performance.now` unless a test brings its own. */
  readonly monotonicMs?: () => number;
}

/** What to store so that a restart serves the same bars and goes on where this run stands (MK-25). */
export interface DemoMarketState {
  readonly seed: string;
  readonly epoch: UnixMs;
  readonly anchorExchangeTime: UnixMs;
  readonly speed: DemoSpeed;
}

export interface DemoExchange {
  /** `http://127.0.0.1:PORT`; every REST leaf of ccxt's `urls.api` is moved here and keeps its path (`/api/v3`). */
  readonly restUrl: string;
  /** For the spot stream in `urls.api.ws`: `ws://127.0.0.1:PORT/stream/ws` (ccxt appends `/0`). */
  readonly socketUrl: string;
  /** For every leaf of `urls.api.ws['ws-api']`: `ws://127.0.0.1:PORT/ws-api/v3`. */
  readonly apiSocketUrl: string;
  readonly port: number;
  readonly clock: DemoClock;
  readonly control: DemoControl;
  /** The market without its server, for tests that compare the two. */
  readonly market: DemoMarket;
  state(): DemoMarketState;
  /** Ends server, sockets and timers. */
  close(): Promise<void>;
}

/** Loopback only: the demo exchange has no protection of its own beyond it. */
const HOST = '127.0.0.1';
const START_BALANCES = { USDT: 100_000 } as const;

function generatedSource({ seed, epoch, checkpoints }: DemoExchangeOptions): CandleSource {
  return createGeneratedSource({ seed, epoch, ...(checkpoints === undefined ? {} : { checkpoints }) });
}

/** Rejects when a given `port` is taken. */
export async function startDemoExchange(options: DemoExchangeOptions): Promise<DemoExchange> {
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  const source = options.source ?? generatedSource(options);
  invariant(options.startAt >= source.firstOpenTime, 'a demo exchange starts after the beginning of its market');
  const clock = new DemoClock({ anchorExchangeTime: options.startAt, speed: options.speed, monotonicMs });
  const market = new DemoMarket(source, options.seed);
  const faults = new FaultPlan();
  const sockets = new Set<DemoSocket>();
  let muteNewSockets = false;
  const account = new SimulatedAccount(market, options.startAt, options.balances ?? START_BALANCES, (event) => {
    const told = userEvent(market, event, clock.now() + faults.clockSkewMs);
    for (const socket of sockets) socket.sendUserEvent(told);
  });
  const accountParts = { market, account, faults };

  function answer(request: ApiRequest): ApiAnswer {
    const now = clock.now();
    const serverTime = now + faults.clockSkewMs;
    return (
      answerMarketRequest(market, request.path, request.query, now, serverTime) ??
      answerAccountRequest(accountParts, request.method, request.path, request.query, request.apiKey, now) ??
      apiError(404, -1000, `The demo exchange does not offer ${request.method} ${request.path}.`)
    );
  }

  function onSocket(webSocket: WebSocket, door: SocketDoor, streams: readonly string[]): void {
    const socket = new DemoSocket(webSocket, new MarketStreams(market, faults), faults);
    socket.setMute(muteNewSockets);
    sockets.add(socket);
    loop.start();
    webSocket.on('message', (data) => {
      const request = parseSocketRequest(String(data));
      if (request === null) return;
      if (door === 'api') socket.handleApiRequest(request, clock.now() + faults.clockSkewMs);
      else socket.handleStreamRequest(request, clock.now());
    });
    webSocket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) loop.stop();
    });
    // A torn connection is the client's affair; `close` follows.
    webSocket.on('error', () => webSocket.terminate());
    for (const name of streams) socket.streams.subscribe(name, clock.now());
  }

  const loop = new PushLoop({
    clock,
    barMs: source.barMs,
    monotonicMs,
    push: (now, snapshots) => {
      account.settle(now);
      for (const socket of sockets) socket.push(now, snapshots);
    },
  });
  const server = new DemoServer({ host: HOST, port: options.port ?? 0, faults, monotonicMs, answer, onSocket });
  await server.listen();
  const port = server.port();

  return {
    restUrl: `http://${HOST}:${port}`,
    socketUrl: `ws://${HOST}:${port}/stream/ws`,
    apiSocketUrl: `ws://${HOST}:${port}/ws-api/v3`,
    port,
    clock,
    market,
    control: createDemoControl({
      clock,
      market,
      server,
      faults,
      sockets,
      setMuteNewSockets: (mute) => {
        muteNewSockets = mute;
      },
    }),
    state: () => ({ seed: options.seed, epoch: source.firstOpenTime, ...clock.state() }),
    close: async () => {
      loop.close();
      await server.close();
    },
  };
}
