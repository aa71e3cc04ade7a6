/** PL-11 with real threads and a real record: history teaches while it runs, repeats exactly, and can be cut anywhere. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invariant } from '#core/base/invariant.ts';
import { MINUTE_MS } from '#core/domain/timeframe.ts';
import { retrainerOver } from '#main/services/learning/retrainer.ts';
import { type BootstrapReport, bootstrapRecord } from '#main/services/research/bootstrap-record.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { createRetrainThreads } from '#main/workers/retrain-thread.ts';
import { sourceWorkerEntry } from '#main/workers/worker-entry.ts';
import { syntheticCandles } from '#test/support/real-candles.ts';
import { emptyProfile, putCandles } from '#test/support/research-profile.ts';

const STEP_MS = 5 * MINUTE_MS;
const CANDLES = syntheticCandles({ count: 6_000, stepMs: STEP_MS });

/** The same for every run: what a thread did before must not be seen in what it does next (RE-43). */
const threads = createRetrainThreads(sourceWorkerEntry);
afterAll(() => threads.close());

/** Works the stored history; `cutAt` names a share of it after which the run is cancelled. */
async function bootstrapped(profile: Profile, cutAt = Number.POSITIVE_INFINITY): Promise<BootstrapReport | null> {
  const abort = new AbortController();
  const report = await bootstrapRecord(
    { exchange: 'binance', symbols: ['BTC/USDT'], strategies: ['trend_pullback'], baseTimeframe: '5m', learns: true },
    {
      profile,
      settings: new SettingsService(profile.desk),
      retrainer: retrainerOver(threads.retrain),
      wallClock: () => 1_750_000_000_000,
      monotonic: () => performance.now(),
      signal: abort.signal,
      progress: ({ fraction }) => {
        if ((fraction ?? 0) >= cutAt) abort.abort();
      },
    },
  );
  return report.ok ? report.value : null;
}

function fresh(): Profile {
  const profile = emptyProfile();
  putCandles(profile, 'BTC/USDT', '5m', CANDLES);
  return profile;
}

/** Everything that a run leaves: each phantom with its end, each model version with its verdict. */
function left(profile: Profile) {
  const sort = { by: 'openedAt', direction: 'ascending' } as const;
  return {
    phantoms: [...profile.exportPhantoms({}, sort)].map(({ row }) => [row.id, row.outcome, row.netR, row.score]),
    versions: profile.models.versions('trend').map(({ id, state, reason, examples }) => [id, state, reason, examples]),
  };
}

/** One whole run, for every test that looks at what it leaves. */
let folder = '';
let first: Profile;
let report: BootstrapReport | null = null;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'desk-test-'));
  const opened = openProfile(folder);
  invariant(opened.ok, 'a fresh profile opens');
  first = opened.value;
  putCandles(first, 'BTC/USDT', '5m', CANDLES);
  report = await bootstrapped(first);
});
afterAll(() => {
  first.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a bootstrap that learns', () => {
  it('PL-11: the same history gives the same events and the same models; cut in the middle it goes on to the same end', async () => {
    const versions = first.models.versions('trend');
    expect(versions.length).toBeGreaterThanOrEqual(2);
    const examples = versions.map((version) => version.examples).reverse();
    for (const [index, count] of examples.entries()) {
      if (index > 0) expect(count).toBeGreaterThanOrEqual(Math.ceil((examples[index - 1] ?? 0) * 1.5));
    }
    expect(examples[0]).toBe(30);
    expect(report?.candles).toBe(CANDLES.length);
    const total = Object.values(report?.outcomes ?? {}).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(report?.signals);
    expect(first.history.count({ dispositions: ['pending', 'executed'] })).toBe(0);

    const second = fresh();
    expect((await bootstrapped(second))?.eventHash).toBe(report?.eventHash);
    expect(left(second)).toEqual(left(first));

    const cut = fresh();
    expect(await bootstrapped(cut, 0.5)).toBeNull();
    const worked = cut.loadOpen().workedBars[0]?.openTime ?? 0;
    expect(worked).toBeGreaterThan(CANDLES[1_000]?.openTime ?? 0);
    expect(worked).toBeLessThan(CANDLES.at(-1)?.openTime ?? 0);
    await bootstrapped(cut);
    expect(left(cut)).toEqual(left(first));
  });

  it('PL-11: a model learns nothing from what had not resolved when its fit fell due', () => {
    const sort = { by: 'openedAt', direction: 'ascending' } as const;
    const rows = [...first.exportPhantoms({}, sort)].map(({ row }) => row);
    for (const version of first.models.versions('trend')) {
      const known = rows.filter(
        ({ exitTime, outcome }) =>
          (outcome === 'win' || outcome === 'loss') && exitTime !== null && exitTime <= version.trainedUntil,
      );
      expect(known.length).toBeLessThanOrEqual(version.examples);
    }
  });
});
