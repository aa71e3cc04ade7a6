/** Records of a CSV file (RFC 4180), read a piece at a time: text in, lines of cells out. */
import { splitLine } from './candle-layout.ts';

export interface CsvRecord {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A record of this length has lost the quote that ends it. */
const LONGEST_RECORD = 16 * 1024 * 1024;

export class CsvRecords {
  #rest = '';
  #line = 1;

  /** The records that this piece completes. */
  *push(text: string): Generator<CsvRecord, void, undefined> {
    yield* this.#take(this.#rest + text, false);
  }

  /** The last record may lack its line break. */
  *finish(text = ''): Generator<CsvRecord, void, undefined> {
    yield* this.#take(this.#rest + text, true);
  }

  *#take(text: string, last: boolean): Generator<CsvRecord, void, undefined> {
    let start = 0;
    // The first quote from `start` on: looked for once, not once per record.
    let quote = text.indexOf('"');
    while (start < text.length) {
      let end = text.indexOf('\n', start);
      while (quote !== -1 && (quote < end || end === -1)) {
        const closing = text.indexOf('"', quote + 1);
        if (closing === -1) {
          end = -1;
          break;
        }
        if (closing > end) end = text.indexOf('\n', closing);
        quote = text.indexOf('"', closing + 1);
      }
      if (end === -1 && !last && text.length - start < LONGEST_RECORD) break;
      const stop = end === -1 ? text.length : end;
      const record = text.slice(start, text[stop - 1] === '\r' ? stop - 1 : stop);
      const line = this.#line;
      this.#line += 1 + breaksIn(record);
      start = stop + 1;
      if (record !== '') yield { line, cells: splitLine(record, ',') };
    }
    this.#rest = text.slice(start);
  }
}

function breaksIn(record: string): number {
  let breaks = 0;
  for (let at = record.indexOf('\n'); at !== -1; at = record.indexOf('\n', at + 1)) breaks++;
  return breaks;
}
