/** Which exchanges and instruments the settings offer, in which order. */
import type { ExchangeChoice } from '#contract/areas/market.ts';
import type { Instrument } from '#core/domain/instrument.ts';

export const MOST_SYMBOLS = 100;

/** Demo first, then the tested ones; others only when searched for or chosen. `hidden` counts the rest. */
export function exchangeGroups(
  all: readonly ExchangeChoice[],
  search: string,
  chosen: string,
): { readonly shown: readonly ExchangeChoice[]; readonly hidden: number } {
  const needle = search.trim().toLowerCase();
  const rank = (one: ExchangeChoice) => (one.id === 'demo' ? 0 : one.tested ? 1 : 2);
  const shown = all
    .filter((one) =>
      needle === ''
        ? one.tested || one.id === 'demo' || one.id === chosen
        : `${one.id} ${one.name}`.toLowerCase().includes(needle),
    )
    .sort((a, b) => rank(a) - rank(b));
  return { shown, hidden: needle === '' ? all.length - shown.length : 0 };
}

export interface SymbolChoice {
  readonly symbol: string;
  readonly isChosen: boolean;
  /** False for a chosen one that the exchange does not list. */
  readonly isListed: boolean;
}

/** Chosen ones first, then the list's own order. Nothing counts as unlisted while the list is unknown. */
export function symbolChoices(
  listed: readonly Instrument[] | null,
  chosen: readonly string[],
  search: string,
): readonly SymbolChoice[] {
  const needle = search.trim().toLowerCase();
  const known = new Set(listed?.map((one) => one.symbol));
  const isUnknown = listed === null || listed.length === 0;
  const isWanted = (symbol: string) => symbol.toLowerCase().includes(needle);
  const first = chosen.map((symbol) => ({ symbol, isChosen: true, isListed: isUnknown || known.has(symbol) }));
  const rest = (listed ?? [])
    .filter((one) => !chosen.includes(one.symbol))
    .map((one) => ({ symbol: one.symbol, isChosen: false, isListed: true }));
  return [...first, ...rest].filter((choice) => isWanted(choice.symbol));
}

/** The same set, in whatever order. */
export function sameSymbols(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((symbol) => b.includes(symbol));
}
