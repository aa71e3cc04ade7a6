/** Risk behind the contract on a real record: what the window is told, and what a restart brings back. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { Emitter } from '#core/base/emitter.ts';
import { EngineKeeper, type EngineStep } from '#main/services/engine-keeper.ts';
import { createRiskService, type RiskParts } from '#main/services/risk-service.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import { openProfile, type Profile } from '#main/store/database.ts';
import { BTC, MINUTE, onceAt, START } from '#test/support/scripted-desk.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

const WARM = 360;

class RiskRun {
  readonly #profile: Profile;
  readonly settings: SettingsService;
  readonly alerts: string[] = [];
  readonly learned = new Emitter<void>();
  keeper: EngineKeeper;
  #minute = 0;

  constructor() {
    const opened = openProfile(temporaryFolder());
    if (!opened.ok) throw new Error(opened.error.message);
    this.#profile = opened.value;
    onTestFinished(() => opened.value.close());
    this.settings = new SettingsService(this.#profile.desk);
    this.settings.update({ fixedMinimumScore: 0, slippageBps: 1 });
    this.keeper = this.#open();
  }

  get now(): number {
    return START + this.#minute * MINUTE;
  }

  restart(): void {
    this.keeper = this.#open();
  }

  minute([open, high, low, close]: readonly [number, number, number, number], times = 1): void {
    for (let time = 0; time < times; time++) {
      const candle = { openTime: this.now, open, high, low, close, volume: 1 };
      this.#minute++;
      this.#profile.candles.write(BTC.id, '1m', [candle], this.now);
      this.keeper.apply({
        kind: 'bars',
        closeTime: this.now,
        bars: [{ instrumentId: BTC.id, candle }],
        origin: 'live',
      });
    }
  }

  service() {
    const self = this;
    const session: RiskParts['session'] = {
      get keeper() {
        return self.keeper;
      },
      state: { connection: 'live', message: '', remedy: '', progress: null },
      instruments: [BTC],
      now: () => self.now,
      quote: () => null,
      stepped: new Emitter<EngineStep>(),
      reopened: new Emitter<void>(),
      changed: new Emitter(),
    };
    const learning = {
      changed: this.learned,
      get driftAlerts() {
        return [...self.alerts];
      },
    };
    const service = createRiskService({ profile: this.#profile, session, settings: this.settings, learning });
    onTestFinished(() => service.close());
    return service.calls;
  }

  approve(): void {
    for (const { id } of [...this.keeper.engine.openTickets()]) {
      this.keeper.apply({ kind: 'approve', time: this.now, ticketId: id, amount: null });
    }
  }

  #open(): EngineKeeper {
    return EngineKeeper.restore({
      profile: this.#profile,
      instruments: [BTC],
      strategies: [{ strategy: onceAt(WARM), parameters: {} }],
      settings: this.settings.engine(),
      account: { currency: 'USDT', startingEquity: 10_000, equity: 10_000 },
    });
  }
}

describe('risk behind the contract', () => {
  it('DE-23, PL-6: the kill switch survives a restart, and stays engaged until it is released', async () => {
    const run = new RiskRun();
    run.minute([100, 101, 99, 100], WARM);
    run.approve();
    expect([...run.keeper.engine.openPositions()]).toHaveLength(1);
    expect(await run.service()['risk.killSwitch']({ engaged: true, closePositions: false })).toMatchObject({
      done: true,
    });
    const before = JSON.stringify(run.keeper.engine.riskState);
    run.restart();
    expect(JSON.stringify(run.keeper.engine.riskState)).toBe(before);
    expect(run.keeper.engine.riskReport().stopped).toMatch(/^kill-switch/);
    const calls = run.service();
    const closed = await calls['risk.killSwitch']({ engaged: true, closePositions: true });
    expect(closed.message).toContain('no position is open');
    await calls['risk.killSwitch']({ engaged: false, closePositions: false });
    expect(run.keeper.engine.riskReport().stopped).toBeNull();
    const { points } = await calls['account.equity']({ limit: 10 });
    expect(points.at(-1)).toMatchObject({ equity: run.keeper.engine.account.equity, unrealised: 0 });
  });

  it('DE-30: a fill shows the price that was meant, the price paid, and its result beside its phantom’s', async () => {
    const run = new RiskRun();
    run.minute([100, 101, 99, 100], WARM);
    run.approve();
    run.minute([100, 106, 99.5, 105]);
    const { rows, hesitation } = await run.service()['orders.fills']({ limit: 10 });
    const [row] = rows;
    expect(row).toMatchObject({ intendedPrice: 100, fillPrice: 100.01, decidedBy: 'trader', exitReason: 'tp' });
    expect(row?.differenceBps).toBeCloseTo(1, 9);
    // The phantom pays its entry's slippage in costs, the position in its price: nothing was lost by waiting.
    expect(row?.costOfHesitationR).toBeCloseTo(0, 5);
    expect(hesitation).toEqual({ count: 1, mean: row?.costOfHesitationR, interval: null });
  });

  it('DE-22: drift that the models report stops entries until it is over; a breaker can be tried by hand', async () => {
    const run = new RiskRun();
    run.minute([100, 101, 99, 100]);
    const calls = run.service();
    run.alerts.push('trend: its loss has risen');
    run.learned.emit();
    expect(run.keeper.engine.riskReport().stopped).toMatch(/drift/);
    run.alerts.length = 0;
    run.learned.emit();
    expect(run.keeper.engine.riskReport().stopped).toBeNull();
    expect(await calls['risk.breaker']({ breaker: 'drawdown', action: 'reset' })).toMatchObject({ done: false });
    expect(await calls['risk.breaker']({ breaker: 'drawdown', action: 'trip' })).toMatchObject({ done: true });
    expect(await calls['risk.breaker']({ breaker: 'drawdown', action: 'reset' })).toMatchObject({ done: true });
  });

  it('DE-12: auto on a live account stays locked whatever is typed; on paper it can be chosen', async () => {
    const run = new RiskRun();
    run.minute([100, 101, 99, 100]);
    const calls = run.service();
    const { approvalPhrase } = await calls['stage.checklist']({});
    const wrong = await calls['stage.set']({ account: 'live', stage: 'auto', approval: 'yes' });
    expect(wrong).toMatchObject({ done: false, message: expect.stringContaining('is not') });
    const typed = await calls['stage.set']({ account: 'live', stage: 'auto', approval: approvalPhrase });
    expect(typed).toMatchObject({ done: false, message: expect.stringContaining('no live account') });
    const { desk, isLiveAutoLocked } = await calls['stage.checklist']({});
    expect(isLiveAutoLocked).toBe(true);
    expect(desk.find(({ id }) => id === 'approval')?.isMet).toBe(true);
    expect(await calls['stage.set']({ account: 'paper', stage: 'auto', approval: null })).toMatchObject({ done: true });
    expect(run.settings.current.stage).toBe('auto');
  });
});
