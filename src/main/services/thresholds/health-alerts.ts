/** PH-21: writes an alert to the log when the health of an instrument's phantoms gets worse, and a notice when all is well. */

import type { UnixMs } from '#core/domain/timeframe.ts';
import type { OpenPhantom } from '#core/phantoms/phantom-book.ts';
import type { DeskLog } from '../desk-log.ts';
import { healthView } from './phantom-watch.ts';

/** Engine time between two looks. */
const LOOK_EVERY_MS = 5 * 60_000;

export class HealthAlerts {
  readonly #log: Pick<DeskLog, 'write'>;
  readonly #tell: (message: string) => void;
  #known: ReadonlySet<string> = new Set();
  #lookedAt = 0;

  constructor(log: Pick<DeskLog, 'write'>, tell: (message: string) => void = () => {}) {
    this.#log = log;
    this.#tell = tell;
  }

  /** After a step at `now`. */
  look(open: Iterable<OpenPhantom>, now: UnixMs): void {
    if (now < this.#lookedAt + LOOK_EVERY_MS) return;
    this.#lookedAt = now;
    const { alerts } = healthView(open, now);
    for (const { instrumentId, level, message } of alerts) {
      if (this.#known.has(`${level} ${instrumentId}`)) continue;
      this.#log.write(level === 'elevated' ? 'notice' : 'warning', 'phantoms', message, now);
      this.#tell(message);
    }
    if (alerts.length === 0 && this.#known.size > 0) {
      this.#log.write('notice', 'phantoms', 'the number of open phantoms is back to normal', now);
    }
    this.#known = new Set(alerts.map(({ level, instrumentId }) => `${level} ${instrumentId}`));
  }

  /** Another market: what was known of the one before is stale. */
  forget(): void {
    this.#known = new Set();
    this.#lookedAt = 0;
  }
}
