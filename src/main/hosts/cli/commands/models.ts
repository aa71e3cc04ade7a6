/** `desk models ...`: the registry of model versions (ML-25, ML-40). */
import { resolve } from 'node:path';
import type { AccuracyWindow, EnhancedRecord, ForecastWindow, TakenRate } from '#contract/areas/models.ts';
import { ok } from '#core/base/result.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import { allVersions, chooseVersion, findVersion, rollBack } from '#main/services/learning/choose-version.ts';
import { allLearnedModels, findVariant } from '#main/services/learning/learned-models.ts';
import { type LiveRecord, liveRecord } from '#main/services/learning/live-record.ts';
import { addModel, exportModel, readModel } from '#main/services/learning/model-transfer.ts';
import { findLearnedModel } from '#main/services/learning/train-once.ts';
import type { Command, CommandFile } from '../command.ts';
import { withProfile, withReader } from '../profile-access.ts';
import { grouped, percent, shortNumber, table } from '../table.ts';

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
  notes: [
    'Under its figures stands what all versions of the model said before outcomes were known, against what came, over the',
    '7, 30 and 90 days before the newest time that the record has reached.',
    'Of a model that moves grades (structure) also how often its enhanced scores won against their base, by week too.',
    'JSON: the version with its parameters, metrics (95 % intervals) and importance, and record: {until, accuracy,',
    'forecasts, enhanced: {windows, weeks} or null}, null before anything ran.',
  ],
  examples: ['desk models show trend:3'],
  run: ({ profileDir, file }) =>
    withReader(profileDir, async (profile) => {
      const version = findVersion(profile, file);
      if (!version.ok) return version;
      const record = await liveRecord(profile, version.value.model);
      const lines = [...describeOne(version.value), '', ...describeRecord(record)];
      return ok({ json: { ...version.value, record }, lines });
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
  summary: 'Go back to the champion before, or give a model of one instrument or cluster up',
  file: {
    name: 'MODEL',
    meaning: 'its key: trend, trend@demo for the simulated market, trend/BTC/USDT, trend/cluster-2',
  },
  options: {},
  notes: [OWNER_NOTE, 'JSON: {id, model, version, state, reason}.'],
  examples: ['desk models rollback trend', 'desk models rollback trend/BTC/USDT'],
  run: ({ ground, profileDir, file }) =>
    withProfile(profileDir, async (profile) => {
      const model = findVariant(allLearnedModels(), file) === null ? findLearnedModel(file) : null;
      if (model?.ok === false) return model;
      const version = rollBack(profile, file, ground.wallClock());
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

/** Counts always, figures where there are enough. */
function describeRecord(record: LiveRecord | null): readonly string[] {
  if (record === null || record.accuracy.length + record.forecasts.length === 0)
    return ['No version of this model has said anything of a new signal or hour yet.'];
  const said = [
    ...record.accuracy.map(({ days, predictions, pending, ...of }) => {
      return [days, predictions, pending, accuracyWords(of)] as const;
    }),
    ...record.forecasts.map(({ days, forecasts, pending, ...of }) => {
      return [days, forecasts, pending, forecastWords(of)] as const;
    }),
  ];
  const rows = said.map(([days, count, pending, words]) => [days, count, pending, words ?? 'too few to say']);
  return [
    ...table([['days', 'said', 'open', `what came, up to ${new Date(record.until).toISOString()}`], ...rows]),
    ...describeEnhanced(record.enhanced),
  ];
}

function describeEnhanced(enhanced: EnhancedRecord | null): readonly string[] {
  if (enhanced === null) return [];
  const rate = ({ taken, won }: TakenRate) =>
    won === null
      ? `${taken}, too few to say`
      : `${percent(won.value)} (${percent(won.low)} to ${percent(won.high)}) of ${taken}`;
  const windows = enhanced.windows.map(({ days, scored, pending, base, enhanced: moved, difference }) => {
    const less =
      difference === null
        ? 'too few to say'
        : `${percent(difference.value)} (${percent(difference.low)} to ${percent(difference.high)})`;
    return [days, scored, pending, rate(base), rate(moved), less];
  });
  const weeks = enhanced.weeks.map(({ start, resolved, base, enhanced: moved }) => {
    return [day(start), resolved, `${base.won} of ${base.taken}`, `${moved.won} of ${moved.taken}`];
  });
  return [
    '',
    ...table([['days', 'enhanced', 'open', 'base won', 'enhanced won', 'difference'], ...windows]),
    '',
    ...table([['week of', 'results', 'base won', 'enhanced won'], ...weeks]),
  ];
}

function accuracyWords({ predicted, observed, brier }: Omit<AccuracyWindow, 'days' | 'predictions' | 'pending'>) {
  if (predicted === null || observed === null || brier === null) return null;
  const won = `won ${percent(observed.value)} (${percent(observed.low)} to ${percent(observed.high)})`;
  return `predicted ${percent(predicted)}, ${won}; Brier ${shortNumber(brier.value)}, base rate ${shortNumber(brier.base)}`;
}

function forecastWords({ direction, volatility, result }: Omit<ForecastWindow, 'days' | 'forecasts' | 'pending'>) {
  if (direction !== null) {
    const { known, right } = direction;
    return `named right ${percent(right.value)} (${percent(right.low)} to ${percent(right.high)}) of ${known}, the most frequent one ${percent(right.base)}`;
  }
  if (volatility !== null)
    return `${volatility.hours} hours, QLIKE ${shortNumber(volatility.qlike)}. ${volatility.verdict}`;
  if (result === null) return null;
  const { known, predicted, came, difference, verdict } = result;
  const [expected, brought, low, high] = [predicted, came.value, came.low, came.high].map((value) => value.toFixed(3));
  const [less, least, most] = [difference.value, difference.low, difference.high].map((value) => value.toFixed(3));
  return `forecast ${expected} R, came ${brought} R (${low} to ${high}) of ${known}; squared error less the mean’s ${less} (${least} to ${most}). ${verdict}`;
}

function nameOf({ model, version }: ModelVersion): string {
  return `${model} v${version}`;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
