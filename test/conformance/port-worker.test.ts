/** The carrier between the main thread and its workers keeps the promises of a `Port`. */
import { MessageChannel } from 'node:worker_threads';
import { portOverWorkerChannel } from '#main/workers/worker-port.ts';
import { describePort } from '#test/support/port-conformance.ts';

describePort('Port over a worker channel', () => {
  const { port1, port2 } = new MessageChannel();
  return { left: portOverWorkerChannel(port1), right: portOverWorkerChannel(port2) };
});
