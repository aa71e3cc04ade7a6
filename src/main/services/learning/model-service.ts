/** The models' part of the contract: training, choosing, carrying and explaining versions (WS-14). */
import { type DeskService, ServiceError } from '#contract/service.ts';
import type { Fault } from '#core/base/result.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Profile } from '#main/store/database.ts';
import type { FileExports } from '../file-exports.ts';
import { PolledValue } from '../views/polled-list.ts';
import { explain } from './explain.ts';
import type { LearnedModel } from './learned-models.ts';
import type { LearningService } from './learning-service.ts';
import { ModelImports } from './model-imports.ts';
import { modelFile } from './model-transfer.ts';
import { modelsSnapshot } from './models-view.ts';
import { trainingParts, trainingTable } from './training-export.ts';

const MODELS_EVERY_MS = 500;

type ModelCalls = Pick<
  DeskService['calls'],
  | 'models.train'
  | 'models.cancel'
  | 'models.activate'
  | 'models.export'
  | 'models.import'
  | 'models.giveUp'
  | 'models.exportTraining'
  | 'models.explain'
>;
type ModelStreams = Pick<DeskService['streams'], 'models.overview' | 'models.notices'>;

export interface ModelParts {
  readonly profile: Profile;
  readonly learning: LearningService;
  readonly exports: FileExports;
  readonly wallClock: () => UnixMs;
}

export interface ModelService {
  readonly calls: ModelCalls;
  readonly streams: ModelStreams;
  close(): void;
}

export function createModelService({ profile, learning, exports, wallClock }: ModelParts): ModelService {
  const snapshot = new PolledValue(() => modelsSnapshot(profile, learning, wallClock()), MODELS_EVERY_MS);
  learning.changed.on(() => snapshot.touch());
  const imports = new ModelImports(profile, wallClock);
  const find = (key: string): LearnedModel | null => learning.models().find((model) => model.key === key) ?? null;
  return {
    calls: {
      'models.train': ({ model }) => {
        const found = find(model);
        if (found === null) return { done: false, message: `there is no model ${model} for this exchange` };
        return learning.train(found, 'by hand')
          ? { done: true, message: 'the training is queued' }
          : { done: false, message: 'a training of this model waits or runs already' };
      },
      'models.cancel': ({ jobId }) =>
        learning.desk.cancel(jobId)
          ? { done: true, message: 'the training is cancelled' }
          : { done: false, message: 'this training is over already' },
      'models.activate': ({ id }) => {
        const version = profile.models.version(id);
        if (version === null) return { done: false, message: 'this version is not in the registry' };
        const activated = learning.activate(version);
        return activated.ok
          ? { done: true, message: `${version.model} v${version.version} scores from now on` }
          : { done: false, message: `${activated.error.message} ${activated.error.remedy}` };
      },
      'models.giveUp': ({ model }) => {
        const given = learning.giveUp(model);
        return given.ok
          ? { done: true, message: `${model} v${given.value.version} is given up: the model of all decides` }
          : { done: false, message: `${given.error.message} ${given.error.remedy}` };
      },
      'models.export': ({ id }) => {
        const version = profile.models.version(id);
        if (version === null) throw notFound('This version is not in the registry.');
        const file = modelFile(profile, version);
        if (!file.ok) throw refused(file.error);
        const { parts, count, fileName } = file.value;
        return exports.open(partsOf(parts), fileName, count);
      },
      'models.import': (part) => {
        const answer = imports.take(part);
        if (answer.answer?.done === true) learning.changed.emit();
        return answer;
      },
      'models.exportTraining': async ({ model, format }) => {
        const found = find(model);
        if (found === null) throw notFound(`There is no model ${model} for this exchange.`);
        const table = await trainingTable(profile, found);
        const fileName = `shadowdesk-training-${model.replace(/[^a-z0-9_]/g, '-')}-${exports.stamp()}.${format}`;
        const started = exports.open(trainingParts(table, format), fileName, table.rows);
        return format === 'parquet' ? { ...started, isBase64: true } : started;
      },
      'models.explain': ({ signalId }) => explain(profile, learning, signalId),
    },
    streams: {
      'models.overview': (_, sink) => snapshot.open(sink),
      'models.notices': (_, sink) => {
        const stop = learning.notices.on((notice) => sink.push(notice));
        return { snapshot: null, stop };
      },
    },
    close: () => snapshot.close(),
  };
}

function* partsOf(
  parts: Iterable<string>,
): Generator<{ readonly text: string; readonly rows: number }, void, undefined> {
  for (const text of parts) yield { text, rows: 1 };
}

function notFound(message: string): ServiceError {
  return new ServiceError({ code: 'not-found', message, remedy: 'The Models panel shows what there is.' });
}

function refused({ message, remedy }: Fault): ServiceError {
  return new ServiceError({ code: 'refused', message, remedy });
}
