/** Draws one signal and what became of it as a small SVG: candles, levels, numbered marks; readable on light and dark. */
import type { Candle } from '#core/domain/candle.ts';
import type { PhantomResult } from '#core/domain/phantom.ts';
import { type Signal, sideSign } from '#core/domain/signal.ts';
import { timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';

/** A resolved signal and the bars of its timeframe around it, oldest first, without a hole. */
export interface ChartExample {
  readonly signal: Signal;
  readonly result: PhantomResult;
  readonly bars: readonly Candle[];
  readonly symbol: string;
}

const WIDTH = 880;
const PANEL_HEIGHT = 330;
const PLOT = { left: 12, top: 34, width: 730, height: 226 };
const LABEL_HEIGHT = 14;
/** Room between the plot and its frame, as a share of the price range. */
const PADDING = 0.06;

/** Both schemes in one file: an image follows the scheme of the page that shows it. */
const STYLE = `text{font:12px system-ui,sans-serif;fill:var(--ink)}.soft{fill:var(--soft)}.b{fill:var(--back)}.g{stroke:var(--grid)}
.u{stroke:var(--up);fill:var(--up)}.d{stroke:var(--down);fill:var(--down)}.l{stroke-width:1.5;fill:none}
.entry{stroke:var(--ink)}.stop{stroke:var(--down)}.gain{stroke:var(--up)}.m{fill:var(--mark)}.m+text{fill:#fff;font-size:10px;font-weight:600;text-anchor:middle}
svg{--back:#fff;--ink:#1f2733;--soft:#5d6877;--grid:#e3e7ec;--up:#0e8a6d;--down:#c43d4b;--mark:#3659c9}
@media(prefers-color-scheme:dark){svg{--back:#14181f;--ink:#e3e7ec;--soft:#9aa5b4;--grid:#29313c;--up:#35b592;--down:#e5616e;--mark:#5479ea}}`;

/** One panel below the other. */
export function strategyChart(title: string, examples: readonly ChartExample[]): string {
  const height = examples.length * PANEL_HEIGHT;
  const panels = examples.map(
    (example, index) => `<g transform="translate(0 ${index * PANEL_HEIGHT})">${panel(example)}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img"><title>${escaped(title)}</title><style>${STYLE}</style>
<rect class="b" width="${WIDTH}" height="${height}"/>
${panels.join('\n')}
</svg>
`;
}

interface Scale {
  readonly x: (time: UnixMs) => number;
  readonly y: (price: number) => number;
  readonly step: number;
}

function panel({ signal, result, bars, symbol }: ChartExample): string {
  const scale = scaleOf(signal, bars);
  const levels = levelsOf(signal);
  const when = clock(signal.time);
  const head = `${signal.side === 'long' ? 'Long' : 'Short'}, ${symbol} ${signal.timeframe}, ${when} UTC, quality ${signal.qscore.toFixed(0)} of 100`;
  return [
    `<text x="${PLOT.left}" y="20" font-weight="600">${escaped(head)}</text>`,
    timeAxis(bars, scale),
    candles(bars, 'u', scale),
    candles(bars, 'd', scale),
    levelLines(signal, bars, levels, scale),
    levelLabels(signal, levels, scale),
    exitMark(signal, result, bars, scale),
    marks(signal, scale),
    `<text class="soft" x="${PLOT.left}" y="${PANEL_HEIGHT - 26}">${escaped(legend(signal))}</text>`,
    `<text class="soft" x="${PLOT.left}" y="${PANEL_HEIGHT - 9}">${ending(signal, result)}</text>`,
  ].join('\n');
}

interface Level {
  readonly name: string;
  readonly price: number;
  readonly kind: 'entry' | 'stop' | 'gain';
}

function levelsOf({ entry, stop, tp1, target }: Signal): readonly Level[] {
  return [
    { name: 'target', price: target, kind: 'gain' },
    ...(tp1 === null ? [] : [{ name: 'tp1', price: tp1, kind: 'gain' } as const]),
    { name: 'entry', price: entry, kind: 'entry' },
    { name: 'stop', price: stop, kind: 'stop' },
  ];
}

function scaleOf(signal: Signal, bars: readonly Candle[]): Scale {
  const prices = [...bars.flatMap(({ high, low }) => [high, low]), ...levelsOf(signal).map(({ price }) => price)];
  const range = Math.max(...prices) - Math.min(...prices);
  const top = Math.max(...prices) + PADDING * range;
  const bottom = Math.min(...prices) - PADDING * range;
  const first = bars[0]?.openTime ?? 0;
  const step = PLOT.width / bars.length;
  const barMs = timeframeMs(signal.timeframe);
  return {
    step,
    // The middle of the bar that opens at the time.
    x: (time) => round(PLOT.left + ((time - first) / barMs + 0.5) * step),
    y: (price) => round(PLOT.top + ((top - price) / (top - bottom)) * PLOT.height),
  };
}

/** All candles of one colour as one path of wicks and one of bodies. */
function candles(bars: readonly Candle[], colour: 'u' | 'd', { x, y, step }: Scale): string {
  const chosen = bars.filter(({ open, close }) => close >= open === (colour === 'u'));
  const half = round(Math.max(0.6, step * 0.34));
  const wicks = chosen.map(({ openTime, high, low }) => `M${x(openTime)} ${y(high)}V${y(low)}`).join('');
  const bodies = chosen.map(({ openTime, open, close }) => {
    const top = y(Math.max(open, close));
    const height = Math.max(0.8, round(y(Math.min(open, close)) - top));
    return `M${round(x(openTime) - half)} ${top}h${round(2 * half)}v${round(height)}h${round(-2 * half)}z`;
  });
  return `<path class="${colour}" d="${wicks}"/><path class="${colour}" stroke="none" d="${bodies.join('')}"/>`;
}

function levelLines(signal: Signal, bars: readonly Candle[], levels: readonly Level[], { x, y }: Scale): string {
  const from = x(signal.time - timeframeMs(signal.timeframe));
  const to = x(bars.at(-1)?.openTime ?? 0);
  const dashed = (kind: Level['kind']) => (kind === 'entry' ? ' stroke-dasharray="4 3"' : '');
  return levels
    .map(({ kind, price }) => `<path class="l ${kind}"${dashed(kind)} d="M${from} ${y(price)}H${to}"/>`)
    .join('');
}

/** At the right edge, pushed apart where levels are close together. */
function levelLabels(signal: Signal, levels: readonly Level[], { y }: Scale): string {
  const ordered = [...levels].sort((a, b) => b.price - a.price);
  const risk = Math.abs(signal.entry - signal.stop);
  let free = 0;
  return ordered
    .map(({ name, price }) => {
      const at = Math.max(y(price) + 4, free);
      free = at + LABEL_HEIGHT;
      const inR = (sideSign(signal.side) * (price - signal.entry)) / risk;
      const distance = name === 'entry' ? '' : ` (${inR > 0 ? '+' : ''}${inR.toFixed(1)} R)`;
      return `<text x="${PLOT.left + PLOT.width + 6}" y="${round(at)}">${name}${distance}</text>`;
    })
    .join('');
}

function marks(signal: Signal, { x, y }: Scale): string {
  return signal.marks
    .map(({ time, price }, index) => {
      const at = [x(time), y(price)];
      return `<circle class="m" cx="${at[0]}" cy="${at[1]}" r="7.5"/><text x="${at[0]}" y="${round((at[1] ?? 0) + 3.5)}">${index + 1}</text>`;
    })
    .join('');
}

/** Nothing where the exit lies beyond the bars that are drawn. */
function exitMark(
  signal: Signal,
  { exitTime, exitPrice }: PhantomResult,
  bars: readonly Candle[],
  { x, y }: Scale,
): string {
  if (exitTime === null || exitPrice === null) return '';
  const barMs = timeframeMs(signal.timeframe);
  const openTime = Math.floor((exitTime - 1) / barMs) * barMs;
  if (openTime > (bars.at(-1)?.openTime ?? 0)) return '';
  const at = x(openTime);
  const height = y(exitPrice);
  return `<path class="l entry" stroke-width="2.5" d="M${round(at - 5)} ${round(height - 5)}l10 10m0 -10l-10 10"/>`;
}

function timeAxis(bars: readonly Candle[], { x }: Scale): string {
  const every = Math.max(1, Math.round(bars.length / 6));
  return bars
    .filter((_, index) => index % every === Math.floor(every / 2))
    .map(({ openTime }) => {
      const at = x(openTime);
      const below = PLOT.top + PLOT.height;
      return `<path class="g" d="M${at} ${PLOT.top}V${below}"/><text class="soft" text-anchor="middle" x="${at}" y="${below + 14}">${clock(openTime).slice(5)}</text>`;
    })
    .join('');
}

function legend({ marks: places }: Signal): string {
  return `${places.map(({ label }, index) => `${index + 1} ${label}`).join(' · ')} · × exit`;
}

function ending(signal: Signal, { exitReason, netR, timeToExitSec }: PhantomResult): string {
  const words = {
    tp: 'the target',
    sl: 'the stop',
    be: 'the stop at entry',
    timeout: 'time',
    unavailable: 'no data',
    closed: 'hand',
  };
  const hours = ((timeToExitSec ?? 0) / 3600).toFixed(1);
  const costs = signal.plannedNetRr < 1 ? ' Too dear to trade: costs would have blocked it.' : '';
  return `Ended by ${words[exitReason ?? 'unavailable']} after ${hours} h: ${(netR ?? 0).toFixed(2)} R net of costs.${costs}`;
}

/** Text as SVG may hold it. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** `2026-01-20 13:45`. */
function clock(time: UnixMs): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
