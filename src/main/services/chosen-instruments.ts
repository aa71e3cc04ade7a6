/** Which instruments the settings ask for, out of those an exchange or the record knows. */

import type { Settings } from '#contract/areas/settings.ts';
import { type Instrument, instrumentId } from '#core/domain/instrument.ts';

type Choice = Pick<Settings, 'exchange' | 'symbols' | 'baseTimeframe'>;

/** In order of id, with the chosen base timeframe. */
export function chosenInstruments(known: readonly Instrument[], choice: Choice): readonly Instrument[] {
  const wanted = new Set(choice.symbols.map((symbol) => instrumentId(choice.exchange, symbol)));
  return known
    .filter((instrument) => wanted.has(instrument.id))
    .map((instrument) => ({ ...instrument, baseTimeframe: choice.baseTimeframe }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Chosen symbols that nobody offers. */
export function missingSymbols(found: readonly Instrument[], choice: Choice): readonly string[] {
  return choice.symbols.filter((symbol) => !found.some((instrument) => instrument.symbol === symbol));
}

/** The same instruments are asked for, of the same exchange, by the same bars. */
export function sameChoice(a: Choice, b: Choice): boolean {
  return a.exchange === b.exchange && a.baseTimeframe === b.baseTimeframe && a.symbols.join() === b.symbols.join();
}

export function sameInstruments(a: readonly Instrument[], b: readonly Instrument[]): boolean {
  return (
    a.length === b.length && a.every((instrument, index) => JSON.stringify(instrument) === JSON.stringify(b[index]))
  );
}
