/** PH-32 on a real record: every disposition there is has its line, the lines add up, and a restart changes nothing. */
import { expect, it } from 'vitest';
import { DISPOSITIONS } from '#core/domain/score.ts';
import { AnalysisDesk } from '#main/services/analysis/analysis-desk.ts';
import { openProfile } from '#main/store/database.ts';
import { makeScalps } from '#test/support/make-scalps.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const COUNT = 4_000;

function opened(folder: string) {
  const profile = openProfile(folder);
  if (!profile.ok) throw new Error(profile.error.message);
  return profile.value;
}

it('PH-1, PH-32: each disposition of the closed list has its line; deciders add up to all signals, also after a restart', async () => {
  const folder = temporaryFolder();
  let profile = opened(folder);
  makeScalps(profile, COUNT, DISPOSITIONS);
  const ledger = async () => {
    const { total, lines } = await new AnalysisDesk(profile.analysis, () => 0).calls['analysis.ledger']({
      simulated: true,
    });
    return { total, lines };
  };
  const before = await ledger();
  profile.close();
  profile = opened(folder);
  const { total, lines } = await ledger();
  expect({ total, lines }).toEqual(before);

  expect(lines.map(({ disposition }) => disposition).toSorted()).toEqual([...DISPOSITIONS].toSorted());
  expect(lines.reduce((sum, { signals }) => sum + signals, 0)).toBe(COUNT);
  expect(total.signals).toBe(COUNT);
  expect(Math.abs(lines.reduce((sum, { netR }) => sum + netR, 0) - total.netR)).toBeLessThan(1e-9);

  const deciders = Map.groupBy(lines, ({ decider }) => decider);
  for (const [decider, own] of deciders) expect(own.length, decider).toBeGreaterThan(0);
  const byDecider = [...deciders.values()].map((own) => own.reduce((sum, { netR }) => sum + netR, 0));
  expect(Math.abs(byDecider.reduce((sum, netR) => sum + netR, 0) - total.netR)).toBeLessThan(1e-9);
  profile.close();
});
