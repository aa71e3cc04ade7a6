import { phantomCsv } from '#main/files/phantom-csv.ts';
import { openProfile } from '#main/store/database.ts';
import { PHANTOM_SORTS } from '#main/store/phantom-history.ts';

const t0 = performance.now();
const o = openProfile('/tmp/cprof');
if (!o.ok) throw o;
const p = o.value;
console.log('open ms', performance.now() - t0);
const t = performance.now();
const s = p.loadOpen();
console.log(
  'loadOpen ms',
  performance.now() - t,
  s.phantoms.length,
  [...s.recentlyResolved.values()].map((x) => x.length),
);
const span = 1e6 * 60000,
  T = 1_600_000_020_000;
const filters: any[] = [
  {},
  { instrumentIds: ['binance:COIN3/USDT'] },
  { outcomes: ['open'] },
  { outcomes: ['unavailable'] },
  { dispositions: ['skipped'], sides: ['long'] },
  { outcomes: ['loss'] },
  { minimumScore: 99.9 },
  { minimumScore: 100.1 },
  { search: 'coin7' },
  { search: 'score 41.3' },
  { search: 'nothing at all' },
  { from: T + span * 0.5, to: T + span * 0.501 },
  { from: T + span * 0.2, to: T + span * 0.4, outcomes: ['win'] },
  { from: T + span * 0.2, to: T + span * 0.4 },
  { strategyIds: ['scalp'], minimumScore: 99, search: 'threshold' },
  { simulated: true },
];
let worst = 0;
const all: number[] = [];
for (const f of filters)
  for (const by of PHANTOM_SORTS)
    for (const direction of ['ascending', 'descending'] as const) {
      const ts = [];
      for (let k = 0; k < 3; k++) {
        const t = performance.now();
        p.history.page(f, { by, direction }, null, 100);
        ts.push(performance.now() - t);
      }
      const m = Math.min(...ts);
      all.push(m);
      if (m > 30 || ts[0]! > 80) console.log(m.toFixed(1), 'cold', ts[0]!.toFixed(1), JSON.stringify(f), by, direction);
      worst = Math.max(worst, m);
    }
all.sort((a, b) => a - b);
console.log(
  'page median',
  all[all.length >> 1]!.toFixed(2),
  'p95',
  all[Math.floor(all.length * 0.95)]!.toFixed(1),
  'worst',
  worst.toFixed(1),
);
for (const f of filters) {
  const ts = [],
    us = [];
  for (let k = 0; k < 2; k++) {
    let t = performance.now();
    const c = p.history.count(f);
    ts.push(performance.now() - t);
    t = performance.now();
    p.history.statistics(f);
    us.push(performance.now() - t);
    if (k)
      console.log('count', c, Math.min(...ts).toFixed(1), 'statistics', Math.min(...us).toFixed(1), JSON.stringify(f));
  }
}
