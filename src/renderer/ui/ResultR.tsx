/** A result in R in the colour of its sign. */
import { formatR } from '../lib/format.ts';

export function ResultR({ value, strong = false }: { readonly value: number | null; readonly strong?: boolean }) {
  const tone = value === null || Math.abs(value) < 0.005 ? 'soft' : value > 0 ? 'up' : 'down';
  return <span className={strong ? `number strong ${tone}` : `number ${tone}`}>{formatR(value)}</span>;
}

/** An instrument with its side, as every table shows it. */
export function SideSymbol({ symbol, side }: { readonly symbol: string; readonly side: 'long' | 'short' }) {
  const isLong = side === 'long';
  return (
    <>
      <span className={isLong ? 'up' : 'down'}>{isLong ? '▲' : '▼'}</span>
      <span className="visually-hidden">{side}</span> <span className="strong">{symbol}</span>
    </>
  );
}
