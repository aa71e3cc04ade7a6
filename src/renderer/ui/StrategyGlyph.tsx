/** A strategy's glyph in its hue, as the chart draws it. */
import { strategyLook } from '../lib/strategy-look.ts';
import { strategyTitle } from '../lib/words.ts';
import './strategy-glyph.css';

export function StrategyGlyph({ id, size = 10 }: { readonly id: string; readonly size?: number }) {
  const { hue, path, isHollow } = strategyLook(id);
  const color = `var(--strategy-${hue})`;
  return (
    <svg className="strategy-glyph" width={size} height={size} viewBox="-1.3 -1.3 2.6 2.6" aria-hidden="true">
      <path
        d={path}
        fill={isHollow ? 'none' : color}
        stroke={color}
        strokeWidth={isHollow ? 0.36 : 0}
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** With its title, for lists. */
export function GlyphLabel({ id }: { readonly id: string }) {
  return (
    <span className="glyph-label">
      <StrategyGlyph id={id} size={11} />
      {strategyTitle(id)}
    </span>
  );
}
