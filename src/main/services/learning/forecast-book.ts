/**
 * What the models of openings, of hours and of results forecast, against what came (ML-45, TU-10). The book follows the
 * record: rows whose outcome is not known yet are read again, all older ones once.
 */
import { setImmediate } from 'node:timers/promises';
import type { ForecastWindow } from '#contract/areas/models.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import { parseArtefact } from '#core/learning/artefact-bytes.ts';
import { loadClasses } from '#core/learning/class-artefact.ts';
import { namedClass } from '#core/learning/class-scorer.ts';
import type { ProfileReader } from '#main/store/database.ts';
import type { ObservedRow, SignalResult } from '#main/store/prediction-history.ts';
import { WINDOW_DAYS } from './accuracy-figures.ts';
import {
  CheapForecasts,
  type DirectionRow,
  directionWindow,
  MeanSoFar,
  type ResultRow,
  resultWindow,
  type VolatilityRow,
  volatilityWindow,
} from './forecast-figures.ts';
import type { LearnedModel } from './learned-models.ts';

/** Rows read before the event loop gets a turn. */
const ROWS_PER_TURN = 500;
/** The longest window, and a month before it for what cheap forecasts learn from. */
const KEPT_DAYS = 120;

interface KnownModel {
  readonly trainedUntil: UnixMs;
  /** By label; null where its artefact is no longer kept: then the most probable class is what it named. */
  readonly baseRates: readonly number[] | null;
}

interface Followed {
  /** In the order of time, then of number. */
  rows: readonly ObservedRow[];
  /** Every row before it is read and has its outcome. */
  frontier: UnixMs | null;
}

/** Models of classes and of values, but not those that say how likely a win is. */
function hasForecasts({ task }: Pick<LearnedModel, 'task'>): boolean {
  return task.kind !== 'classify';
}

export class ForecastBook {
  readonly #profile: Pick<ProfileReader, 'predictions' | 'models'>;
  readonly #models = new Map<string, KnownModel>();
  readonly #followed = new Map<string, Followed>();
  /** Every result of a strategy, in the order in which they came. */
  readonly #results = new Map<string, readonly SignalResult[]>();
  readonly #views = new Map<string, readonly ForecastWindow[]>();

  constructor(profile: Pick<ProfileReader, 'predictions' | 'models'>) {
    this.#profile = profile;
  }

  of(key: string): readonly ForecastWindow[] {
    return this.#views.get(key) ?? [];
  }

  /** Another exchange has another clock: begin anew. */
  forget(): void {
    this.#followed.clear();
    this.#results.clear();
    this.#views.clear();
  }

  /** Brings the figures of those models that say anything but how likely a win is up to `now`, exchange time. */
  async refresh(models: readonly LearnedModel[], now: UnixMs, signal: AbortSignal): Promise<void> {
    for (const model of models) {
      if (!hasForecasts(model)) continue;
      const rows = await this.#follow(model, now, signal);
      if (rows === null) return;
      this.#views.set(model.key, await this.#windows(model, rows, now, signal));
      if (signal.aborted) return;
    }
  }

  /** Null when it was stopped. */
  async #follow(model: LearnedModel, now: UnixMs, signal: AbortSignal): Promise<readonly ObservedRow[] | null> {
    const { key } = model;
    const known = this.#followed.get(key) ?? { rows: [], frontier: null };
    const oldest = now - KEPT_DAYS * DAY_MS;
    const from = Math.max(oldest, known.frontier ?? oldest);
    const rows = known.rows.filter(({ time }) => time >= oldest && time < from);
    for (const pageAfter of this.#pagesOf(model)) {
      let after = { time: from, no: -1 };
      for (;;) {
        const page = pageAfter(after);
        rows.push(...page);
        after = page.at(-1) ?? after;
        if (page.length < ROWS_PER_TURN) break;
        await setImmediate();
        if (signal.aborted) return null;
      }
    }
    rows.sort((a, b) => a.time - b.time || a.no - b.no);
    const frontier = rows.find(({ waiting }) => waiting)?.time ?? rows.at(-1)?.time ?? from;
    this.#followed.set(key, { rows, frontier });
    return rows;
  }

  /** Ways through the model's rows, each in the order of time. */
  #pagesOf({
    key,
    source,
    simulated,
  }: LearnedModel): readonly ((after: Pick<ObservedRow, 'time' | 'no'>) => readonly ObservedRow[])[] {
    const { predictions } = this.#profile;
    if (source.kind === 'signals') return [(after) => predictions.valued(key, after, ROWS_PER_TURN)];
    return (['labelled', 'unknown', 'waiting'] as const).map(
      (state) => (after) => predictions.observed(source.of, simulated, state, after, ROWS_PER_TURN),
    );
  }

  async #windows(
    model: LearnedModel,
    rows: readonly ObservedRow[],
    now: UnixMs,
    signal: AbortSignal,
  ): Promise<readonly ForecastWindow[]> {
    const { task, source } = model;
    // Nothing forecast, nothing to judge: the results of a strategy are read for a forecast alone, and may be a million.
    if (rows.every(({ said }) => said === null)) return [];
    const windowOf =
      task.kind === 'multiclass'
        ? this.#directions(rows, task.labels)
        : source.kind === 'observations'
          ? this.#volatilities(rows)
          : this.#resultsOf(rows, await this.#meanSoFar(model, signal));
    if (windowOf === null) return [];
    const windows: ForecastWindow[] = [];
    for (const days of WINDOW_DAYS) {
      windows.push(windowOf(days, now));
      await setImmediate();
    }
    return windows;
  }

  #directions(rows: readonly ObservedRow[], labels: readonly string[]) {
    const said: DirectionRow[] = rows.flatMap(({ said: forecast, ...row }) => {
      const model = forecast === null ? null : this.#model(forecast.modelId, labels);
      if (forecast === null || model === null || row.time <= model.trainedUntil) return [];
      const probabilities = labels.map((label) => forecast.answer[label] ?? 0);
      return [{ ...row, probabilities, named: namedClass(probabilities, 0, model.baseRates ?? labels.map(() => 1)) }];
    });
    return said.length === 0 ? null : (days: number, now: UnixMs) => directionWindow(said, labels, days, now);
  }

  #volatilities(rows: readonly ObservedRow[]) {
    const cheap = new CheapForecasts();
    const said: VolatilityRow[] = rows.flatMap(({ said: forecast, ...row }) => {
      // Of every hour, forecast or not: the next ones learn from it.
      const beside = cheap.next(row);
      const value = forecast?.answer.value;
      const model = forecast === null ? null : this.#model(forecast.modelId, []);
      if (value === undefined || model === null || row.time <= model.trainedUntil) return [];
      return [{ ...row, ...beside, forecast: value }];
    });
    return said.length === 0 ? null : (days: number, now: UnixMs) => volatilityWindow(said, days, now);
  }

  #resultsOf(rows: readonly ObservedRow[], before: MeanSoFar) {
    const said: ResultRow[] = rows.flatMap(({ said: forecast, ...row }) => {
      const value = forecast?.answer.value;
      const model = forecast === null ? null : this.#model(forecast.modelId, []);
      if (value === undefined || model === null || row.time <= model.trainedUntil) return [];
      return [{ ...row, forecast: value, meanBefore: before.at(row.time) }];
    });
    return said.length === 0 ? null : (days: number, now: UnixMs) => resultWindow(said, days, now);
  }

  /** Over the strategies that the model learns from. */
  async #meanSoFar({ source, simulated }: LearnedModel, signal: AbortSignal): Promise<MeanSoFar> {
    const strategyIds = source.kind === 'signals' ? (source.strategyIds ?? []) : [];
    const all: SignalResult[] = [];
    for (const strategyId of strategyIds) {
      const key = `${strategyId}/${simulated}`;
      const results = [...(this.#results.get(key) ?? [])];
      for (;;) {
        const page = this.#profile.predictions.results(
          strategyId,
          simulated,
          results.at(-1)?.sequence ?? -1,
          ROWS_PER_TURN,
        );
        results.push(...page);
        if (page.length < ROWS_PER_TURN || signal.aborted) break;
        await setImmediate();
      }
      this.#results.set(key, results);
      all.push(...results);
    }
    return new MeanSoFar(all.sort((a, b) => a.resolvedAt - b.resolvedAt));
  }

  /** History that came in later may reach back into what a model was trained on: that proves nothing. */
  #model(id: string, labels: readonly string[]): KnownModel {
    const known = this.#models.get(id);
    if (known !== undefined) return known;
    const { models } = this.#profile;
    const model = { trainedUntil: models.version(id)?.trainedUntil ?? 0, baseRates: this.#baseRates(id, labels) };
    this.#models.set(id, model);
    return model;
  }

  #baseRates(id: string, labels: readonly string[]): readonly number[] | null {
    if (labels.length === 0) return null;
    const bytes = this.#profile.models.artefact(id);
    const artefact = bytes.ok ? parseArtefact(bytes.value) : null;
    const loaded = artefact?.ok === true ? loadClasses(artefact.value) : null;
    if (loaded?.ok !== true) return null;
    const { parts } = loaded.value;
    // A class that was too rare to learn is never named: it has no probability.
    return labels.map((label) => parts.baseRates[parts.kept.indexOf(parts.labels.indexOf(label))] ?? 1);
  }
}
