/** What a mark under the pointer is: strategy, side, score, outcome and result, written straight into the page. */
import type { PhantomRow } from '#contract/areas/phantoms.ts';
import { formatDateTime, formatNumber, formatR } from '../../lib/format.ts';
import { strategyLook } from '../../lib/strategy-look.ts';
import { DISPOSITION_WORDS, OUTCOME_WORDS, SCORE_KIND_WORDS, strategyTitle } from '../../lib/words.ts';

const GAP_PX = 14;
const SVG = 'http://www.w3.org/2000/svg';

export interface HoverFacts {
  readonly row: PhantomRow;
  /** Of an open phantom; null while no price is known. */
  readonly unrealisedR: number | null;
}

export interface HoverLine {
  readonly name: string;
  readonly value: string;
  readonly tone?: 'up' | 'down';
}

/** The lines of the card, in order. */
export function hoverLines({ row, unrealisedR }: HoverFacts): readonly HoverLine[] {
  const result = row.netR ?? unrealisedR;
  const direction = result === null || Math.abs(result) < 0.005 ? {} : ({ tone: result > 0 ? 'up' : 'down' } as const);
  const kind = SCORE_KIND_WORDS[row.scoreKind].label;
  return [
    { name: 'Opened', value: `${formatDateTime(row.openedAt)} UTC` },
    { name: 'Score', value: `${formatNumber(row.score)} ${kind}, threshold ${formatNumber(row.threshold)}` },
    { name: 'Decision', value: DISPOSITION_WORDS[row.disposition].label },
    { name: 'Outcome', value: OUTCOME_WORDS[row.outcome].label },
    { name: row.netR === null ? 'Net R now' : 'Net R', value: formatR(result), ...direction },
  ];
}

export class HoverCard {
  readonly #ground: HTMLElement;
  readonly #card: HTMLElement;
  #shown = '';

  constructor(ground: HTMLElement) {
    this.#ground = ground;
    this.#card = Object.assign(document.createElement('div'), { className: 'hover-card', hidden: true });
    ground.append(this.#card);
  }

  /** `x` and `y` in pixels of the ground; null hides the card. */
  show(facts: HoverFacts | null, x: number, y: number): void {
    this.#card.hidden = facts === null;
    if (facts === null) return;
    const lines = hoverLines(facts);
    const key = JSON.stringify([facts.row.id, lines]);
    if (key !== this.#shown) {
      this.#shown = key;
      this.#card.replaceChildren(head(facts.row), ...lines.map(line));
    }
    const { clientWidth, clientHeight } = this.#ground;
    const { offsetWidth, offsetHeight } = this.#card;
    const left = x + GAP_PX + offsetWidth > clientWidth ? x - GAP_PX - offsetWidth : x + GAP_PX;
    const top = Math.min(y + GAP_PX, clientHeight - offsetHeight - 4);
    this.#card.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }

  clear(): void {
    this.#card.remove();
  }
}

function head({ strategyId, side }: PhantomRow): HTMLElement {
  const element = div('hover-card__head');
  const { hue, path, isHollow } = strategyLook(strategyId);
  const glyph = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ width: '11', height: '11', viewBox: '-1.3 -1.3 2.6 2.6' })) {
    glyph.setAttribute(name, value);
  }
  const shape = document.createElementNS(SVG, 'path');
  const color = `var(--strategy-${hue})`;
  const looks = { d: path, fill: isHollow ? 'none' : color, stroke: color, 'stroke-width': isHollow ? '0.36' : '0' };
  for (const [name, value] of Object.entries(looks)) shape.setAttribute(name, value);
  glyph.append(shape);
  element.append(
    glyph,
    span('strong', strategyTitle(strategyId)),
    span(side === 'long' ? 'up' : 'down', side === 'long' ? '▲ Long' : '▼ Short'),
  );
  return element;
}

function line({ name, value, tone }: HoverLine): HTMLElement {
  const element = div('hover-card__line');
  element.append(span('faint', name), span(tone === undefined ? 'number' : `number strong ${tone}`, value));
  return element;
}

function div(className: string): HTMLElement {
  return Object.assign(document.createElement('div'), { className });
}

function span(className: string, textContent: string): HTMLElement {
  return Object.assign(document.createElement('span'), { className, textContent });
}
