/** The analysis over a real record, in its own thread: the same figures as in process, kept up with what is written (PH-32, PH-40). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ledger } from '#contract/areas/analysis.ts';
import { AnalysisDesk } from '#main/services/analysis/analysis-desk.ts';
import { phantomStatistics } from '#main/services/statistics.ts';
import { openProfile, type Profile, readProfile } from '#main/store/database.ts';
import { type AnalysisThread, analysisThread, historyThread } from '#main/workers/reading-thread.ts';
import { sourceWorkerEntry } from '#main/workers/worker-entry.ts';
import { makeScalps } from '#test/support/make-scalps.ts';
import { makePhantom, makePosition, makeTicket, resolvedResult } from '#test/support/phantom-fixtures.ts';

const SCALPS = 3_000;
const DEMO = { simulated: true } as const;
const REAL = { simulated: false } as const;

function opened(folder: string): Profile {
  const profile = openProfile(folder);
  if (!profile.ok) throw new Error(profile.error.message);
  return profile.value;
}

describe('the analysis thread', () => {
  const folder = mkdtempSync(join(tmpdir(), 'desk-analysis-'));
  let profile: Profile;
  let thread: AnalysisThread;

  beforeAll(() => {
    profile = opened(folder);
    makeScalps(profile, SCALPS);
    thread = analysisThread(sourceWorkerEntry, folder);
  });

  afterAll(async () => {
    await thread.close();
    profile.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const sumOfLines = ({ lines }: Ledger) => lines.reduce((sum, { netR }) => sum + netR, 0);

  it('PH-32: answers as the same questions in this process do, and the lines add up to the record', async () => {
    const ledger = await thread.ask('analysis.ledger', DEMO);
    const here = await new AnalysisDesk(profile.analysis, () => 0).calls['analysis.ledger'](DEMO);
    expect(ledger).toEqual(here);
    const { resolved } = profile.history.statistics({ simulated: true });
    expect(Math.abs(sumOfLines(ledger) - ledger.total.netR)).toBeLessThan(1e-9);
    expect(ledger.total.netR).toBeCloseTo(resolved.sumNetR, 6);
    expect(ledger.total).toMatchObject({ signals: SCALPS, resolved: resolved.count, wins: resolved.wins });
    // Tests run in any order: one of them writes a signal of a real market.
    expect((await thread.ask('analysis.ledger', REAL)).total.signals).toBeLessThanOrEqual(1);
  });

  it('PH-40, PH-43: finds the planted gate from recorded features, and recommends it', async () => {
    const { findings } = await thread.ask('analysis.gates', DEMO);
    const vol = findings?.variables.find(({ name }) => name === 'vol');
    expect(vol).toMatchObject({
      retest: 'held-up',
      discovery: true,
      missing: 0,
      meaning: expect.stringContaining('1.30'),
    });
    expect((vol?.passTotal ?? 0) + (vol?.failTotal ?? 0)).toBe(SCALPS);
    expect(findings?.advice.enable).toContain('vol');
    expect(findings?.advice.yaml).toContain('enable: [');
    expect(findings?.trend?.find(({ name }) => name === 'vol')?.months[0]?.month).toBe('2024-01');
  });

  it('ML-44, TU-30: patterns read the recorded volume; without a placebo nothing is compared with it', async () => {
    const { patterns } = await thread.ask('analysis.patterns', DEMO);
    for (const kind of ['volume', 'trend-strength'] as const) {
      expect(patterns.find((pattern) => pattern.kind === kind)?.unknown).toBe(0);
    }
    const { panels } = await thread.ask('analysis.honesty', DEMO);
    expect(panels[0]).toMatchObject({ strategyId: 'scalp', subject: 'strategy', againstPlacebo: null });
    expect(panels[0]?.effectiveSamples).toBeLessThanOrEqual(SCALPS);
  });

  it('PH-32: sees what was written since, and an approval beside its own phantom', async () => {
    const base = makePhantom({ strategyId: 'trend_pullback', time: Date.UTC(2024, 5, 1) });
    const phantom = { ...base, simulated: false, decision: { ...base.decision, disposition: 'executed' as const } };
    const result = resolvedResult(phantom, 'win');
    const position = makePosition(phantom);
    const written = profile.record.step((writer) => {
      writer.phantomOpened(phantom.signal.time, phantom);
      writer.ticketPut(phantom.signal.time, {
        ...makeTicket(phantom),
        state: 'approved',
        closedAt: phantom.signal.time,
      });
      writer.positionPut({
        ...position,
        state: 'closed',
        result: { ...result, netR: (result.netR ?? 0) - 0.25 },
        profit: 1,
      });
      writer.phantomClosed(result.exitTime ?? 0, phantom.id, result, false);
    });
    expect(written.ok).toBe(true);
    const { approvals, recent } = await thread.ask('analysis.trader', REAL);
    expect(approvals).toMatchObject({ approved: 1, compared: 1, hesitationR: expect.closeTo(0.25, 9) });
    expect(recent).toMatchObject([{ id: phantom.id, side: 'long', phantomR: result.netR, verdict: 'right' }]);
    const { lines } = await thread.ask('analysis.modelStatus', REAL);
    const line = lines.find(({ strategyId }) => strategyId === 'trend_pullback');
    expect(line?.threshold).toMatchObject(phantom.decision.threshold);
  });

  it('PH-32: a restart changes no figure', async () => {
    const before = await thread.ask('analysis.ledger', DEMO);
    profile.close();
    const reader = readProfile(folder);
    if (!reader.ok) throw new Error(reader.error.message);
    expect(await new AnalysisDesk(reader.value.analysis, () => 0).calls['analysis.ledger'](DEMO)).toEqual(before);
    reader.value.close();
    profile = opened(folder);
  });
});

describe('the history thread', () => {
  it('PE-17, PH-30: its pages and figures are those of the record, also of what was written since and of pages asked for meanwhile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'desk-history-'));
    const profile = opened(folder);
    const thread = historyThread(sourceWorkerEntry, folder);
    try {
      makeScalps(profile, 300);
      const sort = { by: 'netR', direction: 'descending' } as const;
      const page = { filter: {}, sort, cursor: null, limit: 50 };
      const look = async () => {
        const [statistics, { rows, nextCursor }] = await Promise.all([
          thread.ask('history.statistics', {}),
          thread.ask('history.page', page),
        ]);
        const here = profile.history.page({}, sort, null, 50);
        if (!here.ok) throw new Error(here.error.message);
        expect(rows).toEqual(here.value.rows);
        const next = await thread.ask('history.page', { ...page, cursor: nextCursor });
        expect(next.rows[0]?.id).not.toBe(rows[0]?.id);
        expect(statistics).toEqual(phantomStatistics(profile.history.statistics({})));
        return statistics.total;
      };
      expect(await look()).toBe(300);
      const later = makePhantom({ strategyId: 'trend_pullback', time: Date.UTC(2024, 5, 1) });
      const written = profile.record.step((writer) => writer.phantomOpened(later.signal.time, later));
      expect(written.ok).toBe(true);
      expect(await look()).toBe(301);
      const { rows, strategy } = await thread.ask('history.marks', {
        instrumentId: later.instrumentId,
        from: 0,
        to: 9e15,
      });
      expect(strategy.find(({ signalId }) => signalId === later.id)?.marks).toEqual(later.signal.marks);
      expect(strategy.map(({ signalId }) => signalId)).toEqual(rows.map(({ id }) => id));
      for (const request of [
        { what: 'phantoms', filter: {}, sort, format: 'csv' },
        { what: 'signals', filter: {}, format: 'ndjson' },
      ] as const) {
        const { exportId, total, fileName } = await thread.ask('history.exportStart', request);
        expect(fileName).toMatch(new RegExp(`^shadowdesk-${request.what}-.*\\.${request.format}$`));
        let counted = 0;
        for (let isDone = false; !isDone; ) {
          const chunk = await thread.ask('history.exportNext', { exportId });
          counted += chunk.rows;
          isDone = chunk.done;
        }
        expect([request.what, counted, total]).toEqual([request.what, 301, 301]);
      }
      await expect(thread.ask('history.page', { ...page, cursor: 'nowhere' })).rejects.toThrow('place in the history');
      expect(await look()).toBe(301);
    } finally {
      await thread.close();
      profile.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
