/** ML-42: what the window is told of one score, from the record and a stored model. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Phantom } from '#core/domain/phantom.ts';
import { artefactBytes, artefactId } from '#core/learning/artefact-bytes.ts';
import { type CalibrationBand, calibrationBand } from '#core/learning/calibration-band.ts';
import { type EnsembleParts, ensembleArtefact } from '#core/learning/ensemble-artefact.ts';
import { knownGround } from '#core/learning/novelty.ts';
import { trainForest } from '#core/learning/trees/forest.ts';
import { createTreePredictor } from '#core/learning/trees/tree-predictor.ts';
import { predictRows } from '#core/learning/walk-forward-predictions.ts';
import { explain } from '#main/services/learning/explain.ts';
import { findLearnedModel } from '#main/services/learning/train-once.ts';
import { openProfile } from '#main/store/database.ts';
import { makeExamples } from '#test/support/learning-examples.ts';
import { makePhantom, NOON } from '#test/support/phantom-fixtures.ts';
import { temporaryFolder } from '#test/support/temporary-folder.ts';

/** A profile with one version of the trend model and one signal that it scored; explains that signal. */
function explained(withBand: boolean) {
  const opened = openProfile(temporaryFolder());
  const model = findLearnedModel('trend');
  if (!opened.ok || !model.ok) throw new Error('no profile or no model');
  const profile = opened.value;
  onTestFinished(() => profile.close());
  const { set } = model.value;
  const { data: made, lives } = makeExamples('explain', 200, 1.5, { features: set.names.length });
  const data = { ...made, names: set.names };
  const forest = trainForest(data, { task: 'classify', trees: 10 }, 'explain');
  if (!forest.ok) throw new Error(forest.error.message);
  const raw = predictRows(data, Int32Array.from(made.target.keys()), [createTreePredictor(forest.value)]);
  const calibrator = { kind: 'sigmoid', slope: -1, intercept: 0 } as const;
  const band: CalibrationBand | null = calibrationBand(calibrator, { ...data, ...lives, raw }, 'explain');
  const parts: EnsembleParts = {
    ...{ model: 'trend', setId: set.id, setHash: set.hash, names: set.names, calibrator, trainedUntil: 1 },
    ...{ heads: [{ id: 'forest', artefact: forest.value }], breakEven: 0.5, breakEvenRows: 200 },
    ground: knownGround(data),
    ...(withBand ? { band } : {}),
  };
  const bytes = artefactBytes(ensembleArtefact(parts));
  const added = profile.models.add(
    {
      ...{ id: artefactId(bytes), model: 'trend', setId: set.id, setHash: set.hash, trainedUntil: 1 },
      ...{ dataHash: 'd'.repeat(64), seed: 's', examples: 200, effectiveExamples: 200, heads: ['forest'] },
      ...{ parameters: {}, metrics: {}, importance: [], reason: 'made', parentId: null, createdAt: 1 },
    },
    bytes,
  );
  if (!added.ok) throw new Error(added.error.message);
  const features = set.names.map((name) => ({ name, meaning: '', unit: '' }));
  expect(profile.record.registerFeatureSet(set.id, set.hash, features).ok).toBe(true);
  const plain = makePhantom({ time: NOON });
  const score = { value: 50, kind: 'model', version: 'trend v1', parts: [], reason: null } as const;
  const phantom: Phantom = {
    ...plain,
    decision: { ...plain.decision, score },
    features: { setId: set.id, setHash: set.hash, values: Float64Array.from(set.names, (_, at) => (at === 0 ? 1 : 0)) },
  };
  const bulk = profile.record.startBulk(10);
  bulk.step((writer) => writer.phantomOpened(NOON, phantom));
  expect(bulk.commit().ok).toBe(true);
  return explain(profile, { active: () => null }, phantom.id);
}

describe('explanation of a score', () => {
  it('ML-42: has an interval around the score, in points, from what the stored model keeps', () => {
    const { model, score, interval } = explained(true) ?? {};
    expect(model).toBe('trend v1');
    expect(interval?.low).toBeGreaterThan(0);
    expect(interval?.low).toBeLessThanOrEqual(score ?? 0);
    expect(interval?.high).toBeGreaterThanOrEqual(score ?? 100);
    expect(interval?.high).toBeLessThanOrEqual(100);
    expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeGreaterThan(1);
  });

  it('ML-42: a model of before intervals were kept is explained without one', () => {
    const explanation = explained(false);
    expect(explanation?.model).toBe('trend v1');
    expect(explanation?.interval).toBeNull();
  });
});
