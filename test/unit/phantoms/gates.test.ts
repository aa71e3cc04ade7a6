import { describe, expect, it } from 'vitest';
import { type GateGround, gateReason } from '#core/phantoms/gates.ts';
import { phantomHealth } from '#core/phantoms/phantom-health.ts';

const OPEN: GateGround = { model: 'trend', side: 'long', regime: 'normal', slope: 1, stackScore: 60 };

describe('gates', () => {
  it.each<[Partial<GateGround>, string | null]>([
    [{}, null],
    [{ regime: 'extreme' }, 'extreme regime'],
    [{ slope: -0.01 }, 'slope against a long'],
    [{ slope: 0 }, null],
    [{ side: 'short', slope: 0.01 }, 'slope against a short'],
    [{ side: 'short', slope: -1 }, null],
    [{ stackScore: 39.9 }, 'averages not stacked'],
    [{ stackScore: 40 }, null],
    [{ model: 'range', regime: 'extreme' }, 'extreme regime'],
    [{ model: 'scalp', regime: 'extreme', slope: -5, stackScore: 0 }, null],
    [{ regime: null, slope: Number.NaN, stackScore: Number.NaN }, null],
  ])('PH-2: %o is gated by %s', (change, rule) => {
    const reason = gateReason({ ...OPEN, ...change });
    expect(reason === null ? null : reason.slice(0, reason.indexOf(':'))).toBe(rule);
  });
});

describe('the health of open phantoms', () => {
  const life = (instrumentId: string, timeoutAt = 10 * 3_600_000) => ({ instrumentId, timeoutAt });
  const many = (count: number, id = 'a') => Array.from({ length: count }, () => life(id));

  it('PH-21: over 50 open on one instrument is elevated, over 100 critical', () => {
    expect(phantomHealth([...many(50), ...many(50, 'b')], 0)).toEqual({ level: 'healthy', alerts: [] });
    expect(phantomHealth(many(51), 0).alerts).toEqual([{ instrumentId: 'a', level: 'elevated', count: 51 }]);
    expect(phantomHealth(many(100), 0).level).toBe('elevated');
    expect(phantomHealth(many(101), 0).level).toBe('critical');
  });

  it('PH-21: one open an hour past its timeout is a fault', () => {
    const lives = [...many(3), life('b', 0)];
    expect(phantomHealth(lives, 3_600_000).level).toBe('healthy');
    expect(phantomHealth(lives, 3_600_001)).toEqual({
      level: 'fault',
      alerts: [{ instrumentId: 'b', level: 'fault', count: 1 }],
    });
  });
});
