/** The honesty panel (TU-30): per strategy and model one verdict in one sentence, and everything it rests on. */
import type { HonestyPanel, HonestyReport } from '#contract/areas/analysis-evidence.ts';
import { formatCount, formatNumber, formatShare, formatSigned } from '../../lib/format.ts';
import { defines, type TermName } from '../../lib/glossary.ts';
import { strategyTitle } from '../../lib/words.ts';
import { Fact } from '../../ui/Fact.tsx';
import { Empty } from '../../ui/PanelState.tsx';
import { StrategyGlyph } from '../../ui/StrategyGlyph.tsx';
import { DivergingBar } from './DivergingBar.tsx';
import { rangeText } from './figures.tsx';
import { type DivergingScale, divergingScale } from './scale.ts';
import { HONESTY_WORDS } from './words.ts';

const perTrade = (value: number) => `${formatSigned(value, 3)} R`;

export function HonestyPage({ report }: { readonly report: HonestyReport }) {
  if (report.panels.length === 0) {
    return <Empty title="Nothing to be honest about yet">The first resolved signals bring the first verdict.</Empty>;
  }
  const scale = divergingScale(
    report.panels.flatMap((panel) => barsOf(panel)),
    0.1,
  );
  return (
    <div className="honesty">
      {report.panels.map((panel) => (
        <Verdict key={`${panel.strategyId} ${panel.subject}`} panel={panel} scale={scale} />
      ))}
    </div>
  );
}

function barsOf({ figures, againstPlacebo, doubledCosts }: HonestyPanel) {
  return [
    { value: figures.netRPerTrade, interval: figures.netRInterval },
    { value: againstPlacebo?.difference ?? null, interval: againstPlacebo?.interval ?? null },
    { value: doubledCosts?.netRPerTrade ?? null, interval: doubledCosts?.interval ?? null },
  ];
}

function Verdict({ panel, scale }: { readonly panel: HonestyPanel; readonly scale: DivergingScale }) {
  const word = HONESTY_WORDS[panel.verdict];
  const { figures, againstPlacebo, doubledCosts, deflatedSharpe, calibration } = panel;
  return (
    <article className={`honest honest--${word.tone}`}>
      <header className="honest__head">
        <span className="row caption">
          <StrategyGlyph id={panel.strategyId} size={11} />
          {strategyTitle(panel.strategyId)} ·{' '}
          {panel.subject === 'model' ? 'what the model lets pass' : 'all its signals'}
        </span>
        <h4 className="honest__verdict">{word.label}</h4>
        <p className="honest__sentence">{panel.sentence}</p>
      </header>
      <div className="honest__bars">
        <Row
          label="Net R per signal"
          term="netRPerTrade"
          value={figures.netRPerTrade}
          interval={figures.netRInterval}
          scale={scale}
        />
        <Row
          label="Against chance"
          term="againstPlacebo"
          value={againstPlacebo?.difference ?? null}
          interval={againstPlacebo?.interval ?? null}
          scale={scale}
        />
        <Row
          label="Had costs been double"
          term="doubledCosts"
          value={doubledCosts?.netRPerTrade ?? null}
          interval={doubledCosts?.interval ?? null}
          scale={scale}
        />
      </div>
      <dl className="evidence evidence--columns">
        <Fact name="Deflated Sharpe" term="deflatedSharpe">
          {deflatedSharpe === null
            ? 'too few'
            : `${formatShare(deflatedSharpe.probability, 0)} after ${formatCount(deflatedSharpe.trials, 'trial')}`}
        </Fact>
        <Fact name="Resolved" term="examples">
          {formatNumber(figures.resolved)}
        </Fact>
        <Fact name="Worth, independent" term="effectiveExamples">
          {formatNumber(panel.effectiveSamples)}
        </Fact>
        <Fact name="Calibration error" term="calibrationError">
          {calibration === null ? 'too few' : formatShare(calibration.error, 1)}
        </Fact>
        <Fact name="Ambiguous bars" term="ambiguous">
          {formatShare(panel.ambiguousShare, 1)}
        </Fact>
        <Fact name="Resolved offline" term="offline">
          {formatShare(panel.offlineShare, 1)}
        </Fact>
        <Fact name="If all ambiguous had won" term="optimistic">
          {panel.optimisticNetRPerTrade === null ? 'too few' : perTrade(panel.optimisticNetRPerTrade)}
        </Fact>
      </dl>
      {panel.unresolved.count > 0 && <p className="caption">{panel.unresolved.sentence}</p>}
    </article>
  );
}

interface RowProps {
  readonly label: string;
  readonly term: TermName;
  readonly value: number | null;
  readonly interval: readonly [number, number] | null;
  readonly scale: DivergingScale;
}

function Row({ label, term, value, interval, scale }: RowProps) {
  return (
    <div className="honest__row">
      <span className="soft" {...defines(term)}>
        {label}
      </span>
      <DivergingBar label={label} value={value} interval={interval} scale={scale} format={perTrade} />
      <span className="figure right">
        <span className="number strong">{value === null ? 'too few' : formatSigned(value, 3)}</span>
        <span className="figure__range number">{rangeText(interval, (bound) => formatSigned(bound, 2))}</span>
      </span>
    </div>
  );
}
