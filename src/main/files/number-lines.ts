/** Tables of numbers as NDJSON: one object per line, its features flat or under `features`; null or absent is missing. */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';

export interface NumberLines {
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
  readonly rows: number;
  /** Line of each row in the file, from 1. */
  readonly lines: Int32Array;
}

/** Facts of a row beside its features that are numbers to learn with; all others are not read. */
const BESIDE = ['target', 'weight'];
/** The first line of a training set (`training-table.ts`) names its features in order. */
const HEAD = 'trainingSet';

type Row = Readonly<Record<string, unknown>>;

export function parseNumberLines(text: string, file: string): Result<NumberLines, Fault<'bad-table'>> {
  const rows: { readonly line: number; readonly values: Row }[] = [];
  let named: readonly string[] | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parseObject(line);
    if (parsed === null) return bad(`${file}, line ${index + 1}: this is no JSON object`, 'Write one object per line.');
    if (HEAD in parsed) {
      named = namesOf(parsed[HEAD]);
      if (named === null) return bad(`${file}, line ${index + 1}: it names no features`, 'Export it again.');
      continue;
    }
    rows.push({ line: index + 1, values: valuesOf(parsed) });
  }
  if (rows.length === 0) return bad(`${file} has no rows`, 'Give at least one object with numbers.');
  const names = named === null ? allNames(rows.map(({ values }) => values)) : [...named, ...BESIDE];
  const columns = names.map(() => new Float64Array(rows.length).fill(Number.NaN));
  for (const [row, { line, values }] of rows.entries()) {
    const strange = named === null ? undefined : Object.keys(values).find((name) => !names.includes(name));
    if (strange !== undefined) return bad(`${file}, line ${line}: "${strange}" is no feature of this set`, REMEDY);
    for (const [at, name] of names.entries()) {
      const value = values[name] ?? null;
      if (value === null) continue;
      if (typeof value !== 'number')
        return bad(`${file}, line ${line}, "${name}": this is not a finite number`, REMEDY);
      (columns[at] as Float64Array)[row] = value;
    }
  }
  return ok({ names, columns, rows: rows.length, lines: Int32Array.from(rows, ({ line }) => line) });
}

const REMEDY = 'Write finite numbers, and null or nothing where a value is missing.';

/** The features with what stands beside them; a flat object is all features. */
function valuesOf(parsed: Row): Row {
  const { features } = parsed;
  if (!isObject(features)) return parsed;
  const beside = BESIDE.filter((name) => name in parsed).map((name) => [name, parsed[name]] as const);
  return { ...features, ...Object.fromEntries(beside) };
}

function allNames(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function namesOf(head: unknown): readonly string[] | null {
  if (!isObject(head) || !Array.isArray(head.features)) return null;
  const names = head.features.map((feature: unknown) => (isObject(feature) ? feature.name : null));
  return names.every((name) => typeof name === 'string') ? names : null;
}

function parseObject(line: string): Row | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(complaint: string, remedy: string): Result<never, Fault<'bad-table'>> {
  return err({ kind: 'bad-table', message: `${complaint}.`, remedy });
}
