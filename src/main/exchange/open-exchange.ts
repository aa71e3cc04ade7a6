/** Opens an exchange by its id: ccxt's class for it, or the embedded demo exchange through ccxt's own `binance` class (MK-20). */
import { err, ok, type Result } from '#core/base/result.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { CcxtConnection } from './ccxt-connection.ts';
import { loadExchangeClass } from './ccxt-loader.ts';
import type { ExchangeConnection, ExchangeFault } from './feed.ts';
import { FEED_LIMITS, type FeedLimits } from './feed-limits.ts';
import type { FetchFunction } from './guarded-fetch.ts';
import { systemTime, type TransportTime } from './transport-time.ts';

const DEMO_EXCHANGE = 'demo';
const DEMO_EXCHANGE_NAME = 'The demo exchange';

/** Where the embedded demo exchange listens, and its market's clock. */
export interface DemoEndpoint {
  /** `http://127.0.0.1:PORT` */
  readonly restUrl: string;
  /** The stream's address, to which ccxt adds a stream number: `ws://127.0.0.1:PORT/stream/ws`. */
  readonly socketUrl: string;
  readonly clock: { now(): UnixMs; speed(): number };
}

export interface OpenExchangeOptions {
  /** Without it, `demo` cannot be opened. */
  readonly demo?: DemoEndpoint;
  readonly time?: TransportTime;
  /** [0, 1), for jitter. */
  readonly random?: () => number;
  readonly limits?: Partial<FeedLimits>;
  /** Instead of the platform's fetch. */
  readonly fetch?: FetchFunction;
  /** Laid over ccxt's configuration, e.g. addresses of a proxy or another rate limit. Never keys. */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

/** Opens a connection by ccxt id or `demo`; the network is first touched by `loadInstruments`, `history` or `watch`. */
export async function openExchange(
  exchange: string,
  options: OpenExchangeOptions = {},
): Promise<Result<ExchangeConnection, ExchangeFault>> {
  const isDemo = exchange === DEMO_EXCHANGE;
  if (isDemo && options.demo === undefined) {
    return err({
      kind: 'not-found',
      message: 'The demo exchange is not running.',
      remedy: 'Start the application with the demo market, or choose another exchange.',
    });
  }
  const loaded = await loadExchangeClass(isDemo ? 'binance' : exchange);
  if (!loaded.ok) return loaded;
  const common = {
    loaded: loaded.value,
    time: options.time ?? systemTime,
    random: options.random ?? Math.random,
    limits: { ...FEED_LIMITS, ...options.limits },
    ...(options.fetch === undefined ? {} : { fetchFunction: options.fetch }),
  };
  if (isDemo && options.demo !== undefined) {
    const probe = new loaded.value.ExchangeClass({});
    return ok(
      new CcxtConnection({
        ...common,
        origin: { exchange: DEMO_EXCHANGE, simulated: true },
        exchangeName: DEMO_EXCHANGE_NAME,
        configuration: { ...demoConfiguration(probe.urls.api, options.demo), ...options.configuration },
        marketClock: options.demo.clock,
      }),
    );
  }
  return ok(
    new CcxtConnection({
      ...common,
      origin: { exchange, simulated: false },
      exchangeName: loaded.value.known.name,
      configuration: options.configuration ?? {},
      marketClock: null,
    }),
  );
}

/** ccxt's configuration for the demo exchange: every address loopback, its own rate limit, spot only. */
export function demoConfiguration(api: unknown, demo: DemoEndpoint): Readonly<Record<string, unknown>> {
  return {
    urls: { api: loopbackAddresses(api, demo, []) },
    // Binance's 50 ms per unit of weight would stretch the demo's loading fifteen times.
    rateLimit: 1,
    options: { fetchMarkets: { types: ['spot'] } },
  };
}

/**
 * The same tree with every leaf moved to the demo exchange; a leaf left alone would still go to the real exchange.
 * REST leaves keep their path. The spot stream gets the demo's stream address, other sockets keep their path beside it.
 */
function loopbackAddresses(api: unknown, demo: DemoEndpoint, path: readonly string[]): unknown {
  if (typeof api === 'string') {
    const original = new URL(api.replaceAll(/[{}]/g, ''));
    if (!original.protocol.startsWith('ws')) return new URL(demo.restUrl).origin + original.pathname;
    return path.join('.') === 'ws.spot' ? demo.socketUrl : new URL(demo.socketUrl).origin + original.pathname;
  }
  if (api === null || typeof api !== 'object') return api;
  return Object.fromEntries(
    Object.entries(api).map(([key, value]) => [key, loopbackAddresses(value, demo, [...path, key])]),
  );
}
