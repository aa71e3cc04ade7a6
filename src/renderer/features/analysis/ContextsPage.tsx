/** Contexts (DE-1 to DE-3): thresholds by session and regime as a heat map, with counts, sources and evidence. */

import { type CSSProperties, type ReactNode, useState } from 'react';
import { THRESHOLD_TEXTS } from '#contract/areas/status-words.ts';
import type {
  AdaptiveMinimumView,
  FitView,
  ThresholdCell,
  ThresholdContexts,
  ThresholdsNow,
} from '#contract/areas/thresholds.ts';
import { formatCount, formatDateTime, formatNumber, formatShare, formatSigned, MISSING } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { REGIME_WORDS, SESSION_WORDS, strategyTitle } from '../../lib/words.ts';
import { Badge, WordBadge } from '../../ui/controls.tsx';
import { Empty } from '../../ui/PanelState.tsx';
import { GlyphLabel } from '../../ui/StrategyGlyph.tsx';
import { rangeText } from './figures.tsx';
import { contextsOnShow, heatRows, keyOf, regimesOf, strengthOf, warmthOf } from './heat.ts';
import { ThresholdHistory } from './ThresholdHistory.tsx';
import { KIND_LABELS, THRESHOLD_VERDICT_WORDS } from './words.ts';

export function ContextsPage({ now, strategyId }: { readonly now: ThresholdsNow; readonly strategyId: string | null }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [cellKey, setCellKey] = useState<string | null>(null);
  const listed = strategyId === null ? now.contexts : now.contexts.filter((one) => one.strategyId === strategyId);
  const shown = contextsOnShow(listed, chosen);
  if (shown === null) {
    return (
      <Empty title="Nothing to learn a threshold from yet">
        The first fit is made at 50 resolved signals of a strategy. Until then its default decides.
      </Empty>
    );
  }
  const cell = shown.cells.find((one) => cellKeyOf(one) === cellKey) ?? null;
  const minimums = now.minimums.filter((one) => one.strategyId === shown.strategyId);
  return (
    <div className="contexts">
      <div className="contexts__choices" role="tablist" aria-label="Strategy and kind of score">
        {listed.map((one) => (
          <button
            key={keyOf(one)}
            type="button"
            role="tab"
            aria-selected={one === shown}
            className="contexts__choice"
            onClick={() => setChosen(keyOf(one))}
          >
            <GlyphLabel id={one.strategyId} />
            <span className="caption">
              {KIND_LABELS[one.kind]}
              {!one.decides && ' · informs only'}
            </span>
          </button>
        ))}
      </div>
      {now.fixedMinimumScore !== null && (
        <p className="contexts__fixed">
          Your fixed minimum of {formatNumber(now.fixedMinimumScore)} replaces all of these. Settings can take it away.
        </p>
      )}
      <div className="contexts__body">
        <HeatMap contexts={shown} chosen={cellKey} onChoose={setCellKey} />
        <aside className="contexts__side">
          {cell === null ? <Pooled contexts={shown} minimums={minimums} /> : <CellFacts cell={cell} />}
        </aside>
      </div>
    </div>
  );
}

function cellKeyOf({ session, regime }: ThresholdCell): string {
  return `${session} ${regime}`;
}

interface HeatMapProps {
  readonly contexts: ThresholdContexts;
  readonly chosen: string | null;
  readonly onChoose: (key: string | null) => void;
}

function HeatMap({ contexts, chosen, onChoose }: HeatMapProps) {
  return (
    <figure className="heat">
      <div className="heat__grid">
        <span />
        {regimesOf(contexts).map((regime) => (
          <span key={regime} className="heat__head" {...tip(REGIME_WORDS[regime].meaning)}>
            {REGIME_WORDS[regime].label}
          </span>
        ))}
        {heatRows(contexts).map(({ session, cells }) => (
          <HeatLine key={session} label={SESSION_WORDS[session]}>
            {cells.map((cell) => (
              <HeatCell
                key={cellKeyOf(cell)}
                cell={cell}
                isChosen={cellKeyOf(cell) === chosen}
                onChoose={() => onChoose(cellKeyOf(cell) === chosen ? null : cellKeyOf(cell))}
              />
            ))}
          </HeatLine>
        ))}
      </div>
      <figcaption className="heat__legend caption">
        <span>
          <span className="heat__key heat__key--down" /> loses
        </span>
        <span>
          <span className="heat__key heat__key--unclear" /> unclear
        </span>
        <span>
          <span className="heat__key heat__key--up" /> earns
        </span>
        <span>
          <span className="heat__key heat__key--too-few" /> too few
        </span>
        <span className="grow" />
        <span {...defines('threshold')}>large: threshold · below: R per trade, resolved signals</span>
      </figcaption>
    </figure>
  );
}

function HeatLine({
  label,
  children,
}: {
  readonly label: { label: string; meaning: string };
  readonly children: ReactNode;
}) {
  return (
    <>
      <span className="heat__side" {...tip(label.meaning)}>
        {label.label}
      </span>
      {children}
    </>
  );
}

interface HeatCellProps {
  readonly cell: ThresholdCell;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function HeatCell({ cell, isChosen, onChoose }: HeatCellProps) {
  const warmth = warmthOf(cell);
  const { earned } = cell;
  const isOwn = cell.source === 'context';
  const knows = warmth === 'up' || warmth === 'down' || warmth === 'unclear';
  return (
    <button
      type="button"
      className={`heat__cell heat__cell--${warmth}`}
      aria-pressed={isChosen}
      style={{ '--strength': `${Math.round(12 + 46 * strengthOf(cell))}%` } as CSSProperties}
      onClick={onChoose}
      {...tip(cell.evidence, `${SESSION_WORDS[cell.session].label}, ${REGIME_WORDS[cell.regime].label.toLowerCase()}`)}
    >
      <span className="heat__threshold number">
        {formatNumber(cell.threshold, 1)}
        {isOwn && <span className="heat__own" aria-hidden="true" />}
      </span>
      <span className="heat__earned number">
        {knows && earned !== null ? `${formatSigned(earned.netR, 2)} R` : warmth === 'empty' ? 'no signals' : 'too few'}
        {earned !== null && earned.count > 0 && <span className="heat__count"> · {formatNumber(earned.count)}</span>}
      </span>
    </button>
  );
}

function CellFacts({ cell }: { readonly cell: ThresholdCell }) {
  return (
    <>
      <h4>
        {SESSION_WORDS[cell.session].label}, {REGIME_WORDS[cell.regime].label.toLowerCase()}
      </h4>
      <p className="contexts__number number">{formatNumber(cell.threshold, 1)}</p>
      <Badge tone={cell.source === 'context' ? 'accent' : 'neutral'}>{THRESHOLD_TEXTS[cell.source]}</Badge>
      <p className="contexts__evidence">{cell.evidence}</p>
      <EarnedFacts earned={cell.earned} />
      {cell.own === null ? (
        <p className="caption">Fewer than 20 records of its own: the curve of all contexts decides here.</p>
      ) : (
        <FitFacts fit={cell.own} weight={cell.own.weight} />
      )}
    </>
  );
}

interface PooledProps {
  readonly contexts: ThresholdContexts;
  readonly minimums: readonly AdaptiveMinimumView[];
}

function Pooled({ contexts, minimums }: PooledProps) {
  return (
    <>
      <h4>{strategyTitle(contexts.strategyId)}, all contexts</h4>
      <p className="contexts__number number">{formatNumber(contexts.threshold, 1)}</p>
      <Badge>{THRESHOLD_TEXTS[contexts.source]}</Badge>
      <p className="contexts__evidence">{contexts.evidence}</p>
      <EarnedFacts earned={contexts.earned} />
      {contexts.pooled !== null && (
        <>
          <FitFacts fit={contexts.pooled} weight={null} />
          <Curve contexts={contexts} />
        </>
      )}
      <ThresholdHistory key={keyOf(contexts)} contexts={contexts} />
      <p className="caption number">
        Bounds {formatNumber(contexts.floor, 1)} to {formatNumber(contexts.ceiling, 1)} ·{' '}
        {formatCount(contexts.records, 'record')} · next fit at {formatNumber(contexts.nextFitAt)}
      </p>
      {minimums.map((minimum) => (
        <p key={minimum.scale} className="caption number" {...defines('adaptiveMinimum')}>
          {minimum.scale === 'score' ? 'Adaptive minimum' : 'Margin over break-even'}{' '}
          <span className="strong">{formatNumber(minimum.value, 1)}</span> ({formatNumber(minimum.lowest, 1)}–
          {formatNumber(minimum.highest, 1)}): {minimum.evidence}
          {minimum.moves.map(({ time, from, to, executions }) => (
            <span key={time} className="contexts__move">
              {formatDateTime(time)}: {formatNumber(from, 1)} to {formatNumber(to, 1)} after{' '}
              {formatCount(executions, 'execution')}
            </span>
          ))}
        </p>
      ))}
    </>
  );
}

function EarnedFacts({ earned }: { readonly earned: ThresholdCell['earned'] }) {
  if (earned === null) return null;
  return (
    <dl className="evidence">
      <div {...defines('netRPerTrade')}>
        <dt>R per signal</dt>
        <dd className="number">
          {earned.interval === null ? (
            'too few'
          ) : (
            <>
              {formatSigned(earned.netR, 3)}{' '}
              <span className="faint">{rangeText(earned.interval, (v) => formatSigned(v, 2))}</span>
            </>
          )}
        </dd>
      </div>
      <div {...defines('winRate')}>
        <dt>Won</dt>
        <dd className="number">
          {formatShare(earned.winRate, 0)} <span className="faint">of {formatNumber(earned.count)}</span>
        </dd>
      </div>
    </dl>
  );
}

function FitFacts({ fit, weight }: { readonly fit: FitView; readonly weight: number | null }) {
  return (
    <dl className="evidence">
      <div {...defines('breakEven')}>
        <dt>Break-even</dt>
        <dd className="number">
          {formatShare(fit.breakEven, 1)}
          {fit.breakEvenIsAssumed && <span className="faint"> assumed</span>}
        </dd>
      </div>
      <div {...defines('thresholdFit')}>
        <dt>Fitted on</dt>
        <dd className="number">{formatCount(fit.fittedOn, 'record')}</dd>
      </div>
      {weight !== null && (
        <div {...defines('shrinkage')}>
          <dt>Own weight</dt>
          <dd className="number">{formatShare(weight, 0)}</dd>
        </div>
      )}
      <div {...defines('thresholdFit')}>
        <dt>On later records</dt>
        <dd>
          <WordBadge word={THRESHOLD_VERDICT_WORDS[fit.verdict]} />
        </dd>
      </div>
      <div>
        <dt>Later, above it</dt>
        <dd className="number">
          {fit.taken === null ? MISSING : `${formatSigned(fit.taken.netR, 2)} R of ${formatNumber(fit.taken.count)}`}
        </dd>
      </div>
    </dl>
  );
}

const CURVE = { width: 240, height: 92, left: 26, bottom: 14 } as const;

/** P(win) by score with the break-even line: where they cross is the threshold. */
function Curve({ contexts }: { readonly contexts: ThresholdContexts }) {
  const { pooled } = contexts;
  if (pooled === null || pooled.curve.length < 2) return null;
  const x = (score: number) => CURVE.left + (score / 100) * (CURVE.width - CURVE.left - 4);
  const y = (chance: number) => 4 + (1 - chance) * (CURVE.height - CURVE.bottom - 4);
  const path = pooled.curve
    .map(([score, chance], index) => `${index === 0 ? 'M' : 'L'}${x(score).toFixed(1)} ${y(chance).toFixed(1)}`)
    .join('');
  return (
    <svg
      className="curve"
      viewBox={`0 0 ${CURVE.width} ${CURVE.height}`}
      role="img"
      aria-label={`Probability of a win by score; break-even at ${formatShare(pooled.breakEven, 1)}`}
      {...defines('thresholdCurve')}
    >
      <line
        className="curve__even"
        x1={CURVE.left}
        x2={CURVE.width - 4}
        y1={y(pooled.breakEven)}
        y2={y(pooled.breakEven)}
      />
      <line
        className="curve__threshold"
        x1={x(contexts.threshold)}
        x2={x(contexts.threshold)}
        y1={4}
        y2={CURVE.height - CURVE.bottom}
      />
      <path className="curve__line" d={path} />
      {[0, 0.5, 1].map((chance) => (
        <text key={chance} className="curve__text" x={CURVE.left - 4} y={y(chance) + 3} textAnchor="end">
          {Math.round(chance * 100)}
        </text>
      ))}
      {[0, 50, 100].map((score) => (
        <text key={score} className="curve__text" x={x(score)} y={CURVE.height - 2} textAnchor="middle">
          {score}
        </text>
      ))}
    </svg>
  );
}
