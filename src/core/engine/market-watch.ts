/** Drives the observations of all instruments with the engine's bars, and asks the models that forecast them (ML-3, ML-32). */
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import type { Observation } from '#core/domain/observation.ts';
import type { FeatureVector, SignalDraft } from '#core/domain/signal.ts';
import { HOUR_MS, type UnixMs } from '#core/domain/timeframe.ts';
import type { InstrumentSignals } from '#core/signals/instrument-signals.ts';
import type { ActiveStrategy } from './instrument-state.ts';
import type { EngineEvent } from './messages.ts';
import { DIRECTION_MODEL, type ModelBook, VOLATILITY_MODEL } from './model-book.ts';
import { InstrumentObservations, type KeptObservation, type Seen } from './observations.ts';
import { askDirection, type OpeningAnswer } from './opening-advice.ts';
import { type EngineModel, modelObjection } from './scoring-model.ts';

export interface KeptOfInstrument extends KeptObservation {
  readonly instrumentId: InstrumentId;
}

/** What the model of volatility says of the hour that runs. */
export interface HourForecast {
  /** E.g. `volatility v3`. */
  readonly by: string;
  /** When the hour began. */
  readonly time: UnixMs;
  /** Realised volatility, percent. */
  readonly volatility: number;
}

interface Watched {
  readonly observations: InstrumentObservations;
  readonly simulated: boolean;
}

export class MarketWatch {
  readonly #models: ModelBook;
  readonly #watched = new Map<InstrumentId, Watched>();

  constructor(models: ModelBook) {
    this.#models = models;
  }

  add(instrument: Instrument, signals: InstrumentSignals, strategies: readonly ActiveStrategy[]): void {
    const observations = new InstrumentObservations(instrument, signals, strategies);
    this.#watched.set(instrument.id, { observations, simulated: instrument.simulated });
  }

  restore(kept: readonly KeptOfInstrument[]): void {
    for (const [id, of] of Map.groupBy(kept, ({ instrumentId }) => instrumentId)) {
      this.#watched.get(id)?.observations.restore(of);
    }
  }

  /** Called after an instrument's bars that closed at `now`. What throws is told and stops nothing (PL-9). */
  onClose(instrumentId: InstrumentId, now: UnixMs, events: EngineEvent[]): void {
    const watched = this.#watched.get(instrumentId);
    if (watched === undefined) return;
    try {
      const { seen, labelled } = watched.observations.onClose(now);
      for (const label of labelled) events.push({ kind: 'labelled', time: now, label: { ...label, instrumentId } });
      for (const one of seen) {
        const said = this.#forecast(instrumentId, one, now);
        const observation = { ...one, instrumentId, simulated: watched.simulated, said };
        events.push({ kind: 'observed', time: now, observation });
      }
    } catch (error) {
      const message = `observing failed: ${error instanceof Error ? error.message : String(error)}`;
      events.push({ kind: 'fault-raised', time: now, source: 'observations', instrumentId, message });
    }
  }

  /** What the direction model says of the opening range that a signal measured, or in words why nothing (ML-32). */
  openingOf(instrumentId: InstrumentId, measures: SignalDraft['measures'], now: UnixMs): OpeningAnswer | string {
    const minute = measures.open_minute;
    if (minute === undefined) return 'the signal is of no opening range';
    const opening = this.#watched.get(instrumentId)?.observations.openingOf(minute);
    if (opening == null) return 'the opening range was not watched from its end';
    return this.#direction(instrumentId, opening.time, opening.vector, now);
  }

  /**
   * DE-20: the champion's forecast of the hour that `now` lies in, from what was seen as it began; null without one, and
   * where models may not decide (DE-10).
   */
  hourOf(instrumentId: InstrumentId, now: UnixMs): HourForecast | null {
    const seen = this.#watched.get(instrumentId)?.observations.hour ?? null;
    if (seen === null || now < seen.time || now >= seen.time + HOUR_MS || !this.#models.mayScore) return null;
    const said = this.#volatility(seen, now);
    return said === null ? null : { by: said.model.name, time: seen.time, volatility: Math.exp(said.value) };
  }

  /** The champion's logarithm of the realised volatility of the hour that begins; null where it has nothing to say. */
  #volatility({ vector }: Pick<Seen, 'vector'>, now: UnixMs): { model: EngineModel; value: number } | null {
    const model = this.#models.get(VOLATILITY_MODEL)?.champion;
    if (model?.task !== 'regress' || modelObjection(model, vector, now) !== null) return null;
    const value = model.values.scorer.score(vector.values);
    return Number.isFinite(value) ? { model, value } : null;
  }

  #direction(instrumentId: InstrumentId, bar: UnixMs, vector: FeatureVector, now: UnixMs): OpeningAnswer | string {
    const model = this.#models.get(DIRECTION_MODEL)?.champion;
    if (model?.task !== 'multiclass') return 'no direction model has proved itself yet';
    const key = { instrumentId, bar, modelId: model.id };
    try {
      return this.#models.openingAnswers.read(key, vector.values, now, () => askDirection(model, vector, now));
    } catch (error) {
      return `${model.name} failed: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** ML-45: what the model of these observations says before anything is known of them. */
  #forecast(instrumentId: InstrumentId, { kind, time, vector }: Seen, now: UnixMs): Observation['said'] {
    if (kind === 'opening') {
      const modelId = this.#models.get(DIRECTION_MODEL)?.champion.id;
      const answer = this.#direction(instrumentId, time, vector, now);
      return modelId === undefined || typeof answer === 'string' ? null : { modelId, answer: answer.probabilities };
    }
    const said = this.#volatility({ vector }, now);
    return said === null ? null : { modelId: said.model.id, answer: { value: said.value } };
  }
}
