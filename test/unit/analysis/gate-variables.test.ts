import { describe, expect, it } from 'vitest';
import { GATE_FACTS, GATE_VARIABLES, gateColumns, ORIGINAL_GATES } from '#core/analysis/gate-variables.ts';
import { featureNames } from '#core/signals/features/feature-catalogue.ts';

type Facts = Readonly<Record<string, number>>;

/** A long that passes everything. */
const GOOD: Facts = {
  side: 1,
  ts15: 85,
  volume_ratio: 2,
  body_ratio: 0.65,
  body_direction: 1,
  ema_direction_15m: 1,
  upper_wick_ratio: 0.05,
  lower_wick_ratio: 0.3,
  vwap_dist_atr: 0.2,
  bb_width_rank: 0.9,
  qscore: 75,
  impulse_ratio: 1.2,
  micro_seq: 1,
};

function answers(facts: Facts): Readonly<Record<string, number>> {
  const columns = gateColumns(GATE_VARIABLES, 1, (name) => {
    const value = facts[name];
    return value === undefined ? null : Float64Array.of(value);
  });
  return Object.fromEntries(GATE_VARIABLES.map(({ name }, index) => [name, columns[index]?.[0] as number]));
}

const passing = (facts: Facts) =>
  Object.entries(answers(facts))
    .filter(([, value]) => value === 1)
    .map(([name]) => name);

describe('gate variables', () => {
  it('PH-40: there are 29, each with a name of its own, the four original ones first', () => {
    expect(GATE_VARIABLES.map(({ name }) => name)).toEqual(
      (
        'htf vol body align_15m body_040 body_045 body_050 body_060 wick_align vwap_045 vwap_060 vwap_080 vwap_100 ' +
        'vol_110 vol_120 vol_150 bb_width_60p bb_width_70p bb_width_80p q_040 q_050 q_060 q_070 impulse_040 ' +
        'impulse_060 micro_seq htf_070 htf_080 all_gates'
      ).split(' '),
    );
    expect(ORIGINAL_GATES).toEqual(['htf', 'vol', 'body', 'align_15m']);
    expect(new Set(GATE_VARIABLES.map(({ name }) => name)).size).toBe(29);
  });

  it('PH-40: every fact they ask for is recorded with a scalp', () => {
    const recorded = new Set([...featureNames('scalp'), ...featureNames('scalp_facts')]);
    expect(GATE_FACTS.filter((name) => !recorded.has(name))).toEqual([]);
  });

  it('PH-40: a signal with everything passes all, a short by the mirrored facts', () => {
    expect(passing(GOOD)).toHaveLength(29);
    const mirrored = { ...GOOD, side: -1, body_direction: -1, ema_direction_15m: -1 };
    expect(passing({ ...mirrored, upper_wick_ratio: 0.3, lower_wick_ratio: 0.05 })).toHaveLength(29);
    expect(passing(mirrored)).not.toContain('wick_align');
  });

  it.each([
    ['ts15', 60, ['htf_070', 'htf_080']],
    ['ts15', 59.9, ['htf', 'htf_070', 'htf_080', 'all_gates']],
    ['volume_ratio', 1.3, ['vol_150']],
    ['volume_ratio', 1.1, ['vol', 'vol_120', 'vol_150', 'all_gates']],
    ['body_ratio', 0.35, ['body_040', 'body_045', 'body_050', 'body_060']],
    ['body_ratio', 0.5, ['body_060']],
    ['body_direction', -1, ['body', 'body_040', 'body_045', 'body_050', 'body_060', 'all_gates']],
    ['ema_direction_15m', 0, ['align_15m', 'all_gates']],
    ['vwap_dist_atr', 0.8, ['vwap_045', 'vwap_060']],
    ['bb_width_rank', 0.7, ['bb_width_80p']],
    ['qscore', 59, ['q_060', 'q_070']],
    ['impulse_ratio', 0.4, ['impulse_060']],
    ['micro_seq', 0, ['micro_seq']],
    ['lower_wick_ratio', 0.25, []],
    ['lower_wick_ratio', 0.24, ['wick_align']],
    ['upper_wick_ratio', 0.3, ['wick_align']],
  ])('PH-40: %s of %d fails exactly %j', (fact, value, failed) => {
    const names = passing({ ...GOOD, [fact]: value });
    const lost = GATE_VARIABLES.map(({ name }) => name).filter((name) => !names.includes(name));
    expect(lost).toEqual(failed);
  });

  it('PH-40: a missing fact makes what asks for it missing, never failed', () => {
    for (const fact of GATE_FACTS) {
      const { [fact]: _gone, ...rest } = GOOD;
      const missing = Object.entries(answers(rest)).filter(([, value]) => Number.isNaN(value));
      const asking = GATE_VARIABLES.filter(({ conditions }) =>
        conditions.some((condition) =>
          (condition.kind === 'rejection-wick'
            ? ['side', 'upper_wick_ratio', 'lower_wick_ratio']
            : [condition.fact, ...(condition.kind === 'with-side' ? ['side'] : [])]
          ).includes(fact),
        ),
      );
      expect(missing.map(([name]) => name)).toEqual(asking.map(({ name }) => name));
    }
    // Missing wins over failed: what one known fact says would be known only for some rows.
    expect(answers({ ...GOOD, ts15: 0, volume_ratio: Number.NaN }).all_gates).toBeNaN();
  });
});
