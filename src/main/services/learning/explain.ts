/** The explanation of one signal's score for the window: contributions, precedents, and whether it is unlike the past (ML-42). */

import type { Contribution, Explanation, Precedent } from '#contract/areas/models.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import { DISPOSITIONS } from '#core/domain/score.ts';
import type { FeatureVector, SignalId } from '#core/domain/signal.ts';
import type { ScoringModel } from '#core/engine/scoring-model.ts';
import { modelWeight } from '#core/learning/enhanced-score.ts';
import { createExplainer, EXPLANATION_METHOD } from '#core/learning/explain.ts';
import { unusualFeatures } from '#core/learning/novelty.ts';
import { findFeatureSet } from '#core/signals/features/feature-catalogue.ts';
import type { Profile } from '#main/store/database.ts';
import type { LearningService } from './learning-service.ts';
import { loadVersion } from './scoring-models.ts';

/** Contributions shown one by one; the rest is one line. */
const CONTRIBUTIONS_SHOWN = 10;
const PRECEDENTS_SHOWN = 5;
/** How many of the newest resolved signals are looked at for precedents. */
const PRECEDENTS_SEARCHED = 2_000;

/** Null when the signal is unknown or has no recorded features. */
export function explain(
  profile: Profile,
  learning: Pick<LearningService, 'active'>,
  signalId: SignalId,
): Explanation | null {
  const phantom = profile.history.detail(signalId)?.phantom;
  if (phantom === undefined || phantom.features === null) return null;
  const { score } = phantom.decision;
  const precedents = findPrecedents(profile, phantom, phantom.features);
  const scored = score.kind === 'model' || score.kind === 'enhanced';
  const model = scored ? modelNamed(profile, learning, score.version) : null;
  const vector = model === null ? null : vectorOf(phantom, model);
  const explained = model === null || vector === null ? null : createExplainer(model.ensemble)(vector.values);
  if (model === null || vector === null || explained === null) {
    const { value } = score;
    return {
      signalId,
      model: null,
      score: value,
      baseScore: value,
      interval: null,
      heads: [],
      contributions: [],
      precedents,
      unusual: [],
      method: '',
    };
  }
  const { scorer, parts } = model.ensemble;
  const heads = scorer.heads.map((id, index) => ({ id, probability: scorer.headOutputs[index] }));
  const unusual = unusualFeatures(parts.ground, parts.names, vector.values);
  const known = { signalId, model: model.name, heads, precedents, unusual };
  if (score.kind === 'enhanced') {
    // ML-30: the model's points weigh as much as its score did; the strategy's grade and the session are the rest.
    const weight = modelWeight(model.effectiveExamples);
    const points = explained.points.map((value) => weight * value);
    const sum = points.reduce((total, value) => total + value, 0);
    return {
      ...known,
      score: score.value,
      baseScore: score.value - sum,
      interval: null,
      contributions: contributionsOf(vector, points),
      method: `The score is the strategy's own grade, moved ${(100 * weight).toFixed(0)} % of the way to what ${model.name} says: its contributions count for so much. ${EXPLANATION_METHOD}`,
    };
  }
  return {
    ...known,
    score: explained.score,
    baseScore: explained.baseScore,
    interval: explained.interval,
    contributions: contributionsOf(vector, explained.points),
    method: EXPLANATION_METHOD,
  };
}

/** What the model reads of the signal: the strategy's own set, or one recorded beside it. */
function vectorOf({ features, besideFeatures }: Phantom, { ensemble }: ScoringModel): FeatureVector | null {
  const all = features === null ? besideFeatures : [features, ...besideFeatures];
  return all.find(({ setHash }) => setHash === ensemble.parts.setHash) ?? null;
}

/** The version that scored, e.g. `trend@demo v3`: the active one, or an older one that is still kept. */
function modelNamed(profile: Profile, learning: Pick<LearningService, 'active'>, name: string): ScoringModel | null {
  const [key = '', number = ''] = name.split(' v');
  const active = learning.active(key)?.champion;
  if (active?.name === name) return active.task === 'classify' ? active : null;
  const version = profile.models.versions(key).find((candidate) => String(candidate.version) === number);
  const loaded = version === undefined ? null : loadVersion(profile.models, version, []);
  return loaded?.task === 'classify' ? loaded : null;
}

/** The largest parts by size, the others in one line, so that all still add up. */
function contributionsOf(vector: FeatureVector, points: Float64Array): readonly Contribution[] {
  const features = findFeatureSet(vector.setId)?.features ?? [];
  const all = features.map(({ name, meaning, unit }, index): Contribution => {
    const value = vector.values[index] as number;
    return { name, meaning, unit, value: Number.isNaN(value) ? null : value, points: points[index] as number };
  });
  all.sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  const shown = all.slice(0, CONTRIBUTIONS_SHOWN);
  const rest = all.slice(CONTRIBUTIONS_SHOWN).reduce((sum, part) => sum + part.points, 0);
  const others = { name: 'other', meaning: 'All other features together.', unit: '', value: null, points: rest };
  return all.length > CONTRIBUTIONS_SHOWN ? [...shown, others] : shown;
}

/** The nearest signals of the same strategy that had resolved before this one came, by distance in standard deviations. */
function findPrecedents(profile: Profile, phantom: Phantom, vector: FeatureVector): readonly Precedent[] {
  const candidates: { readonly precedent: Precedent; readonly values: Float64Array }[] = [];
  const filter = {
    strategyIds: [phantom.signal.strategyId],
    outcomes: ['win', 'loss', 'timeout'] as const,
    // What a file says that somebody else found is no precedent of ours (WS-21).
    dispositions: DISPOSITIONS.filter((disposition) => disposition !== 'imported'),
    simulated: phantom.simulated,
    to: phantom.signal.time,
  };
  for (const { row, features } of profile.exportPhantoms(filter, { by: 'openedAt', direction: 'descending' })) {
    if (candidates.length >= PRECEDENTS_SEARCHED) break;
    if (features === null || features.setHash !== vector.setHash || row.netR === null || row.id === phantom.id)
      continue;
    if (row.exitTime === null || row.exitTime > phantom.signal.time) continue;
    const { id, instrumentId, symbol, side, openedAt, netR } = row;
    candidates.push({
      precedent: { signalId: id, instrumentId, symbol, side, openedAt, netR, distance: 0 },
      values: features.values,
    });
  }
  const scales = Array.from(vector.values, (_, feature) => deviation(candidates.map(({ values }) => values[feature])));
  return candidates
    .map(({ precedent, values }) => ({ ...precedent, distance: distance(vector.values, values, scales) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, PRECEDENTS_SHOWN);
}

/** Root mean square over the features that both know, each in its standard deviations. */
function distance(a: Float64Array, b: Float64Array, scales: readonly number[]): number {
  let sum = 0;
  let known = 0;
  for (let feature = 0; feature < a.length; feature++) {
    const scale = scales[feature] as number;
    const difference = (a[feature] as number) - (b[feature] as number);
    if (!(scale > 0) || Number.isNaN(difference)) continue;
    sum += (difference / scale) ** 2;
    known++;
  }
  return known === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(sum / known);
}

function deviation(values: readonly (number | undefined)[]): number {
  const known = values.filter((value): value is number => value !== undefined && !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
}
