/** PH-2 through SQLite: a gate that closed stays closed over a restart, and what a setting follows is graded and no more. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EngineSettings } from '#core/engine/messages.ts';
import { EngineKeeper } from '#main/services/engine-keeper.ts';
import { thresholdsNow } from '#main/services/thresholds/threshold-views.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { BTC, draftAround, MINUTE, SETTINGS, START, scriptedStrategy } from '#test/support/scripted-desk.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const WARM = 360;
const HOUR_MINUTES = 60;
/** A long against a falling market, of one structure, at each bar of its timeframe from then on. */
const stubborn = scriptedStrategy((now, close) => (now >= START + WARM * MINUTE ? draftAround(close) : null));

class Run {
  readonly #folder = temporaryFolder();
  profile: Profile;
  keeper: EngineKeeper;
  readonly #settings: EngineSettings;
  #minute = 0;

  constructor(settings: Partial<EngineSettings>) {
    this.#settings = { ...SETTINGS, stage: 'shadow', ...settings };
    this.profile = this.#opened();
    this.keeper = this.#restored();
    onTestFinished(() => this.profile.close());
  }

  restart(): void {
    this.profile.close();
    this.profile = this.#opened();
    this.keeper = this.#restored();
  }

  /** Price falls by a hundredth of a unit each minute. */
  fall(minutes: number): void {
    for (let time = 0; time < minutes; time++) {
      const open = 200 - 0.01 * this.#minute;
      const openTime = START + this.#minute++ * MINUTE;
      const candle = { openTime, open, high: open + 1, low: open - 1, close: open - 0.01, volume: 1 };
      this.profile.candles.write(BTC.id, '1m', [candle], openTime + MINUTE);
      const bars = [{ instrumentId: BTC.id, candle }];
      this.keeper.apply({ kind: 'bars', closeTime: openTime + MINUTE, bars, origin: 'live' });
    }
  }

  get counts() {
    const { total, dispositions, outcomes } = this.profile.history.statistics({});
    return { total, gated: dispositions.gated ?? 0, ended: outcomes.gated ?? 0, open: outcomes.open ?? 0 };
  }

  #opened(): Profile {
    const opened = openProfile(this.#folder);
    if (!opened.ok) throw new Error(opened.error.message);
    return opened.value;
  }

  #restored(): EngineKeeper {
    return EngineKeeper.restore({
      profile: this.profile,
      instruments: [BTC],
      strategies: [{ strategy: stubborn, parameters: {} }],
      settings: this.#settings,
      account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
    });
  }
}

describe('gated signals of record', () => {
  it('PH-2, PL-6: a structure that was gated is not recorded again before its time is up, also after a restart', () => {
    const run = new Run({});
    run.fall(WARM);
    expect(run.counts).toMatchObject({ total: 1, gated: 1, ended: 1, open: 0 });
    run.fall(HOUR_MINUTES);
    run.restart();
    run.fall(2 * HOUR_MINUTES);
    expect(run.counts.total).toBe(1);
    run.fall(4 * HOUR_MINUTES);
    expect(run.counts).toMatchObject({ total: 2, gated: 2 });
  });

  it('PH-2: followed by the setting it ends like any other, over a restart, keeps the disposition, and teaches no threshold', () => {
    const run = new Run({ trackGated: true });
    run.fall(WARM);
    expect(run.counts).toMatchObject({ total: 1, gated: 1, ended: 0, open: 1 });
    run.restart();
    expect([...run.keeper.engine.openPhantoms.all()]).toHaveLength(1);
    run.fall(7 * HOUR_MINUTES);
    const rows = run.profile.history.statistics({});
    expect((rows.outcomes.loss ?? 0) + (rows.outcomes.timeout ?? 0)).toBeGreaterThan(0);
    expect(rows.dispositions.gated).toBe(rows.total);
    const settings = { stage: 'shadow', fixedMinimumScore: null } as const;
    expect(thresholdsNow(run.profile.thresholds, settings, {}).contexts).toEqual([]);
  });
});
