/** The web host over real sockets: who gets in, and what a slow, greedy or hostile client can do (RE-52). */
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { createClient } from '#contract/rpc/client.ts';
import type { Port } from '#contract/rpc/port.ts';
import { serveContract } from '#contract/rpc/server.ts';
import { createSecret, createSessions } from '#main/hosts/web/sessions.ts';
import { startWebServer, type WebServerOptions } from '#main/hosts/web/web-server.ts';
import { loadWindowFiles } from '#main/hosts/window/window-files.ts';
import { createSmallService, type SmallContract, smallContract } from '#test/support/small-contract.ts';
import { makeWindowFixture } from '#test/support/window-fixture.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

async function started(more: Partial<WebServerOptions> = {}) {
  const fixture = makeWindowFixture('export {}');
  const files = loadWindowFiles(fixture.windowDir);
  if (!files.ok) throw new Error(files.error.message);
  const secrets = { cookie: createSecret(), bearer: createSecret() };
  const sessions = createSessions(secrets, () => 0);
  const desk = createSmallService();
  const ports: Port[] = [];
  let exchanges = 0;
  const server = await startWebServer(0, {
    files: files.value,
    sessions,
    serve(port) {
      ports.push(port);
      serveContract(smallContract, desk.service, port, { onBug: () => undefined });
    },
    onExchange: () => {
      exchanges += 1;
    },
    ...more,
  });
  onTestFinished(async () => {
    await server.close();
    fixture.dispose();
  });
  const host = `127.0.0.1:${server.port}`;
  const own = { host, origin: `http://${host}`, cookie: `shadowdesk_${server.port}=${secrets.cookie}` };

  function ask(method: string, path: string, headers: Record<string, string>, body = ''): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: server.port, method, path, headers }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += String(chunk)));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /** The open socket, or the status with which the upgrade was refused. */
  function upgrade(headers: Record<string, string>, path = '/contract'): Promise<WebSocket | number> {
    return new Promise((resolve, reject) => {
      const { origin, ...rest } = headers;
      const options: ClientOptions = { headers: rest, ...(origin === undefined ? {} : { origin }) };
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, options);
      onTestFinished(() => socket.terminate());
      socket.on('open', () => resolve(socket));
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('error', reject);
    });
  }
  return { server, sessions, secrets, desk, ports, host, own, ask, upgrade, exchanges: () => exchanges };
}

describe('RE-52: the way in', () => {
  it('exchanges the token once for a cookie that scripts cannot read and other sites cannot send', async () => {
    const { server, sessions, secrets, own, ask, exchanges } = await started();
    const token = sessions.currentToken();
    const headers = { host: own.host, origin: own.origin };
    expect((await ask('GET', '/session', headers)).status).toBe(401);
    const answer = await ask('POST', '/session', headers, token);
    expect(answer.status).toBe(204);
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie.startsWith(`shadowdesk_${server.port}=${secrets.cookie};`)).toBe(true);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    expect(exchanges()).toBe(1);
    expect((await ask('POST', '/session', headers, token)).status).toBe(401);
    expect((await ask('GET', '/session', own)).status).toBe(204);
  });

  it('refuses a wrong, an empty and an endless token, and then every token for a while', async () => {
    const { sessions, own, ask } = await started();
    const headers = { host: own.host, origin: own.origin };
    expect((await ask('POST', '/session', headers, createSecret())).status).toBe(401);
    expect((await ask('POST', '/session', headers, '')).status).toBe(401);
    expect((await ask('POST', '/session', headers, 'x'.repeat(101))).status).toBe(413);
    expect((await ask('POST', '/session', { ...headers, 'transfer-encoding': 'chunked' }, 'x')).status).toBe(413);
    for (let guess = 0; guess < 20; guess += 1) await ask('POST', '/session', headers, `guess ${guess}`);
    expect((await ask('POST', '/session', headers, sessions.currentToken())).status).toBe(429);
  });

  it('refuses a foreign host and a foreign origin on every path and the upgrade', async () => {
    const { own, ask, upgrade, sessions } = await started();
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/index.html'],
      ['GET', '/assets/main-1a2b.js'],
      ['GET', '/session'],
      ['POST', '/session'],
      ['GET', '/nothing'],
      ['DELETE', '/'],
    ] as const) {
      const body = method === 'POST' ? sessions.currentToken() : '';
      expect((await ask(method, path, { ...own, host: 'evil.example' }, body)).status).toBe(421);
      expect((await ask(method, path, { ...own, origin: 'http://evil.example' }, body)).status).toBe(403);
    }
    expect(await upgrade({ ...own, host: 'evil.example' })).toBe(421);
    expect(await upgrade({ ...own, origin: 'http://evil.example' })).toBe(403);
  });

  it('upgrades for cookie and own origin, or for a bearer, and for nobody else', async () => {
    const { secrets, own, upgrade, server } = await started();
    const { host, origin } = own;
    expect(await upgrade({ host, origin })).toBe(401);
    expect(await upgrade({ host, origin, cookie: `shadowdesk_${server.port}=${createSecret()}` })).toBe(401);
    expect(await upgrade({ host, origin, cookie: `shadowdesk_1=${secrets.cookie}` })).toBe(401);
    expect(await upgrade({ host, cookie: own.cookie })).toBe(403);
    expect(await upgrade({ host, authorization: `Bearer ${secrets.cookie}` })).toBe(401);
    // A wrong bearer is not made good by a right cookie.
    expect(await upgrade({ ...own, authorization: `Bearer ${createSecret()}` })).toBe(401);
    expect(await upgrade(own, '/elsewhere')).toBe(404);
    expect(await upgrade(own)).toBeInstanceOf(WebSocket);
    expect(await upgrade({ host, authorization: `Bearer ${secrets.bearer}` })).toBeInstanceOf(WebSocket);
  });

  it('listens on the loopback address only', async () => {
    const { server } = await started();
    const refused = await new Promise((resolve) => {
      // Another address of this machine: still loopback, and still not ours.
      const socket = connect(server.port, '127.0.0.2', () => resolve('connected'));
      socket.on('error', (error) => resolve((error as NodeJS.ErrnoException).code));
      onTestFinished(() => void socket.destroy());
    });
    expect(refused).not.toBe('connected');
  });

  it('serves the page with a policy and a nonce of its own, and only the files of the window', async () => {
    const { own, host, ask } = await started();
    const pages = await Promise.all([ask('GET', '/', { host: own.host }), ask('GET', '/', { host: own.host })]);
    const nonces = pages.map((page) => {
      const policy = String(page.headers['content-security-policy']);
      const [, nonce = ''] = /'nonce-([\w-]+)'/.exec(policy) ?? [];
      expect(policy).toContain(`connect-src 'self' ws://${host};`);
      expect(page.body).toContain(`content="${nonce}"`);
      expect(page.headers['cache-control']).toBe('no-store');
      return nonce;
    });
    expect(new Set(nonces).size).toBe(2);
    expect((await ask('GET', '/assets/main-1a2b.js?v=1', { host: own.host })).status).toBe(200);
    for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/assets/../../secret.txt', '/missing']) {
      const answer = await ask('GET', path, { host: own.host });
      expect(answer.status).toBe(404);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
    const head = await ask('HEAD', '/', { host: own.host });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect((await ask('PUT', '/', own)).status).toBe(405);
  });
});

describe('RE-52: slow and greedy clients', () => {
  it('RE-51: a frame over 1 MiB ends the connection, and nobody else notices', async () => {
    const { own, upgrade } = await started();
    const [greedy, other] = await Promise.all([upgrade(own), upgrade(own)]);
    if (typeof greedy === 'number' || typeof other === 'number') throw new Error('not let in');
    const code = new Promise((resolve) => greedy.on('close', resolve));
    greedy.on('error', () => undefined);
    greedy.send('x'.repeat(1_048_577));
    expect(await code).toBe(1009);
    const answer = new Promise((resolve) => other.on('message', (data) => resolve(JSON.parse(String(data)))));
    other.send(JSON.stringify({ kind: 'call', id: 1, name: 'numbers.add', input: { left: 1, right: 2 } }));
    expect(await answer).toEqual({ kind: 'answer', id: 1, output: 3 });
  });

  it('cuts a page that does not read what it asked for', async () => {
    const { own, upgrade, desk } = await started({
      socketLimits: { bufferedBytes: 1_000_000, framesPerSecond: 1_000 },
    });
    const socket = await upgrade(own);
    if (typeof socket === 'number') throw new Error('not let in');
    const opened = new Promise((resolve) => socket.once('message', resolve));
    socket.send(JSON.stringify({ kind: 'open', id: 1, name: 'counter.watch', input: { from: 1 } }));
    await opened;
    socket.pause();
    const [sink] = desk.sinks;
    const text = 'x'.repeat(500_000) as unknown as number;
    // The kernel takes some megabytes before anything waits here.
    for (let sent = 0; sent < 200 && desk.stops.count === 0; sent += 1) {
      sink?.push({ value: text });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(desk.stops.count).toBe(1);
  });

  it('reads no more than its share from a page that talks too much', async () => {
    let handled = 0;
    const { own, upgrade } = await started({
      socketLimits: { bufferedBytes: 1_000_000, framesPerSecond: 50 },
      serve: (port) =>
        port.onFrame(() => {
          handled += 1;
          if (handled === 1) port.send('first');
        }),
    });
    const socket = await upgrade(own);
    if (typeof socket === 'number') throw new Error('not let in');
    const first = new Promise((resolve) => socket.once('message', resolve));
    // Far more than one read of the socket: what was read in one piece is still handled.
    const frame = 'x'.repeat(10_000);
    for (let sent = 0; sent < 2_000; sent += 1) socket.send(frame);
    await first;
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(handled).toBeLessThan(200);
    expect(socket.bufferedAmount).toBeGreaterThan(1_000_000);
  });

  it('takes no more sockets than it can serve', async () => {
    const { own, upgrade } = await started({ maximumSockets: 2 });
    expect(await upgrade(own)).toBeInstanceOf(WebSocket);
    expect(await upgrade(own)).toBeInstanceOf(WebSocket);
    expect(await upgrade(own)).toBe(503);
  });

  it('survives what is not HTTP', async () => {
    const { server, own, ask } = await started();
    const socket: Socket = connect(server.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => undefined);
    socket.write('\u0000\u0001 this is not http\r\n\r\n');
    await closed;
    expect((await ask('GET', '/session', own)).status).toBe(204);
  });
});

it('closes in order: pages are told, streams stopped, the port is free again', async () => {
  const { server, own, upgrade, desk } = await started();
  const socket = await upgrade(own);
  if (typeof socket === 'number') throw new Error('not let in');
  socket.send(JSON.stringify({ kind: 'open', id: 1, name: 'counter.watch', input: { from: 1 } }));
  await new Promise((resolve) => socket.once('message', resolve));
  const code = new Promise((resolve) => socket.on('close', resolve));
  await server.close();
  expect(await code).toBe(1001);
  expect(desk.stops.count).toBe(1);
  await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toThrow();
});

it('a client of the contract works over the real socket', async () => {
  const { own, upgrade } = await started();
  const socket = await upgrade(own);
  if (typeof socket === 'number') throw new Error('not let in');
  const { portOverWebSocket } = await import('#main/hosts/web/web-socket-port.ts');
  const client = createClient<SmallContract>(portOverWebSocket(socket));
  await expect(client.call('numbers.add', { left: 20, right: 22 })).resolves.toBe(42);
});
