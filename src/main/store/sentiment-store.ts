/** Imported values of a sentiment index (FE-13): appended with what had been worked by then, read whole as a book. */
import type { Result } from '#core/base/result.ts';
import type { InstrumentId } from '#core/domain/instrument.ts';
import { SentimentBook, type SentimentImport, type SentimentPoint } from '#core/domain/sentiment-index.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Connection } from './connection.ts';
import { attempt, type StoreFault } from './store-fault.ts';

/** One value of a file. */
export type NewSentiment = Omit<SentimentPoint, 'importNo'>;

export interface SentimentEntry {
  readonly fileName: string;
  /** Wall time. */
  readonly importedAt: UnixMs;
  readonly workedUntil: SentimentImport['workedUntil'];
}

export class SentimentStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** All or none. Values that stand as the newest of their scope and time already are left out; gives how many are new. */
  append(entry: SentimentEntry, points: readonly NewSentiment[]): Result<number, StoreFault> {
    return attempt(() =>
      this.#connection.transaction(() => {
        const newest = this.#connection.prepare(
          'SELECT value FROM sentiment_points WHERE scope = ? AND time = ? ORDER BY import_no DESC LIMIT 1',
        );
        const fresh = points.filter(({ scope, time, value }) => newest.get(scope, time)?.[0] !== value);
        if (fresh.length === 0) return 0;
        const { fileName, importedAt, workedUntil } = entry;
        const no = this.#connection
          .prepare('INSERT INTO sentiment_imports VALUES (NULL, ?, ?, ?) RETURNING no')
          .get(fileName, importedAt, JSON.stringify(Object.fromEntries(workedUntil)))?.[0] as number;
        const put = this.#connection.prepare('INSERT INTO sentiment_points VALUES (?, ?, ?, ?)');
        for (const { scope, time, value } of fresh) put.run(scope, time, no, value);
        return fresh.length;
      }),
    );
  }

  /** All values with what was known when. */
  book(): SentimentBook {
    const points = this.#connection
      .prepare('SELECT scope, time, import_no, value FROM sentiment_points')
      .all()
      .map(([scope, time, importNo, value]): SentimentPoint => {
        return {
          scope: scope as string,
          time: time as number,
          importNo: importNo as number,
          value: value as number,
        };
      });
    const imports = this.#connection
      .prepare('SELECT no, worked_until FROM sentiment_imports')
      .all()
      .map(([no, text]): SentimentImport => {
        const workedUntil: Readonly<Record<InstrumentId, UnixMs>> = JSON.parse(text as string);
        return { no: no as number, workedUntil: new Map(Object.entries(workedUntil)) };
      });
    return new SentimentBook(points, imports);
  }
}
