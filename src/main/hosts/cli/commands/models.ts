/** `desk models ...`: the registry of model versions (ML-25, ML-40). */
import { resolve } from 'node:path';
import { ok } from '#core/base/result.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import { allVersions, chooseVersion, findVersion, rollBack } from '#main/services/learning/choose-version.ts';
import { addModel, exportModel, readModel } from '#main/services/learning/model-transfer.ts';
import { findLearnedModel } from '#main/services/learning/train-once.ts';
import type { Command, CommandFile } from '../command.ts';
import { withProfile, withReader } from '../profile-access.ts';
import { grouped, table } from '../table.ts';

const VERSION: CommandFile = { name: 'ID', meaning: 'a version: its id, the start of it (6 or more), or e.g. trend:3' };
const OWNER_NOTE = 'The record must not be open in a running window; there, use the Models panel.';

export const modelsList: Command = {
  name: 'models list',
  summary: 'List the versions of all models',
  options: {},
  notes: ['JSON: {models: [{id, model, version, state, trainedUntil, createdAt, activatedAt, examples, reason}]}.'],
  examples: ['desk models list'],
  run: ({ profileDir }) =>
    withReader(profileDir, async (profile) => {
      const models = allVersions(profile).map(shortened);
      return ok({ json: { models }, lines: describeAll(models) });
    }),
};

export const modelsShow: Command = {
  name: 'models show',
  summary: 'Show one version: where it comes from, its figures, its features',
  file: VERSION,
  options: {},
  notes: ['JSON: the version with its parameters, metrics (95 % intervals) and importance.'],
  examples: ['desk models show trend:3'],
  run: ({ profileDir, file }) =>
    withReader(profileDir, async (profile) => {
      const version = findVersion(profile, file);
      return version.ok ? ok({ json: version.value, lines: describeOne(version.value) }) : version;
    }),
};

export const modelsPromote: Command = {
  name: 'models promote',
  summary: 'Make a version the champion that scores',
  file: VERSION,
  options: {},
  notes: [OWNER_NOTE, 'JSON: {id, model, version, state, reason}.'],
  examples: ['desk models promote trend:3'],
  run: ({ ground, profileDir, file }) =>
    withProfile(profileDir, async (profile) => {
      const version = findVersion(profile, file);
      if (!version.ok) return version;
      const chosen = chooseVersion(profile, version.value, ground.wallClock());
      return chosen.ok ? ok(nowIs(profile.models.version(version.value.id) ?? version.value)) : chosen;
    }),
};

export const modelsRollback: Command = {
  name: 'models rollback',
  summary: 'Go back to the champion before',
  file: { name: 'MODEL', meaning: 'its key: trend, or trend@demo for the simulated market' },
  options: {},
  notes: [OWNER_NOTE, 'JSON: {id, model, version, state, reason}.'],
  examples: ['desk models rollback trend'],
  run: ({ ground, profileDir, file }) =>
    withProfile(profileDir, async (profile) => {
      const model = findLearnedModel(file);
      if (!model.ok) return model;
      const version = rollBack(profile, model.value.key, ground.wallClock());
      return version.ok ? ok(nowIs(profile.models.version(version.value.id) ?? version.value)) : version;
    }),
};

export const modelsExport: Command = {
  name: 'models export',
  summary: 'Write a version to a folder or file, to keep it or to carry it to another machine',
  file: VERSION,
  second: { name: 'PATH', meaning: 'a folder, or a file that ends in .json; made, never overwritten' },
  options: {},
  notes: [
    'A folder gets artefact.bin and model.json, a file holds both, as the Models panel exports them;',
    'nothing of accounts, orders or trades is in them.',
    'JSON: {id, folder, bytes}.',
  ],
  examples: ['desk models export trend:3 trend-3', 'desk models export trend:3 trend-3.json'],
  run: ({ profileDir, file, second }) =>
    withReader(profileDir, async (profile) => {
      const version = findVersion(profile, file);
      if (!version.ok) return version;
      const written = exportModel(profile, version.value, resolve(second));
      if (!written.ok) return written;
      const { bytes, folder } = written.value;
      return ok({ json: written.value, lines: [`${grouped(bytes)} bytes of ${nameOf(version.value)} in ${folder}.`] });
    }),
};

export const modelsImport: Command = {
  name: 'models import',
  summary: 'Read a version from a folder or file, check it, and keep it as a challenger',
  file: { name: 'PATH', meaning: 'what desk models export or the Models panel wrote' },
  options: {},
  notes: [
    OWNER_NOTE,
    'Checked: the hash, the format, the features. It scores nothing until you promote it.',
    'JSON: {id, model, version, state, reason}.',
  ],
  examples: ['desk models import trend-3', 'desk models import trend-3.json'],
  async run({ ground, profileDir, file }) {
    const read = readModel(resolve(file));
    if (!read.ok) return read;
    return withProfile(profileDir, async (profile) => {
      const version = addModel(profile, read.value, ground.wallClock());
      return version.ok ? ok(nowIs(version.value)) : version;
    });
  },
};

type Shortened = ReturnType<typeof shortened>;

function shortened(of: ModelVersion) {
  const { id, model, version, state, trainedUntil, createdAt, activatedAt, examples, reason } = of;
  return { id, model, version, state, trainedUntil, createdAt, activatedAt, examples, reason };
}

function nowIs(of: ModelVersion) {
  const { id, model, version, state, reason } = of;
  return { json: { id, model, version, state, reason }, lines: [`${nameOf(of)} is ${state}: ${reason}`] };
}

function describeAll(models: readonly Shortened[]): readonly string[] {
  if (models.length === 0) return ['No model has been trained yet: heuristics score.'];
  const rows = models.map((of) => [
    ...[`${of.model}:${of.version}`, of.id.slice(0, 12), of.state, of.examples, day(of.trainedUntil), of.reason],
  ]);
  return table([['version', 'id', 'state', 'examples', 'trained until', 'reason'], ...rows]);
}

function describeOne({ parameters, metrics, importance, heads, ...facts }: ModelVersion): readonly string[] {
  const times = new Set(['trainedUntil', 'createdAt', 'activatedAt', 'retiredAt']);
  const cell = (name: string, value: unknown) => {
    if (value === null) return '-';
    return times.has(name) ? new Date(value as number).toISOString() : String(value);
  };
  const rows = Object.entries(facts).map(([name, value]) => [name, cell(name, value)] as const);
  const figures = Object.entries(metrics).flatMap(([name, value]) => {
    const { value: figure, low, high } = (value ?? {}) as Readonly<Record<string, unknown>>;
    return typeof figure === 'number' ? [[name, figure, Number(low), Number(high)] as const] : [];
  });
  const ranked = [...importance].sort((a, b) => b.gain - a.gain).slice(0, 20);
  return [
    ...table([['field', 'value'], ...rows, ['heads', heads.join(', ')], ['parameters', JSON.stringify(parameters)]]),
    '',
    ...table([['figure', 'value', 'low', 'high'], ...figures]),
    '',
    ...table([['feature', 'share of gain'], ...ranked.map(({ name, gain }) => [name, gain])]),
  ];
}

function nameOf({ model, version }: ModelVersion): string {
  return `${model} v${version}`;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
