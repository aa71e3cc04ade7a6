/**
 * Model versions carried elsewhere (ML-40): as a folder of `artefact.bin`, the canonical bytes, and `model.json`, what is
 * known of them; or as one JSON file with both. Neither holds anything of accounts, orders or single trades. What comes
 * in is believed only as far as it was checked (RE-40).
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { openArtefact } from '#core/learning/artefact-bytes.ts';
import { type LoadedModel, loadModel } from '#core/learning/retrain-task.ts';
import type { Profile, ProfileReader } from '#main/store/database.ts';
import { answers, arePartsSound, isCount, isNumber, isObject, isReport } from './model-soundness.ts';
import { findLearnedModel } from './train-once.ts';

export interface ModelFolder {
  readonly id: string;
  /** The folder, or the one file. */
  readonly folder: string;
  /** Of the artefact. */
  readonly bytes: number;
}

const FORMAT = 1;
const ARTEFACT = 'artefact.bin';
const DOCUMENT = 'model.json';
const LARGEST_ARTEFACT_BYTES = 512 * 1024 * 1024;
/** Of one file with all in it: base64 is a third longer. */
export const LARGEST_FILE_BYTES = 256 * 1024 * 1024;
const LARGEST_DOCUMENT_BYTES = 4 * 1024 * 1024;
const NO_DOCUMENT = 'this is no model file: one holds what `desk models export` or the Models panel wrote, as JSON';
const SHA256 = /^[0-9a-f]{64}$/;

/** Writes one file where the name ends in `.json`; else a folder that has no model in it yet. */
export function exportModel(
  store: Pick<ProfileReader, 'models'>,
  version: ModelVersion,
  path: string,
): Result<ModelFolder, Fault> {
  const bytes = store.models.artefact(version.id);
  if (!bytes.ok) return bytes;
  const written = path.toLowerCase().endsWith('.json')
    ? writeNew(dirname(path), [[basename(path), fileText(version, bytes.value)]])
    : writeNew(path, [
        [ARTEFACT, bytes.value],
        [DOCUMENT, `${JSON.stringify(documentOf(version), null, 2)}\n`],
      ]);
  return written.ok ? ok({ id: version.id, folder: path, bytes: bytes.value.length }) : written;
}

function writeNew(folder: string, files: readonly (readonly [string, Uint8Array | string])[]): Result<void, Fault> {
  try {
    mkdirSync(folder, { recursive: true });
    const taken = files.map(([name]) => join(folder, name)).find((file) => existsSync(file));
    if (taken !== undefined) {
      const message = `${taken} is there already.`;
      return err({ kind: 'unwritable', message, remedy: 'Choose another name; nothing was written.' });
    }
    for (const [name, content] of files) writeFileSync(join(folder, name), content);
    return ok(undefined);
  } catch (error) {
    const message = `${folder} cannot be written: ${wordsOf(error)}.`;
    return err({ kind: 'unwritable', message, remedy: 'Choose a folder that you may write to and that has space.' });
  }
}

/** Bytes of an artefact in a part of its file: whole threes end without padding in base64, which is then a quarter million characters. */
const PART_BYTES = 3 * 62_500;

/** The same as one JSON file, its artefact in base64, made part by part: a large forest would hold its maker up for long. */
export function modelFile(
  { models }: Pick<ProfileReader, 'models'>,
  version: ModelVersion,
): Result<{ readonly fileName: string; readonly parts: Iterable<string>; readonly count: number }, Fault> {
  const bytes = models.artefact(version.id);
  if (!bytes.ok) return bytes;
  return ok({
    fileName: `shadowdesk-model-${version.model.replace(/[^a-z0-9_]/g, '-')}-v${version.version}.json`,
    parts: fileParts(version, bytes.value),
    count: 2 + Math.ceil(bytes.value.length / PART_BYTES),
  });
}

function fileText(version: ModelVersion, bytes: Uint8Array): string {
  return [...fileParts(version, bytes)].join('');
}

/** The artefact is the document's last entry; base64 needs no escapes. */
function* fileParts(version: ModelVersion, bytes: Uint8Array): Generator<string, void, undefined> {
  yield `${JSON.stringify(documentOf(version)).slice(0, -1)},"artefact":"`;
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    const part = bytes.subarray(at, at + PART_BYTES);
    yield Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64');
  }
  yield '"}\n';
}

/** A model from outside, read but not checked yet. */
export interface ReadModel {
  readonly document: ModelDocument;
  readonly bytes: Uint8Array;
}

/** What a folder or file holds. */
export function readModel(path: string): Result<ReadModel, Fault> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) {
    const text = readLimited(path, LARGEST_FILE_BYTES);
    return text.ok ? parseModelFile(text.value.toString('utf8')) : text;
  }
  const text = readLimited(join(path, DOCUMENT), LARGEST_DOCUMENT_BYTES);
  if (!text.ok) return text;
  const bytes = readLimited(join(path, ARTEFACT), LARGEST_ARTEFACT_BYTES);
  if (!bytes.ok) return bytes;
  const document = parseDocument(text.value.toString('utf8'));
  return document.ok ? ok({ document: document.value, bytes: bytes.value }) : document;
}

/** Adds what a folder or file holds as a challenger; it scores nothing until somebody promotes it. */
export function importModel(store: Pick<Profile, 'models'>, path: string, now: UnixMs): Result<ModelVersion, Fault> {
  const read = readModel(path);
  return read.ok ? addModel(store, read.value, now) : read;
}

/** The text of one file, as `modelFile` gives it. */
export function importModelFile(
  store: Pick<Profile, 'models'>,
  text: string,
  now: UnixMs,
): Result<ModelVersion, Fault> {
  const read = parseModelFile(text);
  return read.ok ? addModel(store, read.value, now) : read;
}

function parseModelFile(text: string): Result<ReadModel, Fault> {
  const document = parseDocument(text);
  if (!document.ok) return document;
  const { artefact } = document.value;
  if (typeof artefact !== 'string') return refused('the file holds no artefact: give the folder it came from');
  return ok({ document: document.value, bytes: Buffer.from(artefact, 'base64') });
}

/** As a challenger, if it is what it says. */
export function addModel(
  { models }: Pick<Profile, 'models'>,
  { document, bytes }: ReadModel,
  now: UnixMs,
): Result<ModelVersion, Fault> {
  const artefact = openArtefact(bytes, document.id);
  if (!artefact.ok) return refused(`its artefact does not fit: ${artefact.error.message}`);
  const loaded = loadModel(artefact.value);
  if (!loaded.ok) return refused(`its artefact is no model: ${loaded.error.message}`);
  const { parts } = loaded.value;
  const complaint = complaintOf(loaded.value, document);
  if (complaint !== null) return refused(complaint);
  const { dataHash, seed, examples, effectiveExamples, metrics, importance } = document;
  return models.add(
    {
      // Where the artefact knows better, it is asked and not the document.
      id: document.id,
      model: parts.model,
      setId: parts.setId,
      setHash: parts.setHash,
      trainedUntil: parts.trainedUntil,
      heads: parts.heads.map(({ id }) => id),
      parameters: { ...document.parameters, calibrator: 'calibrator' in parts ? parts.calibrator.kind : 'none' },
      ...{ dataHash, seed, examples, effectiveExamples, metrics },
      importance: importance.map((feature) => ({ ...feature, shap: feature.shap ?? null })),
      reason: 'imported; not judged here',
      parentId: null,
      createdAt: now,
    },
    bytes,
  );
}

function documentOf(version: ModelVersion) {
  const { id, model, setId, setHash, trainedUntil, dataHash, seed, examples, effectiveExamples } = version;
  const { heads, parameters, metrics, importance, createdAt } = version;
  return {
    ...{ format: FORMAT, id, model, setId, setHash, trainedUntil, dataHash, seed, examples, effectiveExamples },
    ...{ heads, parameters, metrics, importance, createdAt },
  };
}

type ModelDocument = Pick<
  ModelVersion,
  'id' | 'model' | 'dataHash' | 'seed' | 'examples' | 'effectiveExamples' | 'parameters' | 'metrics' | 'importance'
> & {
  /** base64, in a file of its own. */
  readonly artefact?: unknown;
};

function parseDocument(text: string): Result<ModelDocument, Fault> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused(NO_DOCUMENT);
  }
  if (!isObject(value)) return refused(NO_DOCUMENT);
  if (value.format !== FORMAT) return refused(`${DOCUMENT} has the format ${value.format}, this is format ${FORMAT}`);
  const { id, model, dataHash, seed, examples, effectiveExamples, parameters, metrics, importance } = value;
  const wrong = Object.entries({
    id: typeof id === 'string' && SHA256.test(id),
    model: typeof model === 'string',
    dataHash: typeof dataHash === 'string' && SHA256.test(dataHash),
    seed: typeof seed === 'string' && seed.length <= 200,
    examples: isCount(examples),
    effectiveExamples: typeof effectiveExamples === 'number' && effectiveExamples >= 0,
    parameters: isObject(parameters),
    metrics: isObject(metrics) && isReport(metrics),
    importance: Array.isArray(importance) && importance.every(isImportance),
  }).find(([, fits]) => !fits);
  if (wrong !== undefined) return refused(`${DOCUMENT} has no usable ${wrong[0]}`);
  return ok(value as unknown as ModelDocument);
}

/** Why the model does not belong here, or null. */
function complaintOf(loaded: LoadedModel, document: ModelDocument): string | null {
  const { parts } = loaded;
  if (parts.model !== document.model) return `${ARTEFACT} is of model ${parts.model}, ${DOCUMENT} of ${document.model}`;
  const known = findLearnedModel(parts.model);
  if (!known.ok) return `${known.error.message} ${known.error.remedy}`;
  const { set, task } = known.value;
  if (loaded.task !== task.kind) return `it answers another question than ${parts.model} does here`;
  if (parts.setId !== set.id || parts.setHash !== set.hash) {
    return `it reads another version of the feature set ${parts.setId} than this workstation computes`;
  }
  if (parts.names.length !== set.names.length || parts.names.some((name, index) => name !== set.names[index])) {
    return 'its features are not those of its feature set';
  }
  if (task.kind === 'multiclass' && !isSameList(loaded, task.labels)) return 'its classes are others than here';
  if (!arePartsSound(loaded)) return 'its calibrator, threshold or known ground is not usable';
  try {
    return answers(loaded) ? null : 'it gives no usable answer';
  } catch (error) {
    return `it cannot score: ${wordsOf(error)}`;
  }
}

function isSameList(loaded: LoadedModel, labels: readonly string[]): boolean {
  return loaded.task === 'multiclass' && JSON.stringify(loaded.parts.labels) === JSON.stringify(labels);
}

function isImportance(value: unknown): boolean {
  if (!isObject(value) || typeof value.name !== 'string' || !isNumber(value.gain)) return false;
  return [value.permutation, value.shap ?? null].every((measure) => measure === null || isNumber(measure));
}

function readLimited(file: string, most: number): Result<Buffer, Fault> {
  try {
    const { size } = statSync(file);
    if (size > most) return refused(`${file} is larger than any model`);
    return ok(readFileSync(file));
  } catch (error) {
    const message = `${file} cannot be read: ${wordsOf(error)}.`;
    return err({ kind: 'unreadable', message, remedy: 'Give what desk models export wrote.' });
  }
}

function refused(why: string): Result<never, Fault> {
  const message = `The model was not imported: ${why.replace(/\.$/, '')}.`;
  const remedy =
    why === NO_DOCUMENT
      ? 'Choose the .json file of an exported model, or give its folder; nothing was changed here.'
      : 'Export it again where it was trained; nothing was changed here.';
  return err({ kind: 'bad-model', message, remedy });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
