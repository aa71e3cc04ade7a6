/**
 * Model versions as folders (ML-40): `artefact.bin`, the canonical bytes, and `model.json`, what is known of them. Neither
 * holds anything of accounts, orders or single trades. What comes in is believed only as far as it was checked (RE-40).
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { openArtefact } from '#core/learning/artefact-bytes.ts';
import { type EnsembleParts, type LoadedEnsemble, loadEnsemble } from '#core/learning/ensemble-artefact.ts';
import type { Profile, ProfileReader } from '#main/store/database.ts';
import { findLearnedModel } from './train-once.ts';

export interface ModelFolder {
  readonly id: string;
  readonly folder: string;
  readonly bytes: number;
}

const FORMAT = 1;
const ARTEFACT = 'artefact.bin';
const DOCUMENT = 'model.json';
const LARGEST_ARTEFACT_BYTES = 512 * 1024 * 1024;
const LARGEST_DOCUMENT_BYTES = 4 * 1024 * 1024;
const SHA256 = /^[0-9a-f]{64}$/;

/** Writes a folder that has no model in it yet. */
export function exportModel(
  { models }: Pick<ProfileReader, 'models'>,
  version: ModelVersion,
  folder: string,
): Result<ModelFolder, Fault> {
  const bytes = models.artefact(version.id);
  if (!bytes.ok) return bytes;
  const { id, model, setId, setHash, trainedUntil, dataHash, seed, examples, effectiveExamples } = version;
  const { heads, parameters, metrics, importance, createdAt } = version;
  const document = {
    ...{ format: FORMAT, id, model, setId, setHash, trainedUntil, dataHash, seed, examples, effectiveExamples },
    ...{ heads, parameters, metrics, importance, createdAt },
  };
  try {
    mkdirSync(folder, { recursive: true });
    const taken = [ARTEFACT, DOCUMENT].find((name) => existsSync(join(folder, name)));
    if (taken !== undefined) {
      const message = `${join(folder, taken)} is there already.`;
      return err({ kind: 'unwritable', message, remedy: 'Choose another folder; nothing was written.' });
    }
    writeFileSync(join(folder, ARTEFACT), bytes.value);
    writeFileSync(join(folder, DOCUMENT), `${JSON.stringify(document, null, 2)}\n`);
  } catch (error) {
    const message = `The folder cannot be written: ${wordsOf(error)}.`;
    return err({ kind: 'unwritable', message, remedy: 'Choose a folder that you may write to and that has space.' });
  }
  return ok({ id, folder, bytes: bytes.value.length });
}

/** Adds what the folder holds as a challenger; it scores nothing until somebody promotes it. */
export function importModel(
  { models }: Pick<Profile, 'models'>,
  folder: string,
  now: UnixMs,
): Result<ModelVersion, Fault> {
  const text = readLimited(join(folder, DOCUMENT), LARGEST_DOCUMENT_BYTES);
  if (!text.ok) return text;
  const bytes = readLimited(join(folder, ARTEFACT), LARGEST_ARTEFACT_BYTES);
  if (!bytes.ok) return bytes;
  const document = parseDocument(text.value.toString('utf8'));
  if (!document.ok) return document;
  const artefact = openArtefact(bytes.value, document.value.id);
  if (!artefact.ok) return refused(`${ARTEFACT} does not fit: ${artefact.error.message}`);
  const loaded = loadEnsemble(artefact.value);
  if (!loaded.ok) return refused(`${ARTEFACT} is no model: ${loaded.error.message}`);
  const { parts } = loaded.value;
  const complaint = complaintOf(loaded.value, document.value);
  if (complaint !== null) return refused(complaint);
  const { dataHash, seed, examples, effectiveExamples, metrics, importance } = document.value;
  return models.add(
    {
      // Where the artefact knows better, it is asked and not the document.
      id: document.value.id,
      model: parts.model,
      setId: parts.setId,
      setHash: parts.setHash,
      trainedUntil: parts.trainedUntil,
      heads: parts.heads.map(({ id }) => id),
      parameters: { ...document.value.parameters, calibrator: parts.calibrator.kind },
      ...{ dataHash, seed, examples, effectiveExamples, metrics, importance },
      reason: 'imported; not judged here',
      parentId: null,
      createdAt: now,
    },
    bytes.value,
  );
}

type ModelDocument = Pick<
  ModelVersion,
  'id' | 'model' | 'dataHash' | 'seed' | 'examples' | 'effectiveExamples' | 'parameters' | 'metrics' | 'importance'
>;

function parseDocument(text: string): Result<ModelDocument, Fault> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused(`${DOCUMENT} is no JSON: ${wordsOf(error)}`);
  }
  if (!isObject(value)) return refused(`${DOCUMENT} is no JSON object`);
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
function complaintOf({ parts, scorer }: LoadedEnsemble, document: ModelDocument): string | null {
  if (parts.model !== document.model) return `${ARTEFACT} is of model ${parts.model}, ${DOCUMENT} of ${document.model}`;
  const known = findLearnedModel(parts.model);
  if (!known.ok) return `${known.error.message} ${known.error.remedy}`;
  const { set } = known.value;
  if (parts.setId !== set.id || parts.setHash !== set.hash) {
    return `it reads another version of the feature set ${parts.setId} than this workstation computes`;
  }
  if (parts.names.length !== set.names.length || parts.names.some((name, index) => name !== set.names[index])) {
    return 'its features are not those of its feature set';
  }
  if (!arePartsSound(parts)) return 'its calibrator, threshold or known ground is not usable';
  try {
    const score = scorer.score(new Float64Array(parts.names.length));
    return score >= 0 && score <= 100 ? null : 'it gives no score from 0 to 100';
  } catch (error) {
    return `it cannot score: ${wordsOf(error)}`;
  }
}

/** The artefact's hash says that nothing changed on the way; not that whoever made it was honest or careful. */
function arePartsSound({ calibrator, breakEven, breakEvenRows, trainedUntil, ground, names }: EnsembleParts): boolean {
  if (!isObject(calibrator) || !isObject(ground)) return false;
  const { low, high, limit } = ground;
  return (
    isCalibrator(calibrator) &&
    isNumber(breakEven) &&
    breakEven >= 0 &&
    breakEven <= 1 &&
    isCount(breakEvenRows) &&
    isCount(trainedUntil) &&
    areNumbers(low, names.length) &&
    areNumbers(high, names.length) &&
    isNumber(limit)
  );
}

function isCalibrator(value: Readonly<Record<string, unknown>>): boolean {
  const { kind, slope, intercept, x, y, margin } = value;
  if (kind === 'none') return true;
  if (kind === 'sigmoid') return isNumber(slope) && isNumber(intercept) && slope < 0;
  if (kind !== 'isotonic' || !Array.isArray(x) || x.length === 0) return false;
  return areNumbers(x, x.length) && areNumbers(y, x.length) && isNumber(margin) && margin >= 0 && margin <= 0.5;
}

const FIGURES = ['areaUnderCurve', 'logLoss', 'brier', 'calibrationError', 'winRate', 'netRPerTrade', 'coverage'];

/** The shape that the window shows; figures that the rows could not give are null in JSON. */
function isReport(metrics: Readonly<Record<string, unknown>>): boolean {
  const { rows, baseRate, threshold, reliability } = metrics;
  const isFigure = (value: unknown) => value === null || isNumber(value);
  const isEstimate = (value: unknown) =>
    isObject(value) && ['value', 'low', 'high', 'base'].every((part) => isFigure(value[part]));
  const isBin = (value: unknown) =>
    isObject(value) && isCount(value.rows) && isFigure(value.predicted) && isFigure(value.observed);
  return (
    isCount(rows) &&
    isFigure(baseRate) &&
    isFigure(threshold) &&
    Array.isArray(reliability) &&
    reliability.every(isBin) &&
    FIGURES.every((name) => isEstimate(metrics[name]))
  );
}

function isImportance(value: unknown): boolean {
  if (!isObject(value) || typeof value.name !== 'string' || !isNumber(value.gain)) return false;
  return value.permutation === null || isNumber(value.permutation);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function areNumbers(value: unknown, length: number): boolean {
  return Array.isArray(value) && value.length === length && value.every(isNumber);
}

function readLimited(file: string, most: number): Result<Buffer, Fault> {
  try {
    const { size } = statSync(file);
    if (size > most) return refused(`${file} is larger than any model`);
    return ok(readFileSync(file));
  } catch (error) {
    const message = `${file} cannot be read: ${wordsOf(error)}.`;
    return err({ kind: 'unreadable', message, remedy: 'Give a folder that desk models export wrote.' });
  }
}

function refused(why: string): Result<never, Fault> {
  const message = `The model was not imported: ${why.replace(/\.$/, '')}.`;
  return err({ kind: 'bad-model', message, remedy: 'Export it again where it was trained; nothing was changed here.' });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
