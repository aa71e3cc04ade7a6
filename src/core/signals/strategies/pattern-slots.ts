/** Places of a table of patterns that are followed at once, as rows of one typed array. */

/**
 * Offset of the row for a new pattern: the first free one (its `keyColumn` is NaN), else the oldest by `bornColumn`, whose
 * pattern is given up.
 */
export function slotForNew(slots: Float64Array, width: number, keyColumn: number, bornColumn: number): number {
  let place = 0;
  for (let at = 0; at < slots.length; at += width) {
    if (Number.isNaN(slots[at + keyColumn] as number)) return at;
    if ((slots[at + bornColumn] as number) < (slots[place + bornColumn] as number)) place = at;
  }
  return place;
}
