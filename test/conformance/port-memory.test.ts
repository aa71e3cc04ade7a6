/** The in-memory pair keeps the promises of a `Port`. */
import { createMemoryPortPair } from '#contract/rpc/memory-port.ts';
import { describePort } from '#test/support/port-conformance.ts';

describePort('Port over memory', () => {
  const [left, right] = createMemoryPortPair();
  return { left, right };
});
