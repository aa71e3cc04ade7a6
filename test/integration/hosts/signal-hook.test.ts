/** The webhook over real HTTP (ST-20): who may send, what is answered, and what a live desk makes of it. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type App, createApp } from '#main/app.ts';
import type { DemoExchange } from '#main/exchange/demo/demo-exchange.ts';
import { openExchange } from '#main/exchange/open-exchange.ts';
import { createHookDoor } from '#main/hosts/web/hook-door.ts';
import { hookToken, renewHookToken, storedToken } from '#main/hosts/web/hook-token.ts';
import { runWebHost } from '#main/hosts/web/run-web-host.ts';
import { createSecret, createSessions } from '#main/hosts/web/sessions.ts';
import { startWebServer } from '#main/hosts/web/web-server.ts';
import { loadWindowFiles } from '#main/hosts/window/window-files.ts';
import { createSignalHook } from '#main/services/external/signal-hook.ts';
import { ExternalDeskRun, walk } from '#test/support/external-desk.ts';
import {
  batches,
  expectSameLives,
  FEW_SYMBOLS,
  reach,
  recordedPhantoms,
  replayedPhantoms,
  startMarket,
  withProfile,
} from '#test/support/live-run.ts';
import { seededRandom } from '#test/support/real-candles.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';
import { makeWindowFixture } from '#test/support/window-fixture.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function send(
  port: number,
  body: string | Buffer,
  { method = 'POST', path = '/hook/signals', headers = {} }: Asked = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const own = { host: `127.0.0.1:${port}`, 'content-length': String(Buffer.byteLength(body)), ...headers };
    const asked = request({ host: '127.0.0.1', port, method, path, headers: own }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    // A refusal before the body was read may cut the rest of it off.
    asked.on('error', reject);
    asked.end(body);
  });
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** The real server and hook over a recorded desk that is live without an exchange; its clock runs as a test says. */
async function hooked(isOn = true) {
  const desk = new ExternalDeskRun({ stage: 'shadow' });
  const market = [walk(1, 300), walk(2, 300)];
  desk.run(market, 240);
  const fixture = makeWindowFixture('export {}');
  const files = loadWindowFiles(fixture.windowDir);
  if (!files.ok) throw new Error(files.error.message);
  const settings = { current: { webhook: isOn } };
  const logged: string[] = [];
  const hook = createSignalHook({
    get session() {
      return desk.session;
    },
    profile: desk.profile,
    settings: settings as Parameters<typeof createSignalHook>[0]['settings'],
    log: { write: (_level, _source, message) => void logged.push(message) },
  });
  let nowMs = 0;
  const token = hookToken(desk.folder);
  const server = await startWebServer(0, {
    files: files.value,
    sessions: createSessions({ cookie: createSecret(), bearer: createSecret() }, () => nowMs),
    serve: () => undefined,
    onExchange: () => undefined,
    hook: createHookDoor({ hook, token: () => storedToken(desk.folder), nowMs: () => nowMs }),
  });
  onTestFinished(async () => {
    await server.close();
    fixture.dispose();
  });
  const plan = (more: object = {}) => {
    const { stop, target, side } = desk.plan();
    return JSON.stringify({
      symbol: 'BINANCE:BTCUSDT',
      action: side,
      stop: String(stop),
      take_profit: target,
      ...more,
    });
  };
  return { desk, market, settings, logged, server, token, plan, waits: (ms: number) => (nowMs += ms) };
}

describe('ST-20: POST /hook/signals', () => {
  it('answers 202 with the phantom, with the token in the header or in the address, without cookie or origin', async () => {
    const { desk, server, token, plan } = await hooked();
    const first = await send(server.port, plan({ id: 'a' }), bearer(token));
    expect(first.status).toBe(202);
    const taken = JSON.parse(first.body);
    expect(taken).toMatchObject({ duplicate: false, disposition: 'shadow', scoreKind: 'heuristic' });
    expect(desk.profile.history.detail(taken.phantomId)?.phantom.signal.strategyId).toBe('external:webhook');
    // As TradingView sends it: text, no header of its own.
    const again = await send(server.port, plan({ id: 'a' }), {
      path: `/hook/signals?token=${token}`,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
    expect([again.status, JSON.parse(again.body)]).toEqual([202, { ...taken, duplicate: true }]);
    expect(again.headers['content-security-policy']).toBe("default-src 'none'");
  });

  it('RE-52: refuses a foreign host, a foreign origin and another site before it looks at anything', async () => {
    const { server, token, plan } = await hooked();
    const status = async (headers: Record<string, string>) =>
      (await send(server.port, plan(), { headers: { ...bearer(token).headers, ...headers } })).status;
    expect(await status({ host: 'evil.example' })).toBe(421);
    expect(await status({ origin: 'https://evil.example' })).toBe(403);
    expect(await status({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(403);
    expect(await status({})).toBe(202);
  });

  it('RE-52: wants its own token, limits guesses, and takes a renewed one at once', async () => {
    const { desk, server, token, plan, waits } = await hooked();
    const status = async (given: string) => (await send(server.port, plan(), bearer(given))).status;
    expect((await send(server.port, plan())).status).toBe(401);
    expect((await send(server.port, plan(), { path: '/hook/signals?token=' })).status).toBe(401);
    expect(await status(createSecret())).toBe(401);
    const renewed = renewHookToken(desk.folder);
    expect(await status(token)).toBe(401);
    expect(await status(renewed)).toBe(202);
    for (let guess = 0; guess < 20; guess++) await status(`guess-${guess}`);
    expect(await status(renewed)).toBe(429);
    waits(60_000);
    expect(await status(renewed)).toBe(202);
  });

  it('is off until it is switched on, and says how', async () => {
    const { desk, server, settings, token, plan } = await hooked(false);
    const refused = await send(server.port, plan(), bearer(token));
    expect([refused.status, JSON.parse(refused.body).error.remedy]).toEqual([
      403,
      expect.stringContaining('--webhook on'),
    ]);
    expect(desk.profile.externals.taken()).toEqual([]);
    settings.current = { webhook: true };
    expect((await send(server.port, plan(), bearer(token))).status).toBe(202);
  });

  it('says in words what to mend: method, size, JSON, fields, instrument, levels, one per bar', async () => {
    const { server, token, plan, waits, logged } = await hooked();
    const ask = async (body: string, more: Asked = {}) => {
      waits(60_000);
      const { status, body: text } = await send(server.port, body, { ...bearer(token), ...more });
      const { error } = JSON.parse(text);
      expect(error.remedy).not.toBe('');
      return [status, error.message];
    };
    expect(await ask('', { method: 'GET' })).toEqual([405, 'Signals are sent with POST.']);
    expect(await ask(`{"a": "${'x'.repeat(17_000)}"}`)).toEqual([413, 'A signal has at most 16384 bytes.']);
    expect(await ask('long BTC')).toEqual([400, 'The body is no JSON.']);
    expect(await ask('{"symbol": "BTCUSDT"}')).toEqual([400, 'side is missing; stop is missing; target is missing.']);
    expect(await ask(plan({ stopp: 1 }))).toEqual([400, expect.stringContaining('there is no field "stopp"')]);
    expect(await ask(plan({ symbol: 'DOGEUSDT' }))).toEqual([404, 'No watched instrument is called DOGEUSDT.']);
    expect(await ask(plan({ stop: 1 }))).toEqual([422, expect.stringContaining('ATR(14)')]);
    expect((await send(server.port, plan({ id: 'a' }), bearer(token))).status).toBe(202);
    expect(await ask(plan({ id: 'b' }))).toEqual([409, expect.stringContaining('this bar already')]);
    expect(logged.every((line) => line.startsWith('refused: '))).toBe(true);
  });

  it('limits the rate, and a body without a length is read no further than the limit', async () => {
    const { desk, server, token, plan, waits } = await hooked();
    const endless = await new Promise<string>((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('close', () => resolve(text));
      socket.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ECONNRESET' ? resolve(text) : reject(error),
      );
      socket.write(
        `POST /hook/signals HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nauthorization: Bearer ${token}\r\ntransfer-encoding: chunked\r\n\r\n`,
      );
      for (let chunk = 0; chunk < 20; chunk++) socket.write(`400\r\n${' '.repeat(1024)}\r\n`);
    });
    expect(endless.split('\r\n')[0]).toBe('HTTP/1.1 413 Payload Too Large');
    waits(60_000);
    const statuses: number[] = [];
    for (let sent = 0; sent < 61; sent++)
      statuses.push((await send(server.port, plan({ id: 'a' }), bearer(token))).status);
    expect([new Set(statuses.slice(0, 60)), statuses[60]]).toEqual([new Set([202]), 429]);
    expect(desk.profile.externals.taken()).toHaveLength(1);
  });

  it('RE-51, RE-54: 1,500 mutated bodies are answered, none breaks the desk, texts stay texts', async () => {
    const { desk, server, token, plan, waits } = await hooked();
    const random = seededRandom(7);
    const hostile = [
      '<img src=x onerror=alert(1)>',
      "'; DROP TABLE phantoms;--",
      '=cmd|calc',
      '\u202e\u0000',
      '{{close}}',
    ];
    const statuses = new Map<number, number>();
    for (let index = 0; index < 1_500; index++) {
      waits(60_000);
      if (index % 300 === 299) desk.run([walk(1, 300), walk(2, 300)], 1);
      const words = {
        id: `n${index}`,
        comment: hostile[index % hostile.length],
        source: index % 3 === 0 ? 'a' : undefined,
      };
      const body = Buffer.from(plan(index % 5 === 0 ? { ...words, stop: hostile[index % 4] } : words));
      for (let cut = 0; cut < index % 4; cut++) body[Math.floor(random() * body.length)] = Math.floor(random() * 256);
      const { status, body: text } = await send(server.port, body, bearer(token));
      expect(typeof JSON.parse(text)).toBe('object');
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses.keys()].filter((status) => ![202, 400, 404, 409, 422].includes(status))).toEqual([]);
    expect(statuses.get(202)).toBeGreaterThan(3);
    expect(desk.profile.externals.taken()).toHaveLength(statuses.get(202) ?? 0);
    expect(desk.profile.check()).toEqual([]);
    expect(({} as { stop?: unknown }).stop).toBeUndefined();
  });
});

/** The whole web host on a profile, against a market that outlives it. */
async function hostedDesk(profileDir: string, windowDir: string, market: DemoExchange) {
  let app: App | null = null;
  let end: () => void = () => undefined;
  let heard: (line: string) => void = () => undefined;
  const address = new Promise<string>((resolve) => {
    heard = resolve;
  });
  const { restUrl, socketUrl, clock } = market;
  const code = runWebHost({
    args: ['--no-open', '--port', '0', '--profile', profileDir],
    machine: { platform: 'linux', env: {}, homeDir: profileDir },
    windowDir,
    createApp: async ({ profileDir: folder }) => {
      const created = await createApp({
        profileDir: folder,
        settings: { historyDays: 2, stage: 'shadow', webhook: true, symbols: [...FEW_SYMBOLS], learning: false },
        openExchange: (exchange) => openExchange(exchange, { demo: { restUrl, socketUrl, clock } }),
      });
      if (created.ok) app = created.value;
      return created;
    },
    print: (line) => heard(line),
    complain: (line) => heard(line),
    nowMs: () => performance.now(),
    ended: new Promise((resolve) => {
      end = resolve;
    }),
  });
  const port = Number(/:(\d+)\/#/.exec(await address)?.[1]);
  if (app === null) throw new Error('the application was created');
  const ended = () => {
    end();
    return code;
  };
  return { app: app as App, port, close: ended };
}

it('ST-20, PL-1, PL-6: over a real desk: sent, kept across a restart, and replayed to the same life', async () => {
  const profileDir = temporaryFolder();
  const fixture = makeWindowFixture('export {}');
  const market = await startMarket(100);
  onTestFinished(async () => {
    await market.close();
    fixture.dispose();
  });
  const token = hookToken(profileDir);
  let host = await hostedDesk(profileDir, fixture.windowDir, market);
  onTestFinished(async () => void (await host.close()));
  const early = await send(host.port, '{"symbol":"BTCUSDT","side":"long","stop":1,"target":2}', bearer(token));
  expect([404, 422, 503]).toContain(early.status);
  await reach(host.app, 'live');
  await batches(host.app, 2);

  const state = host.app.session.keeper?.engine.instrument('demo:BTC/USDT');
  const risk = 0.8 * (state?.signals.atr('15m') ?? Number.NaN);
  const price = state?.lastPrice ?? Number.NaN;
  const alert = { id: 'first', ticker: 'BTCUSDT', action: 'buy', sl: price - risk, tp: price + 2 * risk, source: 'tv' };
  const taken = await send(host.port, JSON.stringify(alert), bearer(token));
  expect([taken.status, taken.body]).toEqual([202, expect.stringContaining('"duplicate":false')]);
  const { phantomId } = JSON.parse(taken.body);
  expect(await host.close()).toBe(0);

  host = await hostedDesk(profileDir, fixture.windowDir, market);
  await reach(host.app, 'live');
  const again = await send(host.port, JSON.stringify(alert), bearer(token));
  expect([again.status, JSON.parse(again.body)]).toMatchObject([202, { phantomId, duplicate: true }]);
  market.control.setSpeed(3_000);
  while (host.app.session.keeper?.engine.openPhantoms.get(phantomId) !== undefined) await batches(host.app, 1);
  expect(await host.close()).toBe(0);

  withProfile(profileDir, (profile) => {
    const recorded = recordedPhantoms(profile);
    expect(recorded.get(phantomId)?.result?.outcome).toMatch(/win|loss|timeout/);
    expect(profile.externals.taken().map(({ signalId }) => signalId)).toEqual([phantomId]);
    expectSameLives(recorded, replayedPhantoms(profile));
  });
});
