/** Cells of a CSV file that spreadsheets, scripts and people read alike: RFC 4180, and safe to open in Excel (WS-20). */

export const LINE_BREAK = '\r\n';

/**
 * What a spreadsheet takes for the beginning of a formula, after any apostrophes that were put before it already. Full-width
 * signs begin formulas where Japanese is set (OWASP, CSV Injection).
 */
const FORMULA_START = /^'*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
/** Semicolons and tabs too: a program that takes those for separators must not find a cell of its own behind one. */
const NEEDS_QUOTES = /[",;\t\r\n]/;

/**
 * Text as a cell. Text that begins like a formula gets an apostrophe before it; so does text that begins with
 * apostrophes and then like a formula, which makes `plainText` give back exactly what went in.
 */
export function textCell(text: string): string {
  const safe = FORMULA_START.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text behind a cell's content (quotes already taken off). */
export function plainText(content: string): string {
  return content.startsWith("'") && FORMULA_START.test(content) ? content.slice(1) : content;
}

/** A number with a dot and no grouping, whatever the locale; nothing where there is no finite number. */
export function numberCell(value: number | null): string {
  return value === null || !Number.isFinite(value) ? '' : String(value);
}

export function booleanCell(value: boolean): string {
  return value ? 'true' : 'false';
}

/** ISO 8601 in UTC, with milliseconds; nothing where there is no time. */
export function timeCell(time: number | null): string {
  return time === null ? '' : new Date(time).toISOString();
}
