/** PH-21: what the log hears of the health of open phantoms: each change for the worse once, and the way back. */
import { expect, it } from 'vitest';
import { TradeWalk } from '#core/fills/trade-walk.ts';
import type { OpenPhantom } from '#core/phantoms/phantom-book.ts';
import { HealthAlerts } from '#main/services/thresholds/health-alerts.ts';
import { healthView } from '#main/services/thresholds/phantom-watch.ts';
import { makePhantom, NOON } from '#test/support/phantom-fixtures.ts';

const LOOK = 5 * 60_000;

function open(count: number, time = NOON, strategyId = 'trend_pullback'): OpenPhantom[] {
  const phantom = makePhantom({ time, strategyId });
  return Array.from({ length: count }, () => ({ phantom, walk: new TradeWalk(phantom.terms), resolvedOffline: false }));
}

it('PH-21: elevated is a notice, critical and a phantom past its timeout are warnings, each told once until it changes', () => {
  const said: string[] = [];
  const alerts = new HealthAlerts({ write: (level) => void said.push(level) });
  let now = NOON;
  const look = (phantoms: readonly OpenPhantom[]) => {
    now += LOOK;
    alerts.look(phantoms, now);
    return said.splice(0);
  };
  expect(look(open(50))).toEqual([]);
  expect(look(open(51))).toEqual(['notice']);
  expect(look(open(60))).toEqual([]);
  expect(look(open(101))).toEqual(['warning']);
  expect(look(open(3))).toEqual(['notice']);
  expect(look(open(3))).toEqual([]);
  expect(look(open(1, NOON - 30 * 86_400_000))).toEqual(['warning']);
  // Another market: nothing that was said before counts.
  alerts.forget();
  expect(look(open(51))).toEqual(['notice']);
  // No look sooner than five minutes of engine time after the last.
  alerts.look([], now + LOOK - 1);
  expect(said).toEqual([]);
});

it('ST-12: placebos are in no figure of health, however many are open', () => {
  const view = healthView([...open(2), ...open(200, NOON, 'placebo')], NOON);
  expect(view).toEqual({ level: 'healthy', openInAll: 2, alerts: [] });
});
