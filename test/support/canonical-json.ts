/** JSON with sorted keys: two values that are equal read the same, whatever the order in which they were filled. */

/**
 * JSON with sorted keys: the order in which code fills an object does not show. Typed arrays are lists; numbers without
 * a JSON form (NaN: missing) are written as their names, so that they differ from null.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : `"${value}"`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (value instanceof Float64Array) return numbersJson(value);
  if (Array.isArray(value)) return listJson(value);
  const fields = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const { name, label } of sortedKeys(fields)) {
    if (fields[name] !== undefined) text += `${text === '' ? '' : ','}${label}${canonicalJson(fields[name])}`;
  }
  return `{${text}}`;
}

function numbersJson(values: Float64Array): string {
  let text = '[';
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (index > 0) text += ',';
    text += Number.isFinite(value) ? value : `"${value}"`;
  }
  return `${text}]`;
}

function listJson(values: readonly unknown[]): string {
  let text = '';
  for (let index = 0; index < values.length; index++)
    text += `${index === 0 ? '' : ','}${canonicalJson(values[index])}`;
  return `[${text}]`;
}

interface SortedKey {
  readonly name: string;
  /** The name as JSON writes it before a value. */
  readonly label: string;
}

/** By the keys as they stand: events have a few dozen shapes, and sorting each object anew would cost most of a replay. */
const sortedKeyLists = new Map<string, readonly SortedKey[]>();
const SHAPES_KEPT = 1_000;

function sortedKeys(fields: Readonly<Record<string, unknown>>): readonly SortedKey[] {
  const keys = Object.keys(fields);
  const shape = keys.join('\n');
  const known = sortedKeyLists.get(shape);
  if (known !== undefined) return known;
  const sorted = keys.sort().map((name) => ({ name, label: `${JSON.stringify(name)}:` }));
  if (sortedKeyLists.size < SHAPES_KEPT) sortedKeyLists.set(shape, sorted);
  return sorted;
}
