/** Champions chosen by hand (ML-25): one step, at once, and only versions whose artefact is sound (RE-40). */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { isLeakReason } from '#core/learning/promotion-leak-check.ts';
import { parseVariantName } from '#core/learning/variant-plan.ts';
import type { ProfileReader } from '#main/store/database.ts';
import { allLearnedModels } from './learned-models.ts';
import { loadVersion } from './scoring-models.ts';

/** The registry of an open record. */
export type VersionStore = Pick<ProfileReader, 'models'>;

export interface Chosen {
  readonly kind: 'promoted' | 'rolled-back';
  readonly reason: string;
}

/** Fewer characters of an id name nothing in particular. */
const SHORTEST_ID = 6;

/** Makes a version the champion; going back to an older one marks the newer as rolled back. */
export function chooseVersion({ models }: VersionStore, version: ModelVersion, now: UnixMs): Result<Chosen, Fault> {
  const suspicion = suspicionOf(version);
  if (suspicion !== null) {
    return err({
      kind: 'suspected-leak',
      message: `${version.model} v${version.version} cannot be activated. ${suspicion}`,
      remedy:
        'Its figures are worth nothing until the feature is repaired or left out; train again then. The model in use stays.',
    });
  }
  const refused: string[] = [];
  if (loadVersion(models, version, refused) === null) {
    return err({ kind: 'unusable-model', message: refused.join(' '), remedy: 'The model in use stays.' });
  }
  const current = models.champion(version.model);
  const back = current !== null && current.version > version.version;
  const reason = back ? `rolled back to by you from v${current.version}` : 'activated by you';
  const done = models.activate(version.id, now, reason, back ? 'rolled-back' : 'retired');
  return done.ok ? ok({ kind: back ? 'rolled-back' : 'promoted', reason }) : done;
}

/** Why a leak guard rejected it, here or where it was exported; null for any other version. */
function suspicionOf({ parameters, reason }: ModelVersion): string | null {
  if (typeof parameters.suspicion === 'string') return parameters.suspicion;
  return isLeakReason(reason) ? reason : null;
}

/** A variant that decides gives its signals back to the model of all (ML-50); its next version must prove itself anew. */
export function giveUpVariant({ models }: VersionStore, key: string, now: UnixMs): Result<ModelVersion, Fault> {
  const current = models.champion(key);
  if (current === null) return err(nothing(`${key} does not decide: the model of all does already`));
  const done = models.setState(current.id, 'rolled-back', now, 'given up by you: the model of all decides');
  return done.ok ? ok(current) : done;
}

/** Back to the newest older version that was champion before and is still sound; a variant is given up. */
export function rollBack(store: VersionStore, model: string, now: UnixMs): Result<ModelVersion, Fault> {
  if (parseVariantName(model) !== null) return giveUpVariant(store, model, now);
  const current = store.models.champion(model);
  if (current === null) return err(nothing(`${model} has no champion: the heuristic scores already`));
  const once = store.models
    .versions(model)
    .filter((version) => version.version < current.version && version.activatedAt !== null)
    .filter((version) => version.state === 'retired')
    .sort((a, b) => (b.activatedAt ?? 0) - (a.activatedAt ?? 0));
  const sound = once.find((version) => loadVersion(store.models, version, []) !== null);
  if (sound === undefined)
    return err(nothing(`${model} has no sound version that was champion before v${current.version}`));
  const chosen = chooseVersion(store, sound, now);
  return chosen.ok ? ok(sound) : chosen;
}

/** Every version of every model, newest first within a model. */
export function allVersions({ models }: VersionStore): readonly ModelVersion[] {
  return allLearnedModels().flatMap(({ key }) => models.versions(key));
}

/** By its id, by the first characters of it, or by name: `trend:3`, `"trend v3"`. */
export function findVersion(store: VersionStore, wanted: string): Result<ModelVersion, Fault> {
  const all = allVersions(store);
  const named = all.find(({ model, version }) => wanted === `${model}:${version}` || wanted === `${model} v${version}`);
  if (named !== undefined) return ok(named);
  const matching = wanted.length < SHORTEST_ID ? [] : all.filter(({ id }) => id.startsWith(wanted));
  const [only, another] = matching;
  if (only !== undefined && another === undefined) return ok(only);
  const message =
    another === undefined ? `There is no model version ${wanted}.` : `Several model versions begin with ${wanted}.`;
  // Of the demo market: `trend@demo:3`. A profile without versions has no name to show.
  const example = all[0] === undefined ? 'trend:3' : `${all[0].model}:${all[0].version}`;
  return err({
    kind: 'no-such-version',
    message,
    remedy: `desk models list shows them: give the id, or e.g. ${example}.`,
  });
}

function nothing(what: string): Fault {
  return { kind: 'nothing-to-roll-back', message: `${what}.`, remedy: 'desk models list shows the versions.' };
}
