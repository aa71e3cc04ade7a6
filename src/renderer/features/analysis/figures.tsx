/** Figures as every page of the analysis shows them: a value with its interval under it, or that there are too few. */
import type { ReactNode } from 'react';
import type { Bounds, ResultFigures } from '#contract/areas/analysis-figures.ts';
import { formatNumber, formatShare, formatSigned, MISSING } from '../../lib/format.ts';
import { defines, type TermName } from '../../lib/glossary.ts';

export function rangeText(interval: Bounds | null, format: (value: number) => string): string {
  return interval === null ? '' : `${format(interval[0])} … ${format(interval[1])}`;
}

/** Bounds of a sum in R with their signs: a decimal says nothing beside hundreds. */
export function signedRange(interval: Bounds | null): string {
  return rangeText(interval, (value) => formatSigned(value, Math.abs(value) >= 100 ? 0 : 1));
}

/** `0.42` with `0.36 … 0.49` in small. */
export function WinRate({ figures }: { readonly figures: ResultFigures }) {
  if (figures.winRate === null) return <TooFew resolved={figures.resolved} />;
  return (
    <span className="figure">
      <span className="number">{formatShare(figures.winRate, 1)}</span>
      <span className="figure__range number">
        {rangeText(figures.winRateInterval, (value) => formatNumber(value * 100, 0))}
      </span>
    </span>
  );
}

/** `unit` where no head of a column names it. */
export function PerTrade({ figures, unit = '' }: { readonly figures: ResultFigures; readonly unit?: string }) {
  if (figures.netRPerTrade === null) return <TooFew resolved={figures.resolved} />;
  return (
    <span className="figure">
      <span className="number">
        {formatSigned(figures.netRPerTrade, 3)}
        {unit}
      </span>
      <span className="figure__range number">{rangeText(figures.netRInterval, (value) => formatSigned(value, 2))}</span>
    </span>
  );
}

export function TooFew({ resolved }: { readonly resolved: number }) {
  return (
    <span className="faint" {...defines('tooFew')}>
      {resolved === 0 ? MISSING : 'too few'}
    </span>
  );
}

export interface KeyFigureProps {
  readonly label: string;
  readonly term: TermName;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly tone?: 'up' | 'down' | 'soft';
}

/** One figure that carries a page: label, large value, what it rests on. */
export function KeyFigure({ label, term, value, note, tone }: KeyFigureProps) {
  return (
    <div className="key-figure" {...defines(term)}>
      <span className="key-figure__label">{label}</span>
      <span className={`key-figure__value number ${tone ?? ''}`}>{value}</span>
      {note !== undefined && <span className="key-figure__note number">{note}</span>}
    </div>
  );
}

export function signTone(value: number | null): 'up' | 'down' | 'soft' {
  if (value === null || Math.abs(value) < 0.005) return 'soft';
  return value > 0 ? 'up' : 'down';
}
