/**
 * A keyed list as a stream: it is recomputed at most every few hundred milliseconds, and only while somebody looks; only
 * rows that changed are sent. Ticks cost nothing beyond a flag.
 */
import type { OpenStream, StreamSink } from '#contract/service.ts';

export interface ListDelta<Row> {
  readonly upserted: readonly Row[];
  readonly removed: readonly string[];
}

export interface PolledListOptions<Row> {
  readonly key: (row: Row) => string;
  readonly rows: () => readonly Row[];
  readonly everyMs: number;
  /** The last state of a row that has left the list, sent with its removal; null where it has none to tell. */
  readonly last?: (key: string) => Row | null;
}

export class PolledList<Row> {
  readonly #options: PolledListOptions<Row>;
  readonly #sinks = new Set<StreamSink<ListDelta<Row>>>();
  /** What every sink has seen, as text, by key. */
  #seen = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: PolledListOptions<Row>) {
    this.#options = options;
  }

  /** Something may have changed; `now` sends it with the next turn of the event loop. */
  touch(now = false): void {
    if (this.#sinks.size === 0) return;
    if (now && this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
    this.#timer ??= setTimeout(() => this.#flush(), now ? 0 : this.#options.everyMs);
  }

  open(sink: StreamSink<ListDelta<Row>>): OpenStream<readonly Row[]> {
    // All sinks share one state of what was sent: bring the others up to date before this one joins.
    this.#flush();
    const rows = this.#options.rows();
    this.#seen = this.#texts(rows);
    this.#sinks.add(sink);
    return {
      snapshot: rows,
      stop: () => {
        this.#sinks.delete(sink);
      },
    };
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sinks.clear();
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#sinks.size === 0) return;
    const rows = this.#options.rows();
    const texts = this.#texts(rows);
    const upserted = rows.filter((row) => {
      const key = this.#options.key(row);
      return this.#seen.get(key) !== texts.get(key);
    });
    const removed = [...this.#seen.keys()].filter((key) => !texts.has(key));
    this.#seen = texts;
    if (upserted.length === 0 && removed.length === 0) return;
    const last = removed.flatMap((key) => this.#options.last?.(key) ?? []);
    for (const sink of this.#sinks) sink.push({ upserted: [...upserted, ...last], removed });
  }

  #texts(rows: readonly Row[]): Map<string, string> {
    return new Map(rows.map((row) => [this.#options.key(row), JSON.stringify(row)]));
  }
}

/** A single value as a stream, sent whole when it changed, at most every `everyMs`. */
export class PolledValue<Value> {
  readonly #value: () => Value;
  readonly #everyMs: number;
  readonly #sinks = new Set<StreamSink<Value>>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(value: () => Value, everyMs: number) {
    this.#value = value;
    this.#everyMs = everyMs;
  }

  touch(): void {
    if (this.#sinks.size === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const value = this.#value();
      for (const sink of this.#sinks) sink.push(value);
    }, this.#everyMs);
  }

  open(sink: StreamSink<Value>): OpenStream<Value> {
    this.#sinks.add(sink);
    return {
      snapshot: this.#value(),
      stop: () => {
        this.#sinks.delete(sink);
      },
    };
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sinks.clear();
  }
}
