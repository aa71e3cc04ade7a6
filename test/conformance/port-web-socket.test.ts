/** The page's WebSocket and the web host's end of it keep the promises of a `Port`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Port } from '#contract/rpc/port.ts';
import { portOverWebSocket } from '#main/hosts/web/web-socket-port.ts';
import { openWebSocketPort } from '#renderer/lib/port/web-socket-port.ts';
import { type ConnectedPair, describePort } from '#test/support/port-conformance.ts';

async function connect(): Promise<{ page: Port; host: Port; dispose: () => Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: 1_048_576 });
  const accepted = new Promise<Port>((resolve) => {
    sockets.once('connection', (socket) => resolve(portOverWebSocket(socket)));
  });
  const { port } = server.address() as AddressInfo;
  const page = await openWebSocketPort(`ws://127.0.0.1:${port}/`);
  const dispose = async () => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
    await new Promise((resolve) => server.close(resolve));
  };
  return { page, host: await accepted, dispose };
}

describePort('Port over WebSocket, from the page', async (): Promise<ConnectedPair> => {
  const { page, host, dispose } = await connect();
  return { left: page, right: host, dispose };
});

describePort('Port over WebSocket, from the host', async (): Promise<ConnectedPair> => {
  const { page, host, dispose } = await connect();
  return { left: host, right: page, dispose };
});
