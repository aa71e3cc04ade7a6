/** `desk ledger`, `desk gates` and `desk regrade` on a small record: tables for people, one object with --json. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MODEL_STATE_TEXTS, THRESHOLD_TEXTS } from '#contract/areas/status-words.ts';
import { externalStrategyId } from '#core/domain/external-signal.ts';
import type { ThresholdSource } from '#core/domain/score.ts';
import { openProfile } from '#main/store/database.ts';
import { callDesk } from '../../../support/command-line.ts';
import { makeScalps } from '../../../support/make-scalps.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

function recorded(): string {
  const folder = temporaryFolder();
  const profile = openProfile(folder);
  if (!profile.ok) throw new Error(profile.error.message);
  makeScalps(profile.value, 600);
  profile.value.close();
  return folder;
}

async function desk(...args: readonly string[]): Promise<{ readonly out: string; readonly code: number }> {
  const { code, out, complaint } = await callDesk(...args);
  return { code, out: out + complaint };
}

describe('the analysis on the command line', () => {
  it('PH-32: ledger prints a line per disposition and a total that they add up to', async () => {
    const profile = recorded();
    const { out } = await desk('ledger', '--simulated', 'yes', '--profile', profile, '--json');
    const { lines, total, trader } = JSON.parse(out);
    const sum = lines.reduce((all: number, { netR }: { readonly netR: number }) => all + netR, 0);
    expect(Math.abs(sum - total.netR)).toBeLessThan(1e-9);
    expect(trader.skips.sentence).toContain('skips with a result');
    const shown = await desk('ledger', '--simulated', 'yes', '--profile', profile);
    expect(shown.out).toContain('600 signals of the simulated market: 600 with a result.');
    // The window's words for people, ids in JSON.
    expect(shown.out).toMatch(/Low score +The score +\d+/);
    expect(shown.out).not.toContain('rejected_score');
    expect(lines.map(({ disposition }: { readonly disposition: string }) => disposition)).toContain('rejected_score');
    expect((await desk('ledger', '--profile', profile)).out).toContain('0 signals of real markets');
  });

  it('PH-32: ledger --by strategy gives each strategy its own lines and total, as --strategy would', async () => {
    const options = ['--simulated', 'yes', '--profile', recorded()];
    const { strategies, total } = JSON.parse((await desk('ledger', ...options, '--by', 'strategy', '--json')).out);
    expect(JSON.parse((await desk('ledger', ...options, '--json')).out).strategies).toBeUndefined();
    const [one] = strategies;
    const alone = JSON.parse((await desk('ledger', ...options, '--strategy', one.strategyId, '--json')).out);
    expect(one).toMatchObject({ lines: alone.lines, total: alone.total, bootstrap: alone.bootstrap });
    expect(total.signals).toBe(600);
    const shown = await desk('ledger', ...options, '--by', 'strategy');
    expect(shown.out).toMatch(/^scalp\n {2}decision/m);
    expect(shown.out).toMatch(/All strategies together: (\S+ R) of \1/);
    expect((await desk('ledger', ...options, '--by', 'hour')).code).toBe(2);
  });

  it('WS-3: a strategy that there is not is told, not counted as none; one from outside is taken', async () => {
    const options = ['--simulated', 'yes', '--profile', recorded()];
    const wrong = await desk('ledger', ...options, '--strategy', 'scalpp');
    expect(wrong).toMatchObject({ code: 2, out: expect.stringContaining('did you mean scalp?') });
    expect((await desk('ledger', ...options, '--strategy', externalStrategyId('my bot'))).code).toBe(0);
  });

  it('PH-43: gates recommends in words, as YAML, or as JSON', async () => {
    const profile = recorded();
    const options = ['--simulated', 'yes', '--profile', profile];
    const report = JSON.parse((await desk('gates', ...options, '--json')).out);
    expect(report.findings.variables).toHaveLength(29);
    expect((await desk('gates', ...options)).out).toContain(report.findings.advice.lines[0]);
    expect((await desk('gates', ...options, '--yaml')).out).toBe(report.findings.advice.yaml);
    expect((await desk('gates', '--yaml', '--profile', profile)).out).toContain('# No scalp has a result yet');
  });

  it('WS-18, PH-43: settings go out as YAML and come in again, or are refused with the line', async () => {
    const folder = temporaryFolder();
    const profile = ['--profile', recorded()];
    const file = join(folder, 'settings.yaml');
    expect((await desk('settings', 'export', file, ...profile)).code).toBe(0);
    writeFileSync(file, readFileSync(file, 'utf8').replace('scalpGates: []', 'scalpGates: ["vol"]'));
    const check = await desk('settings', 'import', file, '--check', '--json', ...profile);
    expect(JSON.parse(check.out)).toEqual({ changes: [{ key: 'scalpGates', from: [], to: ['vol'] }] });
    expect((await desk('settings', 'import', file, ...profile)).out).toMatch(/scalpGates +\[\] +\["vol"\]/);
    expect((await desk('settings', 'import', file, ...profile)).out).toContain('set already');
    writeFileSync(file, (await desk('gates', '--simulated', 'yes', '--yaml', ...profile)).out);
    expect((await desk('settings', 'import', file, ...profile)).code).toBe(0);
    writeFileSync(file, 'sound: true\nrisk: 9\n');
    const refused = await desk('settings', 'import', file, ...profile);
    expect(refused.out).toContain('line 2: there is no setting "risk"');
    expect(refused.code).toBe(1);
    expect((await desk('settings', 'import', join(folder, 'missing.yaml'), ...profile)).code).toBe(1);
  });

  it('DE-1, DE-2: thresholds gives contexts of 16 cells with source and evidence, minimums, and the fits page by page', async () => {
    const profile = ['--profile', recorded()];
    const { contexts, minimums, fixedMinimumScore } = JSON.parse((await desk('thresholds', '--json', ...profile)).out);
    expect({ minimums, fixedMinimumScore }).toEqual({ minimums: [], fixedMinimumScore: null });
    expect(contexts.length).toBeGreaterThan(0);
    for (const context of contexts) {
      expect(context).toMatchObject({ strategyId: 'scalp', evidence: expect.any(String), source: expect.any(String) });
      expect(context.cells).toHaveLength(16);
      for (const cell of context.cells)
        expect(Object.keys(cell)).toEqual(
          expect.arrayContaining(['session', 'regime', 'threshold', 'source', 'evidence']),
        );
    }
    expect((await desk('thresholds', ...profile)).out).toMatch(/^scalp, .*: \d+\.\d \(\d+ resolved/);
    expect((await desk('thresholds', '--strategy', 'structure', '--json', ...profile)).out).toContain('"contexts":[]');
    expect(JSON.parse((await desk('thresholds', '--history', '--json', ...profile)).out)).toEqual({
      entries: [],
      next: null,
    });
    const wrong = await desk('thresholds', '--kind', 'nonsense', ...profile);
    expect(wrong.code).toBe(2);
    expect(wrong.out).toContain('There is no kind of score "nonsense"');
  });

  it('PH-30: stats says what scores each strategy, with its threshold, results and the time of one scoring, in the words of the window', async () => {
    const profile = ['--profile', recorded()];
    const { models, total } = JSON.parse((await desk('stats', '--json', ...profile)).out);
    expect(total).toBe(600);
    const [real, simulated] = models;
    expect(real).toMatchObject({ scope: { simulated: false, signals: 0 }, strategies: [] });
    expect(simulated.strategies).toHaveLength(1);
    const [scalp] = simulated.strategies;
    expect(scalp).toMatchObject({
      strategyId: 'scalp',
      state: 'learning',
      model: null,
      heads: [],
      lastFitAt: null,
      nextFit: expect.stringMatching(/./),
      all: { signals: 600 },
      threshold: { value: expect.any(Number), source: expect.any(String) },
      scoring: { medianMs: expect.any(Number), signals: 5 },
    });
    expect(scalp.executed.signals + scalp.phantom.signals).toBe(600);
    const { out } = await desk('stats', '--simulated', 'yes', ...profile);
    expect(out).toContain('What scores now, the simulated market');
    expect(out).toContain(`scored by     ${MODEL_STATE_TEXTS.learning.label}`);
    expect(out).toContain(`next: ${scalp.nextFit}`);
    expect(out).toContain(THRESHOLD_TEXTS[scalp.threshold.source as ThresholdSource]);
    expect(out).toMatch(/one scoring +\d+\.\d{3} ms \(median over the newest 5 signals\)/);
  });

  it('MK-30, ML-40: a file that cannot be read leaves no profile behind, and says what was expected', async () => {
    const folder = join(temporaryFolder(), 'new');
    const missing = join(temporaryFolder(), 'missing.csv');
    const market = ['--exchange', 'binance', '--symbol', 'BTC/USDT', '--timeframe', '5m'];
    const notes = join(temporaryFolder(), 'notes.json');
    writeFileSync(notes, 'just notes');
    const calls = [
      ['import', 'candles', missing, ...market],
      ['import', 'candles', notes, ...market],
      ['models', 'import', missing],
      ['models', 'import', notes],
    ];
    for (const call of calls) {
      const { code, out } = await desk(...call, '--profile', folder);
      expect(code).toBe(1);
      expect(out).not.toContain('Unexpected token');
      expect(existsSync(folder)).toBe(false);
    }
    const { out } = await desk('models', 'import', notes, '--profile', folder);
    expect(out).toContain('this is no model file');
    expect(out).toContain('Choose the .json file of an exported model');
  });

  it('PH-10: regrade says when there is nothing to do', async () => {
    const { out, code } = await desk('regrade', '--profile', recorded());
    expect(out).toContain('is of version 1 of the resolver already');
    expect(code).toBe(0);
  });
});
