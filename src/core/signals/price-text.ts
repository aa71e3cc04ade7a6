/** Prices in plain words: grouped thousands, as many decimals as the instrument's price step has. */

const SIGNIFICANT_DIGITS = 6;
const MOST_DECIMALS = 10;

/** `priceTick` 0 means unknown: then six significant digits, at least two decimals. */
export function priceText(price: number, priceTick: number): string {
  const decimals =
    priceTick > 0
      ? Math.ceil(-Math.log10(priceTick) - 1e-9)
      : Math.max(2, SIGNIFICANT_DIGITS - 1 - Math.floor(Math.log10(Math.abs(price) || 1)));
  const [whole = '', fraction] = price.toFixed(Math.min(MOST_DECIMALS, Math.max(0, decimals))).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
