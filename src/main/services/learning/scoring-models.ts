/** Champions of the registry as the engine scores with them; a damaged one is refused and the last good one used (RE-40). */
import type { ModelVersion } from '#core/domain/model.ts';
import type { EngineModel, ModelPair } from '#core/engine/scoring-model.ts';
import { parseArtefact } from '#core/learning/artefact-bytes.ts';
import { loadModel } from '#core/learning/retrain-task.ts';
import type { ModelRegistry } from '#main/store/model-registry.ts';

export interface LoadedModels {
  readonly models: ModelPair | null;
  /** What was refused on the way, in words for the log. */
  readonly refused: readonly string[];
}

/** The champion, or where its bytes are damaged the newest good version that was one; in shadow the one before it (ML-25). */
export function loadModels(registry: ModelRegistry, model: string): LoadedModels {
  const refused: string[] = [];
  const once = registry
    .versions(model)
    .filter((version) => version.state === 'champion' || (version.activatedAt !== null && version.state === 'retired'))
    .sort((a, b) => (b.activatedAt ?? 0) - (a.activatedAt ?? 0));
  const good: EngineModel[] = [];
  if (registry.champion(model) === null) return { models: null, refused };
  for (const version of once) {
    const loaded = loadVersion(registry, version, refused);
    if (loaded !== null) good.push(loaded);
    if (good.length === 2) break;
  }
  const [champion, shadow] = good;
  return { models: champion === undefined ? null : { champion, shadow: shadow ?? null }, refused };
}

/** Null, with a line in `refused`, for a version whose artefact is damaged or no longer kept. */
export function loadVersion(registry: ModelRegistry, version: ModelVersion, refused: string[]): EngineModel | null {
  const bytes = registry.artefact(version.id);
  if (!bytes.ok) {
    refused.push(`${version.model} v${version.version}: ${bytes.error.message} ${bytes.error.remedy}`);
    return null;
  }
  const artefact = parseArtefact(bytes.value);
  const model = artefact.ok ? loadModel(artefact.value) : artefact;
  if (!model.ok) {
    refused.push(`${version.model} v${version.version}: ${model.error.message} ${model.error.remedy}`);
    return null;
  }
  const { id, effectiveExamples } = version;
  const name = `${version.model} v${version.version}`;
  switch (model.value.task) {
    case 'classify':
      return { task: 'classify', id, name, ensemble: model.value, effectiveExamples };
    case 'multiclass':
      return { task: 'multiclass', id, name, classes: model.value };
    case 'regress':
      return { task: 'regress', id, name, values: model.value };
  }
}
