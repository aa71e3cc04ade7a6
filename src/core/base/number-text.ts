/** Figures inside sentences, as the window spells them everywhere: a true minus sign, and none for what rounds to zero. */

const MINUS = '\u2212';

/** `1.42`, `−0.30`, `0.00`. */
function numberText(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/** `+1.42`, `−0.30`, `0.00`. */
export function signedText(value: number, decimals: number): string {
  const text = numberText(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}
