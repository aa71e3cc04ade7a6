/** What one instrument shows at times of its own, beside signals: the end of each opening range and the close of each hour (ML-3). */
import { invariant } from '#core/base/invariant.ts';
import type { Instrument } from '#core/domain/instrument.ts';
import type { ObservationKind, ObservationLabel } from '#core/domain/observation.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import { HOUR_MS, MINUTE_MS, type UnixMs } from '#core/domain/timeframe.ts';
import { type FeatureSubject, NO_PAST_FACTS } from '#core/signals/features/feature.ts';
import { featureIndex } from '#core/signals/features/feature-catalogue.ts';
import type { InstrumentSignals } from '#core/signals/instrument-signals.ts';
import { OPENING_LABELS, OpeningExamples, type OpeningObservation } from '#core/signals/opening-examples.ts';
import type { ActiveStrategy } from './instrument-state.ts';

const OPENING_SET = 'session';
const OPENING_TIMEFRAME = '5m';
const HOUR_SET = 'volatility';
const REALISED = featureIndex(HOUR_SET, 'rv_1h');

export interface Seen {
  readonly kind: ObservationKind;
  readonly time: UnixMs;
  readonly vector: FeatureVector;
}

export type Labelled = Omit<ObservationLabel, 'instrumentId'>;

/** As the record keeps it across a restart (PL-6). */
export interface KeptObservation extends Seen {
  readonly isWaiting: boolean;
}

export interface ObservationNews {
  readonly seen: readonly Seen[];
  readonly labelled: readonly Labelled[];
}

const NO_NEWS: ObservationNews = { seen: [], labelled: [] };

export class InstrumentObservations {
  readonly #signals: InstrumentSignals;
  readonly #instrument: Instrument;
  /** Null where no strategy reads opening ranges: the room then lacks what their features look at. */
  readonly #openings: OpeningExamples | null;
  #hour: Seen | null = null;

  constructor(instrument: Instrument, signals: InstrumentSignals, strategies: readonly ActiveStrategy[]) {
    this.#instrument = instrument;
    this.#signals = signals;
    const reads = strategies.some(
      ({ strategy }) => strategy.featureSet === OPENING_SET && strategy.timeframe === OPENING_TIMEFRAME,
    );
    this.#openings = reads ? new OpeningExamples(signals) : null;
    invariant(REALISED >= 0, 'the set of hours holds the realised volatility');
  }

  restore(kept: readonly KeptObservation[]): void {
    this.#openings?.restore(kept.filter(({ kind }) => kind === 'opening'));
    this.#hour = kept.findLast(({ kind, isWaiting }) => kind === 'hour' && isWaiting) ?? null;
  }

  /** The newest hour that ended; null before the first. */
  get hour(): Seen | null {
    return this.#hour;
  }

  /** The opening that a signal measured, by the minute of the day at which it began. */
  openingOf(minute: number): OpeningObservation | null {
    return this.#openings?.ofMinute(minute) ?? null;
  }

  /** Called after the bars that closed at `now` are in the room, before anything is drafted on them. */
  onClose(now: UnixMs): ObservationNews {
    if (now % (5 * MINUTE_MS) !== 0) return NO_NEWS;
    const seen: Seen[] = [];
    const labelled: Labelled[] = [];
    const news = this.#openings?.onClose(now);
    if (news?.ended != null) seen.push({ kind: 'opening', time: news.ended.time, vector: news.ended.vector });
    for (const { time, label, resolvedAt } of news?.labelled ?? []) {
      labelled.push({ kind: 'opening', time, target: OPENING_LABELS.indexOf(label), resolvedAt });
    }
    for (const { time } of news?.lost ?? []) labelled.push({ kind: 'opening', time, target: null, resolvedAt: now });
    if (now % HOUR_MS === 0) this.#onHour(now, seen, labelled);
    return seen.length + labelled.length === 0 ? NO_NEWS : { seen, labelled };
  }

  /** An hour's target is what its successor's features say of it. */
  #onHour(now: UnixMs, seen: Seen[], labelled: Labelled[]): void {
    const vector = this.#signals.features(HOUR_SET, hourSubject(this.#instrument, this.#signals, now), NO_PAST_FACTS);
    if (this.#hour !== null) {
      const { time } = this.#hour;
      const realised = vector.values[REALISED];
      const target = time + HOUR_MS === now && realised > 0 ? Math.log(realised) : null;
      labelled.push({ kind: 'hour', time, target, resolvedAt: now });
    }
    this.#hour = { kind: 'hour', time: now, vector };
    seen.push(this.#hour);
  }
}

/** Features of hours look at bars alone; a test holds the set to that. */
function hourSubject({ baseTimeframe }: Instrument, signals: InstrumentSignals, time: UnixMs): FeatureSubject {
  return {
    side: 'long',
    stop: Number.NaN,
    target: Number.NaN,
    measures: {},
    time,
    timeframe: '15m',
    entry: signals.bars(baseTimeframe).close(0),
    qscore: Number.NaN,
    plannedRr: Number.NaN,
  };
}
