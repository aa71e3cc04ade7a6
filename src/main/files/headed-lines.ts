/** A text file whose first line names its columns: the header in one spelling, and the lines below it. */
import { splitLine } from './candle-layout.ts';

export interface HeadedLines {
  /** As it stands in the file. */
  readonly header: string;
  /** Lower case, spaces and dashes as `_`. */
  readonly columns: readonly string[];
  /** Those that are not empty; `line` counts from 1 with the first line of the file. */
  readonly lines: Iterable<{ readonly line: number; readonly cells: readonly string[] }>;
}

/** Null for a file without a line. The delimiter is what the header has: comma, semicolon or tab. */
export function headedLines(text: string): HeadedLines | null {
  const all = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const first = all.findIndex((line) => line.trim() !== '');
  if (first === -1) return null;
  const header = all[first] as string;
  const delimiter = [',', ';', '\t'].find((candidate) => header.includes(candidate)) ?? ',';
  const columns = splitLine(header, delimiter).map((cell) =>
    cell
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_'),
  );
  return { header, columns, lines: linesBelow(all, first, delimiter) };
}

function* linesBelow(
  all: readonly string[],
  first: number,
  delimiter: string,
): Generator<{ line: number; cells: string[] }> {
  for (let index = first + 1; index < all.length; index++) {
    const line = all[index] as string;
    if (line.trim() !== '') yield { line: index + 1, cells: splitLine(line, delimiter) };
  }
}
