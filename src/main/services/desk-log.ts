/** The log a trader reads: kept in the record, shown in the window, never holding secrets. */

import type { LogEntry, LogLevel } from '#contract/areas/session.ts';
import { Emitter } from '#core/base/emitter.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { DeskTables } from '#main/store/desk-tables.ts';

/** Lines shown when the log is opened. */
const TAIL = 500;

export class DeskLog {
  readonly appended = new Emitter<LogEntry>();
  readonly #desk: DeskTables;
  readonly #wallClock: () => UnixMs;
  #sequence: number;
  #last: { readonly key: string; readonly time: UnixMs } | null = null;

  constructor(desk: DeskTables, wallClock: () => UnixMs) {
    this.#desk = desk;
    this.#wallClock = wallClock;
    this.#sequence = desk.logTail(1).at(-1)?.sequence ?? 0;
  }

  /** The newest lines, oldest first. */
  tail(): readonly LogEntry[] {
    return this.#desk.logTail(TAIL);
  }

  write(level: LogLevel, source: string, message: string, exchangeTime: UnixMs | null = null): void {
    const time = this.#wallClock();
    // A retry loop says the same thing every few seconds: once a minute is enough to read.
    const key = `${level}|${source}|${message}`;
    if (this.#last !== null && this.#last.key === key && time - this.#last.time < 60_000) return;
    this.#last = { key, time };
    const line = { time, exchangeTime, level, source, message };
    this.#desk.appendLog([line]);
    this.#sequence++;
    this.appended.emit({ ...line, sequence: this.#sequence });
  }
}
