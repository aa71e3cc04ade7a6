/** What every `Port` promises, as one suite: each carrier brings only how a connected pair is made. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Frame, Port } from '#contract/rpc/port.ts';

export interface ConnectedPair {
  readonly left: Port;
  readonly right: Port;
  /** Frees what the pair stands on, after both ports were closed. */
  dispose?(): Promise<void> | void;
}

/** Collects frames, and resolves when `count` of them are there. */
export function collect(port: Port, count: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  return new Promise((resolve) => {
    port.onFrame((frame) => {
      frames.push(frame);
      if (frames.length === count) resolve(frames);
    });
  });
}

export function closing(port: Port): Promise<string> {
  return new Promise((resolve) => port.onClose(resolve));
}

export function describePort(name: string, connect: () => Promise<ConnectedPair> | ConnectedPair): void {
  async function pair(): Promise<ConnectedPair> {
    const made = await connect();
    onTestFinished(async () => {
      made.left.close();
      made.right.close();
      await made.dispose?.();
    });
    return made;
  }

  describe(name, () => {
    it('delivers frames whole and in order, in both directions', async () => {
      const { left, right } = await pair();
      const numbers = Array.from({ length: 500 }, (_, index) => `frame ${index}`);
      const atRight = collect(right, 500);
      const atLeft = collect(left, 500);
      for (const text of numbers) {
        left.send(text);
        right.send(text);
      }
      expect(await atRight).toEqual(numbers);
      expect(await atLeft).toEqual(numbers);
    });

    it('keeps text as text and bytes as bytes, the empty ones too', async () => {
      const { left, right } = await pair();
      const arrived = collect(right, 6);
      const bytes = new Uint8Array([0, 1, 127, 128, 255]);
      left.send('');
      left.send('\u0000 ünï 😀 "quoted"\n');
      left.send(bytes);
      left.send(new Uint8Array(0));
      left.send(bytes.subarray(1, 3));
      left.send('end');
      const frames = await arrived;
      expect(frames.map((frame) => (typeof frame === 'string' ? frame : [...frame]))).toEqual([
        '',
        '\u0000 ünï 😀 "quoted"\n',
        [0, 1, 127, 128, 255],
        [],
        [1, 127],
        'end',
      ]);
      for (const index of [2, 3, 4]) expect(frames[index]).toBeInstanceOf(Uint8Array);
    });

    it('sends the bytes as they were, whatever the sender does to them afterwards', async () => {
      const { left, right } = await pair();
      const arrived = collect(right, 1);
      const bytes = new Uint8Array([1, 2, 3]);
      left.send(bytes);
      bytes.fill(9);
      const [frame] = await arrived;
      expect([...(frame as Uint8Array)]).toEqual([1, 2, 3]);
    });

    it('keeps frames that came before a receiver was set, in order with the later ones', async () => {
      const { left, right } = await pair();
      // The answer shows that the three frames are there already.
      const answered = collect(left, 1);
      left.send('one');
      left.send('two');
      right.send('sent');
      await answered;
      const arrived = collect(right, 3);
      left.send('three');
      expect(await arrived).toEqual(['one', 'two', 'three']);
    });

    it('carries a frame of 900 kB', async () => {
      const { left, right } = await pair();
      const arrived = collect(right, 1);
      const big = 'x€'.repeat(225_000);
      left.send(big);
      const [frame] = await arrived;
      expect(frame === big).toBe(true);
    });

    it('tells both sides once that one of them closed, after the frames that were sent before', async () => {
      const { left, right } = await pair();
      const seen: string[] = [];
      let leftCloses = 0;
      left.onClose(() => {
        leftCloses += 1;
      });
      right.onFrame((frame) => seen.push(String(frame)));
      const rightClosed = closing(right).then((reason) => seen.push(`closed: ${reason}`));
      left.send('last words');
      left.close('enough');
      left.close('again');
      await rightClosed;
      right.close('too late');
      expect(seen).toEqual(['last words', 'closed: enough']);
      expect(leftCloses).toBe(1);
    });

    it('tells a listener that comes after the closing', async () => {
      const { left, right } = await pair();
      const first = closing(right);
      left.close('enough');
      await first;
      expect(await closing(right)).toBe('enough');
      expect(await closing(left)).toBe('enough');
    });

    it('ignores what is sent on a closed port', async () => {
      const { left, right } = await pair();
      const frames: Frame[] = [];
      left.onFrame((frame) => frames.push(frame));
      right.onFrame((frame) => frames.push(frame));
      const closed = closing(right);
      left.close('enough');
      expect(() => left.send('into the void')).not.toThrow();
      await closed;
      expect(() => right.send('into the void')).not.toThrow();
      await new Promise((resolve) => setImmediate(resolve));
      expect(frames).toEqual([]);
    });
  });
}
