/** Patterns (ML-44): when signals earned, with the best of the older ones tried on the later ones. */
import type { Pattern, PatternCell, PatternReport } from '#contract/areas/analysis-evidence.ts';
import { formatCount, formatR, formatShare } from '../../lib/format.ts';
import { tip } from '../../lib/glossary.ts';
import { Badge } from '../../ui/controls.tsx';
import { Empty } from '../../ui/PanelState.tsx';
import { certaintyOf, divergingScale, placeOn } from './scale.ts';

const VERDICTS = {
  'held-up': { label: 'Held up', tone: 'good' },
  'did-not-hold-up': { label: 'Did not hold up', tone: 'danger' },
  'too-few-later': { label: 'Too few later', tone: 'muted' },
  none: { label: 'None stood out', tone: 'muted' },
} as const;

export function PatternsPage({ report }: { readonly report: PatternReport }) {
  if (report.all.resolved === 0) {
    return <Empty title="Nothing has resolved yet">Patterns need results: they appear with the first ones.</Empty>;
  }
  return (
    <div className="patterns">
      {report.patterns.map((pattern) => (
        <PatternCard key={pattern.kind} pattern={pattern} />
      ))}
    </div>
  );
}

function PatternCard({ pattern }: { readonly pattern: Pattern }) {
  const verdict = VERDICTS[pattern.best.verdict];
  const scale = divergingScale(
    pattern.cells.map((cell) => ({ value: cell.netRPerTrade, interval: cell.netRInterval })),
    0.2,
  );
  return (
    <article className="pattern">
      <header className="row">
        <h4 className="grow">{pattern.title}</h4>
        <Badge tone={verdict.tone} hint={pattern.best.sentence}>
          {verdict.label}
        </Badge>
      </header>
      <div className="pattern__columns">
        <span className="pattern__zero" style={{ bottom: `${placeOn(scale, 0)}%` }} />
        {pattern.cells.map((cell) => (
          <Column key={cell.key} cell={cell} scale={scale} isBest={pattern.best.keys.includes(cell.key)} />
        ))}
      </div>
      <div className="pattern__labels">
        {pattern.cells.map((cell, index) => (
          <span key={cell.key}>{pattern.cells.length > 12 && index % 4 !== 0 ? '' : shortLabel(cell.key)}</span>
        ))}
      </div>
      <p className="pattern__sentence">{pattern.best.sentence}</p>
      {pattern.unknown > 0 && <p className="caption">Not known of {formatCount(pattern.unknown, 'signal')}.</p>}
    </article>
  );
}

function shortLabel(key: string): string {
  return /^[a-z]/.test(key) ? `${key.charAt(0).toUpperCase()}${key.slice(1, 8)}` : key;
}

interface ColumnProps {
  readonly cell: PatternCell;
  readonly scale: ReturnType<typeof divergingScale>;
  readonly isBest: boolean;
}

function Column({ cell, scale, isBest }: ColumnProps) {
  const { netRPerTrade: value, netRInterval: interval } = cell;
  const certainty = certaintyOf({ value, interval });
  const zero = placeOn(scale, 0);
  const end = value === null ? zero : placeOn(scale, value);
  const words =
    value === null
      ? `Too few: ${formatCount(cell.resolved, 'result')}.`
      : `${formatR(value, 3)} per signal${interval === null ? '' : ` (${formatR(interval[0])} to ${formatR(interval[1])})`}, won ${formatShare(cell.winRate)} of ${formatCount(cell.resolved, 'result')}.`;
  return (
    <span
      className={`pattern__column diverging--${(value ?? 0) >= 0 ? 'up' : 'down'} diverging--${certainty} ${isBest ? 'pattern__column--best' : ''}`}
      role="img"
      aria-label={`${cell.label}: ${words}`}
      {...tip(words, cell.label)}
    >
      {value === null ? (
        <span className="pattern__few" style={{ bottom: `${zero}%` }} />
      ) : (
        <span
          className="pattern__bar"
          style={{ bottom: `${Math.min(zero, end)}%`, height: `${Math.max(0.8, Math.abs(end - zero))}%` }}
        />
      )}
      {interval !== null && (
        <span
          className="pattern__whisker"
          style={{
            bottom: `${placeOn(scale, interval[0])}%`,
            height: `${placeOn(scale, interval[1]) - placeOn(scale, interval[0])}%`,
          }}
        />
      )}
    </span>
  );
}
