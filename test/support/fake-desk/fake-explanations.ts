/** Scores by a model on the fake desk, and why they are what they are: contributions add up, precedents are real phantoms. */
import type { Contribution, Explanation, Precedent } from '#contract/areas/models.ts';
import type { PhantomRow } from '#contract/areas/phantoms.ts';
import type { Score } from '#core/domain/score.ts';
import { round, seededRandom } from './fake-market.ts';
import { FEATURES } from './fake-phantoms.ts';

const BASE = 43.8;

function seedOf(signalId: string): number {
  let seed = 7;
  for (let at = 0; at < signalId.length; at++) seed = (seed * 31 + signalId.charCodeAt(at)) % 2_147_483_647;
  return seed;
}

function contributionsOf(signalId: string): readonly Contribution[] {
  const random = seededRandom(seedOf(signalId));
  const found = FEATURES.map(({ name, meaning, unit, value }, at) => ({
    name,
    meaning,
    unit,
    value,
    points: round((12 - at * 1.1) * (random() - 0.25), 1),
  })).sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  return [...found, { name: 'other', meaning: '', unit: '', value: null, points: round(random() - 0.5, 1) }];
}

/** The score that the signal's contributions add up to. */
export function modelScoreOf(signalId: string): Score {
  const value = contributionsOf(signalId).reduce((sum, { points }) => sum + points, BASE);
  return { value: round(value, 1), kind: 'model', version: 'trend v4', parts: [], reason: null };
}

/** `rows` are all phantoms; the nearest are drawn from the resolved ones. */
export function explanationOf(row: PhantomRow, rows: readonly PhantomRow[]): Explanation {
  const precedents = precedentsOf(row, rows);
  if (row.scoreKind !== 'model') {
    const nothing = { interval: null, heads: [], contributions: [], unusual: [], method: '' };
    return { signalId: row.id, model: null, score: row.score, baseScore: row.score, precedents, ...nothing };
  }
  const random = seededRandom(seedOf(row.id) + 1);
  const { value } = modelScoreOf(row.id);
  return {
    signalId: row.id,
    model: 'trend v4',
    score: value,
    baseScore: BASE,
    interval: { low: round(Math.max(0, value - 6.2), 1), high: round(Math.min(100, value + 5.4), 1) },
    heads: ['forest', 'boosting', 'network'].map((id) => ({ id, probability: value / 100 + (random() - 0.5) * 0.1 })),
    contributions: contributionsOf(row.id),
    precedents,
    unusual: row.symbol.startsWith('ETH') ? ['atr_pct', 'volume_ratio'] : [],
    method:
      'TreeSHAP of forest and boosting and an additive share of the network, in log-odds, carried through the calibrator in proportion.',
  };
}

function precedentsOf(row: PhantomRow, rows: readonly PhantomRow[]): readonly Precedent[] {
  const resolved = rows.filter(({ netR, symbol, side }) => netR !== null && symbol === row.symbol && side === row.side);
  return resolved.slice(-5).map((one, at) => ({
    signalId: one.id,
    instrumentId: one.instrumentId,
    symbol: one.symbol,
    side: one.side,
    openedAt: one.openedAt,
    netR: one.netR ?? 0,
    distance: 0.31 + at * 0.12,
  }));
}
