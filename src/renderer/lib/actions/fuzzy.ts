/** Finds what was meant by a few typed letters: a subsequence match that prefers word starts and letters in a row. */

export interface FuzzyMatch {
  /** Higher is better; only compared between texts for the same needle. */
  readonly score: number;
  /** Positions in the text that were matched, rising: for highlighting. */
  readonly positions: readonly number[];
}

const START_OF_TEXT = 8;
const START_OF_WORD = 6;
const IN_A_ROW = 4;
const MATCHED = 1;
/** Per letter skipped between two matches, up to a limit: far apart is a worse match. */
const SKIPPED = 0.15;
const MOST_SKIPPED = 12;

/** Null when the letters of `needle` do not occur in `text` in their order; blanks in the needle are ignored. */
export function fuzzyMatch(needle: string, text: string): FuzzyMatch | null {
  const letters = needle.toLowerCase().replace(/\s+/g, '');
  if (letters === '') return { score: 0, positions: [] };
  const hay = text.toLowerCase();
  if (hay.length !== text.length || letters.length > hay.length) return null;

  // best[i]: the best way to place the letters so far with the last one at i. Quadratic in texts of some 60 letters.
  let best: ({ readonly score: number; readonly positions: readonly number[] } | null)[] = [];
  for (let n = 0; n < letters.length; n++) {
    const next: typeof best = new Array(hay.length).fill(null);
    for (let at = n; at < hay.length; at++) {
      if (hay[at] !== letters[n]) continue;
      const own = MATCHED + bonusAt(hay, at);
      if (n === 0) {
        next[at] = { score: own, positions: [at] };
        continue;
      }
      for (let before = n - 1; before < at; before++) {
        const path = best[before];
        if (path === null || path === undefined) continue;
        const gap = at - before - 1;
        const score = path.score + own + (gap === 0 ? IN_A_ROW : -SKIPPED * Math.min(gap, MOST_SKIPPED));
        if (score > (next[at]?.score ?? -Infinity)) next[at] = { score, positions: [...path.positions, at] };
      }
    }
    best = next;
  }
  let found: FuzzyMatch | null = null;
  for (const path of best) if (path !== null && (found === null || path.score > found.score)) found = path;
  // Of two texts that match alike, the shorter one was meant.
  return found === null ? null : { score: found.score - hay.length * 0.02, positions: found.positions };
}

function bonusAt(hay: string, at: number): number {
  if (at === 0) return START_OF_TEXT;
  return /[a-z0-9]/.test(hay[at - 1] ?? '') ? 0 : START_OF_WORD;
}
