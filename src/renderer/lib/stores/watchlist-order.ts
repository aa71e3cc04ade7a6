/** The trader's own order of instruments: as the settings list them; what they do not list comes after, by name. */

export function orderRows<Row extends { readonly symbol: string }>(
  rows: readonly Row[],
  symbols: readonly string[],
): readonly Row[] {
  const places = new Map(symbols.map((symbol, index) => [symbol, index]));
  const placeOf = (row: Row) => places.get(row.symbol) ?? symbols.length;
  return [...rows].sort((a, b) => placeOf(a) - placeOf(b) || (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0));
}
