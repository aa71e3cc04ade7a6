import { expect, it } from 'vitest';
import { truthView } from '#main/services/external/truth-view.ts';

const SAID = {
  ...{
    completed: true,
    outcome: 'WIN_TP' as const,
    maxFavorablePips: 120,
    maxAdversePips: null,
    runtimeSeconds: 3_600,
  },
  ...{ fileName: 'truth.jsonl', importedAt: 1_000 },
} as const;
const STORED = { ...SAID, signalId: 'x' };

it('ST-20: what a truth log says stands beside our outcome, and says whether both ended alike', () => {
  expect(truthView(null, { exitReason: 'tp' })).toBeNull();
  expect(truthView(STORED, { exitReason: 'tp' })).toEqual({ ...SAID, agrees: true });
  expect(truthView(STORED, { exitReason: 'sl' })?.agrees).toBe(false);
  expect(truthView(STORED, { exitReason: null })?.agrees, 'ours is open').toBeNull();
  expect(truthView({ ...STORED, outcome: null, completed: false }, { exitReason: 'tp' })?.agrees).toBeNull();
});
