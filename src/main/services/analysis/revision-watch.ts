/**
 * MK-3: tells how many closed phantoms would have another result on bars that the exchange changed after they closed, and
 * resolves them again when the trader says so. By itself nothing that is closed changes.
 */
import type { IntentAnswer } from '#contract/areas/trading.ts';
import type { Profile } from '#main/store/database.ts';
import type { DeskLog } from '../desk-log.ts';
import type { LiveSession } from '../live-session.ts';
import type { SettingsService } from '../settings-service.ts';
import { type RegradeReport, regrade } from './regrade.ts';
import { LONGEST_LIFE_MS } from './revised-bars.ts';

/** Real time after which it is looked for anew: what happens together is looked at together. */
const LOOK_AFTER_MS = 2_000;
/** Phantoms at a time: live bars wait no longer than that. */
const PAGE = 20;

export interface RevisionWatchParts {
  readonly profile: Profile;
  readonly session: Pick<LiveSession, 'revised' | 'stepped' | 'startAnew' | 'state' | 'now'>;
  readonly settings: SettingsService;
  readonly log: DeskLog;
  readonly wallClock: () => number;
}

export class RevisionWatch {
  readonly #parts: RevisionWatchParts;
  readonly #onChange: () => void;
  readonly #stopping = new AbortController();
  readonly #stops: readonly (() => void)[];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #outdated = 0;
  /** A bar was changed that a phantom which closes now may have lived on. */
  #hasRecent = false;

  /** `onChange`: the count is another one. */
  constructor(parts: RevisionWatchParts, onChange: () => void) {
    this.#parts = parts;
    this.#onChange = onChange;
    this.#stops = [
      parts.session.revised.on(() => this.#lookSoon()),
      parts.session.stepped.on(({ events }) => {
        // What was open when its bar was changed is looked at once it is closed.
        if (this.#hasRecent && events.some(({ kind }) => kind === 'phantom-closed')) this.#lookSoon();
      }),
    ];
    this.#lookSoon();
  }

  /** Closed phantoms that would have another result on the bars as they are now. */
  get outdated(): number {
    return this.#outdated;
  }

  /** Looks now; resolves when it is known. */
  look(): Promise<void> {
    return this.#serially(async () => {
      if (this.#stopping.signal.aborted) return;
      const { profile, session } = this.#parts;
      const since = session.now() - LONGEST_LIFE_MS;
      this.#hasRecent = profile.candles.priceRevisions().some(({ openTime }) => openTime > since);
      const done = await this.#run(true);
      if (done !== null) this.#tell(done.changed);
    });
  }

  /** Resolves them again; the engine then starts anew from the record, so that it remembers what the record says. */
  async regrade(): Promise<IntentAnswer> {
    const { session, log } = this.#parts;
    if (session.state.connection === 'bootstrapping') {
      return { done: false, message: 'history is still running: grade again when it has ended' };
    }
    const done = await this.#serially(() => this.#run(false));
    if (done === null) return { done: false, message: 'the results could not be written; nothing changed' };
    this.#tell(0);
    const message = wordsOf(done);
    log.write('notice', 'phantoms', message, session.now());
    if (done.changed > 0) await session.startAnew('phantoms were graded again: the engine starts anew from the record');
    return { done: true, message };
  }

  close(): void {
    this.#stopping.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const stop of this.#stops) stop();
  }

  async #run(dryRun: boolean): Promise<RegradeReport | null> {
    const { profile, settings, wallClock } = this.#parts;
    const { baseTimeframe } = settings.current;
    const { signal } = this.#stopping;
    if (signal.aborted) return null;
    const options = { profile, baseTimeframe, wallClock, dryRun, signal, progress: () => undefined };
    const done = await regrade({ ...options, scope: 'revised', pageSize: PAGE });
    return done.ok && !done.value.stopped ? done.value : null;
  }

  #tell(outdated: number): void {
    if (outdated === this.#outdated) return;
    this.#outdated = outdated;
    this.#onChange();
  }

  #lookSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.look().catch((error: unknown) => {
        this.#parts.log.write('error', 'phantoms', `looking for changed bars failed: ${String(error)}`);
      });
    }, LOOK_AFTER_MS);
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(work, work);
    this.#queue = next.catch(() => undefined);
    return next;
  }
}

function wordsOf({ graded, changed, netRChange, withoutCandles }: RegradeReport): string {
  const left = withoutCandles === 0 ? '' : `; ${withoutCandles} stay as they were, candles are missing`;
  const change = `${netRChange < 0 ? '' : '+'}${netRChange.toFixed(2)} R`;
  return `${graded} phantoms resolved again on the changed bars: ${changed} have another result, ${change} in all${left}. What was said before is kept.`;
}
