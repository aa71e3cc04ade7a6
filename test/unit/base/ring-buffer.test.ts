import { describe, expect, it } from 'vitest';
import { RingBuffer } from '#core/base/ring-buffer.ts';

describe('ring buffer', () => {
  it('gives the newest values back and forgets the oldest', () => {
    const ring = new RingBuffer(4);
    for (let value = 1; value <= 6; value++) ring.push(value);
    expect([0, 1, 2, 3].map((ago) => ring.at(ago))).toEqual([6, 5, 4, 3]);
    expect(ring.at(4)).toBeNaN();
    expect(ring.at(-1)).toBeNaN();
    expect([ring.count, ring.size, ring.capacity]).toEqual([6, 4, 4]);
    expect([...ring.toArray()]).toEqual([3, 4, 5, 6]);
  });

  it('knows nothing that was never pushed', () => {
    const ring = new RingBuffer(3);
    ring.push(5);
    expect(ring.at(0)).toBe(5);
    expect(ring.at(1)).toBeNaN();
    expect(ring.capacity).toBe(4);
  });

  it('replaces the newest value only', () => {
    const ring = new RingBuffer(2);
    ring.push(1);
    ring.push(2);
    ring.replaceNewest(9);
    expect([...ring.toArray()]).toEqual([1, 9]);
  });

  it('PL-6: a refilled ring goes on as the first one', () => {
    const first = new RingBuffer(4);
    for (let value = 0; value < 11; value++) first.push(value);
    const second = new RingBuffer(4);
    second.push(77);
    second.refill(first.count, first.toArray());
    first.push(50);
    second.push(50);
    expect(second.toArray()).toEqual(first.toArray());
    expect(second.count).toBe(first.count);
    expect(() => second.refill(9, [1, 2])).toThrow(/refilled/);
  });

  it('refuses a size that holds nothing', () => {
    expect(() => new RingBuffer(0)).toThrow(/at least one/);
  });
});
