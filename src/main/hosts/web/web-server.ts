/** The loopback server of the window: its files, the exchange of the token, and the upgrade to the contract (RE-52). */
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Port } from '#contract/rpc/port.ts';
import { MAXIMUM_FRAME_BYTES } from '#contract/rpc/protocol.ts';
import { contentPolicy, SECURITY_HEADERS } from '../window/content-policy.ts';
import type { WindowFiles } from '../window/window-files.ts';
import { ownHosts, type RequestFacts, refuseForeign } from './access.ts';
import { HOOK_PATH, type HookDoor } from './hook-door.ts';
import { cookieName, cookieValue, createSecret, type Sessions } from './sessions.ts';
import { DEFAULT_SOCKET_LIMITS, portOverWebSocket, type SocketLimits } from './web-socket-port.ts';

export interface WebServerOptions {
  readonly files: WindowFiles;
  readonly sessions: Sessions;
  /** Serves the contract to a page or tool that was let in. */
  readonly serve: (port: Port) => void;
  /** A browser came in: its token is used up, and `sessions` has the next. */
  readonly onExchange: () => void;
  /** Takes signals from outside (ST-20); without it there is no such path. */
  readonly hook?: HookDoor;
  readonly socketLimits?: SocketLimits;
  readonly maximumSockets?: number;
}

export interface WebServer {
  readonly port: number;
  close(): Promise<void>;
}

const loopback = '127.0.0.1';
const maximumConnections = 128;
const pingEveryMs = 20_000;
const cookieLifeSeconds = 30 * 24 * 3_600;
const longestToken = 100;

/** Listens on `port` of the loopback interface (0: any free one); rejects with the system's error when it is taken. */
export async function startWebServer(port: number, options: WebServerOptions): Promise<WebServer> {
  const server = createServer({
    requestTimeout: 15_000,
    headersTimeout: 10_000,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 5_000,
  });
  server.maxConnections = maximumConnections;
  const boundPort = await listen(server, port);
  const hosts = ownHosts(boundPort);
  const { sessions } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAXIMUM_FRAME_BYTES,
    clientTracking: true,
  });

  function isLetIn(request: IncomingMessage): boolean {
    const bearer = bearerOf(request);
    if (bearer !== null) return sessions.acceptsBearer(bearer);
    const cookie = cookieValue(request.headers.cookie, cookieName(boundPort));
    return cookie !== null && sessions.acceptsCookie(cookie);
  }

  function answerPage(response: ServerResponse, host: string): void {
    const nonce = createSecret();
    const policy = contentPolicy(nonce, [`ws://${host}`]);
    send(response, 200, { 'content-type': 'text/html; charset=utf-8', policy }, options.files.page(nonce));
  }

  async function answerExchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const length = Number(request.headers['content-length'] ?? Number.NaN);
    if (!(length <= longestToken)) {
      // Not read at all, so the connection cannot be used again.
      send(response, 413, { connection: 'close' }, 'That is no token.');
      return;
    }
    const answer = sessions.exchange(await readBody(request));
    if (answer === 'wrong') {
      send(response, 401, {}, 'This address has been used or is not ours.');
    } else if (answer === 'too-many') {
      send(response, 429, { 'retry-after': '60' }, 'Too many wrong tokens.');
    } else {
      const attributes = `HttpOnly; SameSite=Strict; Path=/; Max-Age=${cookieLifeSeconds}`;
      send(response, 204, { 'set-cookie': `${cookieName(boundPort)}=${answer.cookie}; ${attributes}` });
      options.onExchange();
    }
  }

  function answerFile(response: ServerResponse, pathname: string): void {
    const file = options.files.find(pathname);
    if (file === null) {
      send(response, 404, {}, 'There is no such file.');
      return;
    }
    const kept = file.immutable ? { 'cache-control': 'private, max-age=31536000, immutable' } : {};
    send(response, 200, { 'content-type': file.contentType, ...kept }, file.body);
  }

  async function answerHook(door: HookDoor, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body, closes } = await door.answer(request);
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      ...(closes === true ? { connection: 'close' } : {}),
      ...(status === 405 ? { allow: 'POST' } : {}),
      ...(status === 429 || status === 503 ? { 'retry-after': '60' } : {}),
    };
    send(response, status, headers, `${JSON.stringify(body)}\n`);
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const [pathname = '/'] = (request.url ?? '/').split('?');
    const hook = pathname === HOOK_PATH ? options.hook : undefined;
    const facts = factsOf(request, false);
    // Programs that send signals name no origin; their token is the hook's own affair.
    const refusal = refuseForeign(hook === undefined ? facts : { ...facts, bearer: true }, hosts);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (refusal !== null) send(response, refusal.status, {}, refusal.message);
    else if (hook !== undefined) void answerHook(hook, request, response);
    else if (pathname === '/session' && isRead) send(response, isLetIn(request) ? 204 : 401, {});
    else if (pathname === '/session' && request.method === 'POST') void answerExchange(request, response);
    else if (!isRead) send(response, 405, { allow: 'GET, HEAD' }, 'Not here.');
    else if (pathname === '/' || pathname === '/index.html') answerPage(response, request.headers.host ?? '');
    else answerFile(response, pathname);
  }

  server.on('request', answer);
  server.on('clientError', (_error, socket) => socket.destroy());
  /** The status with which an upgrade is refused, or null. */
  function upgradeRefusal(request: IncomingMessage): number | null {
    const refusal = refuseForeign(factsOf(request, true), hosts);
    if (refusal !== null) return refusal.status;
    if (request.url !== '/contract') return 404;
    if (!isLetIn(request)) return 401;
    return sockets.clients.size >= (options.maximumSockets ?? 32) ? 503 : null;
  }

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const status = upgradeRefusal(request);
    if (status !== null) {
      refuseUpgrade(socket, status);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      alive.add(client);
      client.on('pong', () => alive.add(client));
      options.serve(portOverWebSocket(client, options.socketLimits ?? DEFAULT_SOCKET_LIMITS));
    });
  });

  /** Those that answered since the last ping; the others are cut, or a vanished page would hold its streams for ever. */
  const alive = new WeakSet<WebSocket>();
  const pings = setInterval(() => {
    for (const client of sockets.clients) {
      if (!alive.delete(client)) client.terminate();
      else client.ping();
    }
  }, pingEveryMs);
  pings.unref();

  return {
    port: boundPort,
    async close() {
      clearInterval(pings);
      const ends = [...sockets.clients].map((client) => new Promise((resolve) => client.once('close', resolve)));
      const closed = Promise.all([new Promise((resolve) => server.close(resolve)), ...ends]);
      for (const client of sockets.clients) client.close(1001, 'Shadowdesk is closing');
      server.closeIdleConnections();
      const grace = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
        server.closeAllConnections();
      }, 500);
      await closed;
      clearTimeout(grace);
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, () => {
      server.removeListener('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function factsOf(request: IncomingMessage, isUpgrade: boolean): RequestFacts {
  const { headers } = request;
  const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(', ') : value);
  return {
    method: request.method ?? '',
    host: headers.host,
    origin: headers.origin,
    fetchSite: one(headers['sec-fetch-site']),
    fetchMode: one(headers['sec-fetch-mode']),
    isUpgrade,
    bearer: bearerOf(request) !== null,
  };
}

function bearerOf(request: IncomingMessage): string | null {
  return /^Bearer ([\w-]+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

function send(
  response: ServerResponse,
  status: number,
  { policy = "default-src 'none'", ...headers }: Readonly<Record<string, string>>,
  body?: string | Uint8Array,
): void {
  const own = { 'cache-control': 'no-store', 'content-security-policy': policy, ...SECURITY_HEADERS };
  const type = body === undefined ? {} : { 'content-type': 'text/plain; charset=utf-8' };
  response.writeHead(status, { ...own, ...type, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function refuseUpgrade(socket: Duplex, status: number): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
  socket.end(head, () => socket.destroy());
}

/** The body as text; an interrupted one is as wrong as any other. */
async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  try {
    for await (const chunk of request) body += String(chunk);
  } catch {
    return '';
  }
  return body;
}
