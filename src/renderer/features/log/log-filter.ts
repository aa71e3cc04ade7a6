/** Which log entries are shown: from a level up, with a text, newest first. */
import type { LogEntry, LogLevel } from '#contract/areas/session.ts';

const RANK: Readonly<Record<LogLevel, number>> = { info: 0, notice: 1, warning: 2, error: 3 };

export function filterLog(entries: readonly LogEntry[], least: LogLevel, search: string): readonly LogEntry[] {
  const needle = search.trim().toLowerCase();
  return entries
    .filter(
      (entry) => RANK[entry.level] >= RANK[least] && `${entry.source} ${entry.message}`.toLowerCase().includes(needle),
    )
    .reverse();
}
