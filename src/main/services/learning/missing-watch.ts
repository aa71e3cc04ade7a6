/** How often each feature of a model's newest signals is missing (FE-4): above 10 % it is told, each feature once. */
import type { MissingFeatures } from '#contract/areas/models.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Profile } from '#main/store/database.ts';
import type { LearnedModel } from './learned-models.ts';
import { newestVectors } from './recorded-vectors.ts';

const RECENT_ROWS = 200;
/** Fewer say nothing of a tenth. */
const ENOUGH_ROWS = 50;
const ALERT_SHARE = 0.1;
/** Newly opened signals between two looks. */
const LOOK_EVERY = 25;
/** Features named one by one in a sentence. */
const NAMED = 4;
const KEPT = 'learning.missing.';
const LIVE_SINCE = 'learning.missing-since.';

export interface MissingGround {
  readonly profile: Pick<Profile, 'exportVectors' | 'exportObservations' | 'desk'>;
  readonly model: LearnedModel;
  readonly notice: (message: string) => void;
  /** Exchange time, once the market is followed live; null before. */
  readonly liveNow: () => UnixMs | null;
}

export class MissingWatch {
  readonly #ground: MissingGround;
  #opened = LOOK_EVERY;
  #found: MissingFeatures | null = null;

  constructor(ground: MissingGround) {
    this.#ground = ground;
  }

  /** Null before the first look, and while there are too few signals. */
  get found(): MissingFeatures | null {
    return this.#found;
  }

  /** So many more signals of its strategies were opened. */
  noteOpened(signals: number): void {
    this.#opened += signals;
  }

  /** Looks where enough was opened since. */
  async look(): Promise<void> {
    if (this.#opened < LOOK_EVERY) return;
    this.#opened = 0;
    const from = this.#liveSince();
    if (from === null) return;
    const { profile, model } = this.#ground;
    const { columns, rows } = await newestVectors(profile, model, { from }, RECENT_ROWS);
    if (rows < ENOUGH_ROWS) return;
    const features = model.set.names
      .map((name, index) => ({ name, share: shareMissing(columns[index] ?? new Float64Array()) }))
      .filter(({ share }) => share > ALERT_SHARE)
      .sort((a, b) => b.share - a.share);
    this.#found = { rows, features };
    this.#tell(rows, features);
  }

  /** Only what was found live counts: history has no order book, and its first days know little of the days before. */
  #liveSince(): UnixMs | null {
    const { profile, model, liveNow } = this.#ground;
    const key = LIVE_SINCE + model.key;
    const kept = profile.desk.settings().get(key);
    if (typeof kept === 'number') return kept;
    const now = liveNow();
    if (now !== null) profile.desk.putSettings({ [key]: now });
    return now;
  }

  /** What is missing for as long as it was is told once, also across a restart; what came back is told again. */
  #tell(rows: number, features: MissingFeatures['features']): void {
    const { profile, model, notice } = this.#ground;
    const key = KEPT + model.key;
    const kept = profile.desk.settings().get(key);
    const told: readonly unknown[] = Array.isArray(kept) ? kept : [];
    const names = features.map(({ name }) => name);
    if (names.length === told.length && names.every((name) => told.includes(name))) return;
    profile.desk.putSettings({ [key]: names });
    const fresh = features.filter(({ name }) => !told.includes(name));
    if (fresh.length === 0) return;
    const shown = fresh.slice(0, NAMED).map(({ name, share }) => `${name} in ${Math.round(share * 100)} %`);
    const more = fresh.length > NAMED ? ` and ${fresh.length - NAMED} more` : '';
    notice(`${model.spec.id}: of the newest ${rows} signals ${shown.join(', ')}${more} have no value`);
  }
}

function shareMissing(column: Float64Array): number {
  return column.reduce((count, value) => count + Number(Number.isNaN(value)), 0) / column.length;
}
