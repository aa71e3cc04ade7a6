/** The model status of a strategy as `desk stats` prints it, in the words of the window's State page (PH-30). */
import type { ModelStatusLine } from '#contract/areas/analysis.ts';
import type { Bounds, ResultFigures } from '#contract/areas/analysis-figures.ts';
import { MODEL_STATE_TEXTS, NO_MODEL_TEXT, THRESHOLD_TEXTS } from '#contract/areas/status-words.ts';
import { signedText } from '#core/base/number-text.ts';
import { grouped, percent } from '../table.ts';

export function modelStatusLines(line: ModelStatusLine): readonly string[] {
  const { all, executed, phantom, recent, threshold, heads, lastFitAt, scoring } = line;
  const state = line.state === null ? 'rules' : MODEL_STATE_TEXTS[line.state].label;
  const model = line.model === null ? '' : `, ${line.model} (${heads.join(', ')})`;
  const fitted =
    lastFitAt === null
      ? 'never fitted'
      : `fitted ${new Date(lastFitAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const source = threshold === null || threshold.source === null ? '' : `, ${THRESHOLD_TEXTS[threshold.source]}`;
  return [
    `  scored by     ${state}${model}`,
    `  fits          ${line.nextFit === null ? NO_MODEL_TEXT : `${fitted}; next: ${line.nextFit}`}`,
    `  threshold     ${threshold === null ? 'none yet' : `${threshold.value.toFixed(1)}${source}: ${threshold.evidence}`}`,
    `  all           ${figuresText(all)}`,
    `  taken         ${figuresText(executed)}`,
    `  not taken     ${figuresText(phantom)}`,
    `  won lately    ${winText(recent)}`,
    `  one scoring   ${scoring === null ? 'nothing to score' : `${scoring.medianMs.toFixed(3)} ms (median over the newest ${scoring.signals} signals)`}`,
  ];
}

function figuresText(figures: ResultFigures): string {
  const { signals, resolved, netRPerTrade, netRInterval } = figures;
  const counts = `${grouped(signals)} signals, ${grouped(resolved)} resolved`;
  if (netRPerTrade === null) return `${counts}: too few`;
  const range =
    netRInterval === null ? '95 %: too few days' : `95 %: ${between(netRInterval, (value) => signedText(value, 3))}`;
  return `${counts}: won ${winText(figures)}, ${signedText(netRPerTrade, 3)} R per trade (${range})`;
}

function winText({ winRate, winRateInterval, resolved }: ResultFigures): string {
  if (winRate === null) return `too few (${grouped(resolved)})`;
  const range = winRateInterval === null ? '' : ` (95 %: ${between(winRateInterval, percent)})`;
  return `${percent(winRate)} of ${grouped(resolved)}${range}`;
}

function between([low, high]: Bounds, text: (value: number) => string): string {
  return `${text(low)} to ${text(high)}`;
}
