/** The bar's values in the chart's corner, written straight into the page: they change with every tick. */
import { formatCompact, formatNumber, formatPercent, formatPrice } from '../../lib/format.ts';
import type { LegendValues } from './chart-controller.ts';

const FIELDS = ['O', 'H', 'L', 'C', 'change', 'Vol', 'EMA 20', 'EMA 50', 'VWAP', 'Bands', 'RSI', 'TSI'] as const;
type Field = (typeof FIELDS)[number];

export class LegendView {
  readonly #values: Readonly<Record<Field, HTMLElement>>;
  readonly #groups: Readonly<Record<Field, HTMLElement>>;
  readonly #ground: HTMLElement;

  constructor(ground: HTMLElement) {
    this.#ground = ground;
    const values: Partial<Record<Field, HTMLElement>> = {};
    const groups: Partial<Record<Field, HTMLElement>> = {};
    for (const field of FIELDS) {
      const group = document.createElement('span');
      group.className = `legend__item legend__item--${field.replace(' ', '').toLowerCase()}`;
      if (field !== 'change')
        group.append(Object.assign(document.createElement('span'), { textContent: field, className: 'legend__name' }));
      const value = Object.assign(document.createElement('span'), { className: 'number' });
      group.append(value);
      ground.append(group);
      values[field] = value;
      groups[field] = group;
    }
    this.#values = values as Record<Field, HTMLElement>;
    this.#groups = groups as Record<Field, HTMLElement>;
    this.show(null, 2);
  }

  show(legend: LegendValues | null, decimals: number): void {
    this.#ground.hidden = legend === null;
    if (legend === null) return;
    const [, open, high, low, close, volume] = legend.bar;
    const change = legend.previousClose === null ? null : (close / legend.previousClose - 1) * 100;
    const { lines } = legend;
    const price = (value: number | null) => (value === null ? null : formatPrice(value, decimals));
    const lower = price(lines.bandLower);
    const upper = price(lines.bandUpper);
    const texts: Record<Field, string | null> = {
      O: formatPrice(open, decimals),
      H: formatPrice(high, decimals),
      L: formatPrice(low, decimals),
      C: formatPrice(close, decimals),
      change: change === null ? null : formatPercent(change),
      Vol: formatCompact(volume),
      'EMA 20': price(lines.ema20),
      'EMA 50': price(lines.ema50),
      VWAP: price(lines.vwap),
      Bands: lower === null || upper === null ? null : `${lower} … ${upper}`,
      RSI: lines.rsi === null ? null : formatNumber(lines.rsi, 1),
      TSI: lines.tsi === null ? null : formatNumber(lines.tsi, 1),
    };
    for (const field of FIELDS) {
      const text = texts[field];
      this.#groups[field].hidden = text === null;
      if (text !== null && this.#values[field].textContent !== text) this.#values[field].textContent = text;
    }
    this.#ground.dataset.direction = close >= open ? 'up' : 'down';
  }

  clear(): void {
    this.#ground.replaceChildren();
  }
}
