/** Blobs beside the contract's frames: whole, in order with the text, and without trust in what the other end says. */
import { describe, expect, it } from 'vitest';
import { createMemoryPortPair } from '#contract/rpc/memory-port.ts';
import { createBlobLane } from '#main/workers/blob-lane.ts';
import { datasetParts, readDataset } from '#main/workers/dataset-bytes.ts';
import { closing, collect } from '#test/support/port-conformance.ts';
import { generated } from './generated-data.ts';

function connected() {
  const [near, far] = createMemoryPortPair();
  return { near, sender: createBlobLane(near), receiver: createBlobLane(far) };
}

function piece(blob: number, total: number, bytes: number): Uint8Array {
  const made = new Uint8Array(16 + bytes);
  const view = new DataView(made.buffer);
  view.setUint32(0, blob, true);
  view.setFloat64(8, total, true);
  return made;
}

describe('a blob', () => {
  it('is whole, from several parts, before the text that was sent after it', async () => {
    const { sender, receiver } = connected();
    const big = Uint8Array.from({ length: 1_200_000 }, (_, index) => index % 251);
    const text = collect(receiver.contractPort, 1);
    await sender.send(5, [Uint8Array.of(1, 2), big, new Uint8Array(0), Uint8Array.of(3)]);
    sender.contractPort.send('take 5');
    expect(await text).toEqual(['take 5']);
    const blob = receiver.take(5);
    expect(blob).toHaveLength(1_200_003);
    expect(blob?.subarray(2, 1_200_002)).toEqual(big);
    expect(receiver.take(5)).toBeNull();
  });

  it('RE-30: leaves the event loop a turn after each piece', async () => {
    const { sender } = connected();
    let turns = 0;
    let isSending = true;
    const count = () => {
      turns += 1;
      if (isSending) setImmediate(count);
    };
    setImmediate(count);
    await sender.send(
      1,
      Array.from({ length: 40 }, () => new Uint8Array(1000)),
    );
    isSending = false;
    expect(turns).toBeGreaterThanOrEqual(39);
  });

  it('cannot be taken before all of it is there', async () => {
    const { near, receiver } = connected();
    const text = collect(receiver.contractPort, 1);
    near.send(piece(1, 10, 9));
    near.send('so far');
    await text;
    expect(receiver.take(1)).toBeNull();
  });

  it.each<[string, readonly Uint8Array[]]>([
    ['too short a piece', [new Uint8Array(15)]],
    ['no size', [piece(1, 0, 0)]],
    ['a size that is no number', [piece(1, Number.NaN, 1)]],
    ['a size beyond all memory', [piece(1, 2 ** 40, 1)]],
    ['more than it said', [piece(1, 4, 3), piece(1, 4, 2)]],
    ['another size in its second piece', [piece(1, 4, 3), piece(1, 5, 1)]],
  ])('closes the port on %s', async (_, pieces) => {
    const { near, receiver } = connected();
    receiver.contractPort.onFrame(() => undefined);
    const closed = closing(near);
    for (const part of pieces) near.send(part);
    expect(await closed).toMatch(/blob/);
  });
});

describe('examples as a blob', () => {
  const data = generated({ rows: 33, seed: 'blob', missing: 0.3 });
  const joined = () => new Uint8Array(Buffer.concat(datasetParts(data)));

  it('come back as they were, gaps and names included', () => {
    expect(readDataset(joined())).toEqual({ ok: true, value: data });
    const named = { ...data, names: data.names.map((name) => `${name} größe 😀`) };
    expect(readDataset(new Uint8Array(Buffer.concat(datasetParts(named))))).toEqual({ ok: true, value: named });
  });

  it('are refused when their size is not the one they say', () => {
    const bytes = joined();
    for (let length = 0; length < bytes.length; length += 7) expect(readDataset(bytes.slice(0, length)).ok).toBe(false);
    expect(readDataset(new Uint8Array(bytes.length + 8)).ok).toBe(false);
  });

  it('are refused when their header is unreadable', () => {
    const bytes = joined();
    bytes[8] = 0x78;
    expect(readDataset(bytes)).toEqual({ ok: false, error: 'the header of the examples is not readable' });
  });
});
