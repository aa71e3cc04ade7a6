import { describe, expect, it } from 'vitest';
import { DEMO_SPEEDS, DemoClock, type DemoSpeed } from '#main/exchange/demo/demo-clock.ts';

const ANCHOR = Date.UTC(2026, 1, 1);

function clockAt(speed: DemoSpeed): { clock: DemoClock; pass: (ms: number) => void } {
  let monotonic = 5_000.25;
  const clock = new DemoClock({ anchorExchangeTime: ANCHOR, speed, monotonicMs: () => monotonic });
  return {
    clock,
    pass: (ms) => {
      monotonic += ms;
    },
  };
}

describe('DemoClock', () => {
  it.each(DEMO_SPEEDS)('MK-24: exchange time is anchor + speed x elapsed, at speed %d', (speed) => {
    const { clock, pass } = clockAt(speed);
    pass(1_500);
    expect(clock.now()).toBe(ANCHOR + speed * 1_500);
    expect(clock.speed()).toBe(speed);
  });

  it('MK-24: a change of speed goes on from the present instant', () => {
    const { clock, pass } = clockAt(60);
    pass(1_000);
    clock.setSpeed(5);
    expect(clock.now()).toBe(ANCHOR + 60_000);
    pass(1_000);
    expect(clock.now()).toBe(ANCHOR + 65_000);
    clock.pause();
    pass(1_000_000);
    expect(clock.now()).toBe(ANCHOR + 65_000);
    expect(clock.speed()).toBe(0);
  });

  it('never runs backwards, even when the monotonic clock stands still or errs', () => {
    const { clock, pass } = clockAt(100);
    pass(10);
    clock.setSpeed(100);
    const before = clock.now();
    pass(-3);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
  });

  it('steps forward at any speed and tells its listeners', () => {
    const { clock, pass } = clockAt(1);
    const heard: string[] = [];
    const stop = clock.onChange((change) => heard.push(change));
    clock.step(60_000);
    pass(7);
    expect(clock.now()).toBe(ANCHOR + 60_007);
    clock.setSpeed(10);
    stop();
    clock.step(1);
    expect(heard).toEqual(['step', 'speed']);
  });

  it('MK-21: on demand, time stands still until it is stepped', () => {
    const { clock, pass } = clockAt('on-demand');
    pass(10_000);
    expect(clock.now()).toBe(ANCHOR);
    expect(clock.speed()).toBe(0);
    expect(clock.chosenSpeed()).toBe('on-demand');
    clock.step(250);
    expect(clock.now()).toBe(ANCHOR + 250);
  });

  it('MK-25: a clock made from the state of another goes on where that one stood', () => {
    const { clock, pass } = clockAt(60);
    pass(1_234);
    const state = clock.state();
    const restarted = new DemoClock({ ...state, monotonicMs: () => 99 });
    expect(restarted.now()).toBe(ANCHOR + 60 * 1_234);
    expect(restarted.chosenSpeed()).toBe(60);
  });

  it('says how long an instant is away in real time', () => {
    const { clock, pass } = clockAt(100);
    expect(clock.realMsUntil(ANCHOR + 60_000)).toBe(600);
    pass(200);
    expect(clock.realMsUntil(ANCHOR + 60_000)).toBe(400);
    expect(clock.realMsUntil(ANCHOR)).toBe(0);
    clock.pause();
    expect(clock.realMsUntil(ANCHOR + 60_000)).toBeNull();
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the speed %d', (speed) => {
    expect(() => clockAt(1).clock.setSpeed(speed)).toThrow('demo speed');
  });
});
