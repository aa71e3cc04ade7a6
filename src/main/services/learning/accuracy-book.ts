/**
 * What the models said before outcomes were known, against what came (ML-45). The book follows the record: rows whose
 * outcome can still change are read again, all older ones once.
 */
import { setImmediate } from 'node:timers/promises';
import type { AccuracyWeek, AccuracyWindow, EnhancedRecord } from '#contract/areas/models.ts';
import { DAY_MS, type UnixMs } from '#core/domain/timeframe.ts';
import { parseArtefact } from '#core/learning/artefact-bytes.ts';
import type { ProfileReader } from '#main/store/database.ts';
import type { PredictionPlace } from '#main/store/prediction-history.ts';
import { accuracyWeeks, accuracyWindow, KEPT_DAYS, type SaidRow, WINDOW_DAYS } from './accuracy-figures.ts';
import { enhancedRecord } from './enhanced-figures.ts';

/** Rows read before the event loop gets a turn. */
const ROWS_PER_TURN = 500;

export interface Accuracy {
  readonly windows: readonly AccuracyWindow[];
  readonly weeks: readonly AccuracyWeek[];
  /** Null where none of its predictions made an enhanced score. */
  readonly enhanced: EnhancedRecord | null;
}

const NOTHING: Accuracy = { windows: [], weeks: [], enhanced: null };

interface KnownModel {
  readonly key: string;
  /** The probability from which it calls a signal a win. */
  readonly threshold: number;
  readonly trainedUntil: UnixMs;
}

export class AccuracyBook {
  readonly #profile: Pick<ProfileReader, 'predictions' | 'models'>;
  readonly #models = new Map<string, KnownModel>();
  readonly #views = new Map<string, Accuracy>();
  /** Oldest first. */
  #rows: SaidRow[] = [];
  /** Every prediction before it is read and has its last word. */
  #frontier: UnixMs | null = null;

  constructor(profile: Pick<ProfileReader, 'predictions' | 'models'>) {
    this.#profile = profile;
  }

  of(key: string): Accuracy {
    return this.#views.get(key) ?? NOTHING;
  }

  /** Another exchange has another clock: begin anew. */
  forget(): void {
    this.#rows = [];
    this.#frontier = null;
    this.#views.clear();
  }

  /** Brings the figures of these models up to `now`, exchange time; stops early when `signal` is aborted. */
  async refresh(keys: readonly string[], now: UnixMs, signal: AbortSignal): Promise<void> {
    const oldest = now - KEPT_DAYS * DAY_MS;
    const from = Math.max(oldest, this.#frontier ?? oldest);
    const rows = this.#rows.filter((row) => row.time >= oldest && row.time < from);
    let newest: UnixMs = from;
    let pendingSince: UnixMs | null = null;
    for (const role of ['decided', 'opinion'] as const) {
      let after: PredictionPlace = { time: from, phantomNo: -1, modelId: '' };
      for (;;) {
        const page = this.#profile.predictions.said(role, after, ROWS_PER_TURN);
        for (const { modelId, time, phantomNo, probability, netR, resolvedAt, open, graded } of page) {
          after = { time, phantomNo, modelId };
          newest = Math.max(newest, time);
          const { key, threshold, trainedUntil } = this.#model(modelId);
          // History that came in later may reach back into what the model was trained on: that proves nothing.
          if (time <= trainedUntil) continue;
          if (open) pendingSince = Math.min(time, pendingSince ?? time);
          const named = probability >= threshold;
          rows.push({
            key,
            time,
            probability,
            named,
            netR,
            resolvedAt,
            open,
            graded: role === 'decided' ? graded : null,
          });
        }
        if (page.length < ROWS_PER_TURN) break;
        await setImmediate();
        if (signal.aborted) return;
      }
    }
    rows.sort((a, b) => a.time - b.time);
    this.#rows = rows;
    this.#frontier = pendingSince ?? newest;
    for (const key of keys) {
      const own = rows.filter((row) => row.key === key);
      const windows: AccuracyWindow[] = [];
      for (const days of own.length === 0 ? [] : WINDOW_DAYS) {
        windows.push(accuracyWindow(own, days, now));
        await setImmediate();
        if (signal.aborted) return;
      }
      this.#views.set(key, { windows, weeks: accuracyWeeks(own), enhanced: enhancedRecord(own, now) });
    }
  }

  #model(id: string): KnownModel {
    const known = this.#models.get(id);
    if (known !== undefined) return known;
    const { models } = this.#profile;
    const version = models.version(id);
    const bytes = models.artefact(id);
    const artefact = bytes.ok ? parseArtefact(bytes.value) : null;
    // Of a version whose artefact is no longer kept, the threshold of its figures is the best that is known.
    const candidates = [artefact?.ok === true ? artefact.value.header.breakEven : null, version?.metrics.threshold];
    const threshold = candidates.find((value) => typeof value === 'number');
    const model: KnownModel = {
      key: version?.model ?? '',
      threshold: typeof threshold === 'number' ? threshold : 0.5,
      trainedUntil: version?.trainedUntil ?? 0,
    };
    this.#models.set(id, model);
    return model;
  }
}
