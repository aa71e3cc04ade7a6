/** Progress of long work: its rate, and how long it will still take (MK-31). */
import { describe, expect, it } from 'vitest';
import type { JobProgress } from '#contract/areas/session.ts';
import { WorkMeter } from '#main/services/work-meter.ts';

function meterOf(total: number) {
  const told: JobProgress[] = [];
  let nowMs = 0;
  const meter = new WorkMeter({
    stage: 'running',
    unit: 'candles',
    total,
    progress: (progress) => told.push(progress),
    monotonic: () => nowMs,
  });
  return {
    meter,
    pass: (ms: number) => {
      nowMs += ms;
    },
    newest: () => told[told.length - 1],
  };
}

describe('the meter of long work', () => {
  it('MK-31: says rate and remaining time once something is done', () => {
    const { meter, pass, newest } = meterOf(1_000);
    expect(newest()).toMatchObject({ ratePerSecond: null, remainingMs: null, fraction: 0 });
    pass(1_000);
    meter.add(250);
    expect(newest()).toMatchObject({ ratePerSecond: 250, remainingMs: 3_000, fraction: 0.25 });
  });

  it('MK-31: time in which other work held it up lowers no rate, but is expected to come again in what remains', () => {
    const { meter, pass, newest } = meterOf(1_000);
    pass(1_000);
    meter.add(250);
    meter.pause('training');
    pass(3_000);
    meter.add(0);
    expect(newest()).toMatchObject({ ratePerSecond: 250, remainingMs: 12_000 });
  });
});
