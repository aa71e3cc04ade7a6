/** Fifty texts that a spreadsheet would run as a formula, or that hide one behind quotes, separators and breaks (RE-54). */
const STARTS = ['=', '+', '-', '@', '\t=', '\r=', '\n=', '\uFF1D', '\uFF0B', '\uFF0D', '\uFF20'];
const BODIES = ['1+1', "cmd|' /C calc'!A0", 'HYPERLINK("http://x.invalid","click")', 'SUM(1,2)*DDE("a";"b";"c")'];

export const FORMULA_PAYLOADS: readonly string[] = [
  ...STARTS.flatMap((start) => BODIES.map((body) => start + body)),
  '"=1+1"',
  "'=1+1",
  "''@x",
  '=1+1,"two"\r\n=3',
  'a;=1+1',
  'a\t=1+1',
];

/** Of a cell's content as a reader of the file sees it. Numbers may begin with a sign. */
export function runsInSpreadsheet(cell: string): boolean {
  return /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) && !/^-\d+(\.\d+)?(e[+-]?\d+)?$/.test(cell);
}
