/** RE-51: whatever a page sends, the trusted side stays up, answers or closes, and its prototypes stay as they were. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contract } from '#contract/contract.ts';
import { createMemoryPortPair } from '#contract/rpc/memory-port.ts';
import type { Frame, Port } from '#contract/rpc/port.ts';
import { decodeServerFrame, isLongerThan } from '#contract/rpc/protocol.ts';
import { serveContract } from '#contract/rpc/server.ts';
import type { DeskService } from '#contract/service.ts';

const quiet = () => new Promise((resolve) => setImmediate(resolve));
const names = Object.keys(contract);

/** Answers every call and opens every stream; an input that a schema let through is touched like a real handler would. */
function touchingService(): DeskService {
  const touch = (input: unknown) => JSON.stringify(input)?.length ?? 0;
  const calls = Object.fromEntries(names.map((name) => [name, touch]));
  const open = (input: unknown) => ({ snapshot: touch(input), stop: () => undefined });
  const streams = Object.fromEntries(names.map((name) => [name, open]));
  return { calls, streams } as unknown as DeskService;
}

const poison = fc.constantFrom(
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"filter":{"__proto__":{"polluted":1}},"sort":{"by":"__proto__","direction":"ascending"}}',
  '[[[[[[]]]]]]',
  '1e999',
  '-0',
  '"\\u0000\\ud800"',
  'null',
);
const input = fc.oneof(poison, fc.json({ maxDepth: 4 }));
const id = fc.oneof(
  fc.integer({ min: -2, max: 9_999 }).map(String),
  fc.constantFrom('1e308', '"1"', 'null', '0.5', '{}'),
);
const kind = fc.oneof(
  fc.constantFrom('"call"', '"open"', '"stop"', '"answer"', '"__proto__"'),
  fc.json({ maxDepth: 1 }),
);
const name = fc.oneof(
  fc.constantFrom(...names).map((one) => JSON.stringify(one)),
  fc.constantFrom('"__proto__"', '"constructor"', '"hasOwnProperty"', '"toString"', '5', 'null'),
);
const shaped = fc
  .tuple(kind, id, name, input)
  .map(([k, i, n, x]) => `{"kind":${k},"id":${i},"name":${n},"input":${x}}`);
const well = fc
  .tuple(fc.constantFrom('call', 'open'), fc.integer({ min: 1, max: 1e9 }), fc.constantFrom(...names), input)
  .map(([k, i, n, x]) => `{"kind":"${k}","id":${i},"name":"${n}","input":${x}}`);
const cut = fc.tuple(well, fc.nat(200)).map(([text, length]) => text.slice(0, length));
const frame: fc.Arbitrary<Frame> = fc.oneof(
  { weight: 4, arbitrary: well },
  { weight: 3, arbitrary: shaped },
  { weight: 1, arbitrary: cut },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) },
);

describe('RE-51: fuzzed frames', () => {
  it('10,000 of them: no exception, an answer or a closed port, prototypes as before', async () => {
    const before = [Object.prototype, Array.prototype, Function.prototype].map((one) => Reflect.ownKeys(one).length);
    const bugs: unknown[] = [];
    const service = touchingService();
    let sent = 0;
    let answered = 0;
    let closed = 0;
    let near: Port | null = null;
    const dial = () => {
      const [left, right] = createMemoryPortPair();
      serveContract(contract, service, right, { onBug: (error, where) => bugs.push([error, where]) });
      left.onFrame((raw) => {
        if (decodeServerFrame(raw) === null) bugs.push(raw);
        answered += 1;
      });
      left.onClose(() => {
        closed += 1;
        near = null;
      });
      return left;
    };
    const frames = fc.sample(frame, { numRuns: 10_000, seed: 51 });
    for (const one of frames) {
      near ??= dial();
      near.send(one);
      sent += 1;
      await quiet();
    }
    expect(sent).toBe(10_000);
    expect(bugs).toEqual([]);
    // Only `stop` frames and streams of a known shape go without an answer of their own.
    expect(answered).toBeGreaterThan(5_000);
    expect(closed).toBeGreaterThan(500);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect([Object.prototype, Array.prototype, Function.prototype].map((one) => Reflect.ownKeys(one).length)).toEqual(
      before,
    );
  });

  it('deep nesting up to the limit of a frame neither throws nor stalls', async () => {
    const [left, right] = createMemoryPortPair();
    const bugs: unknown[] = [];
    serveContract(contract, touchingService(), right, { onBug: (error) => bugs.push(error) });
    const answers: unknown[] = [];
    left.onFrame((raw) => answers.push(decodeServerFrame(raw)));
    const deep = '['.repeat(500_000) + ']'.repeat(500_000);
    names.forEach((one, index) => {
      left.send(`{"kind":"call","id":${index + 1},"name":"${one}","input":${deep}}`);
    });
    await quiet();
    expect(answers).toHaveLength(names.length);
    expect(answers.every((one) => (one as { kind: string }).kind === 'fault')).toBe(true);
    expect(bugs).toEqual([]);
  });

  it('the length of a frame is counted in UTF-8 bytes', () => {
    const encoder = new TextEncoder();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(200), (text, limit) => {
        expect(isLongerThan(text, limit)).toBe(encoder.encode(text).length > limit);
      }),
    );
  });
});
