/** State (PH-21, PH-22, PH-30): what scores each strategy now, how its newest signals ended, what is refused, and health. */
import type { ModelStatusLine, ModelStatusReport } from '#contract/areas/analysis.ts';
import type { ResultFigures } from '#contract/areas/analysis-figures.ts';
import { NO_MODEL_TEXT, THRESHOLD_TEXTS } from '#contract/areas/status-words.ts';
import type { PhantomWatch, RollingWinRate } from '#contract/areas/thresholds.ts';
import { formatCount, formatDate, formatDateTime, formatNumber, formatShare, MISSING } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { DISPOSITION_WORDS, MODEL_STATE_WORDS, strategyTitle, type Tone } from '../../lib/words.ts';
import { Badge, WordBadge } from '../../ui/controls.tsx';
import { Empty } from '../../ui/PanelState.tsx';
import { GlyphLabel } from '../../ui/StrategyGlyph.tsx';
import { PerTrade, rangeText, TooFew, WinRate } from './figures.tsx';
import { refusedByRule } from './refused.ts';

export interface StatePageProps {
  readonly report: ModelStatusReport;
  readonly watch: PhantomWatch;
}

export function StatePage({ report, watch }: StatePageProps) {
  return (
    <div className="state-page">
      <Health health={watch.health} />
      {report.lines.length === 0 ? (
        <Empty title="No signals in this scope">Choose a longer period or another market.</Empty>
      ) : (
        <section>
          <h4>What scores now</h4>
          <table className="state-page__table state-page__scores" aria-label="What scores now">
            <thead>
              <tr>
                <th scope="col" {...defines('strategy')}>
                  Strategy
                </th>
                <th scope="col" {...defines('scoredBy')}>
                  Scored by
                </th>
                <th scope="col" className="right" {...defines('threshold')}>
                  Threshold
                </th>
                <th
                  scope="col"
                  className="right"
                  {...tip('Of the newest 50 resolved signals of the scope.', 'Won lately')}
                >
                  Won lately
                </th>
                <th scope="col" className="right" {...tip(ROLLING, 'Rolling win rate')}>
                  Won of 200
                </th>
                {COLUMNS.map((label) => (
                  <th key={label} scope="col" className="right" {...tip(OUTCOME, label)}>
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {report.lines.map((line) => (
                <StateLine
                  key={line.strategyId}
                  line={line}
                  rolling={watch.winRates.find(({ strategyId }) => strategyId === line.strategyId) ?? null}
                />
              ))}
            </tbody>
          </table>
        </section>
      )}
      <Refused refused={watch.refused} />
    </div>
  );
}

const COLUMNS = ['All', 'Taken', 'Not taken'];
const OUTCOME =
  'Signals with a result, how many of them won, and net R per signal after costs, each with its interval.';
const ROLLING = 'Of the newest 200 resolved signals on any market in use, whatever period is chosen above.';

const HEALTH_WORDS: Readonly<
  Record<PhantomWatch['health']['level'], { readonly label: string; readonly tone: Tone; readonly meaning: string }>
> = {
  healthy: {
    label: 'Healthy',
    tone: 'good',
    meaning: 'No instrument has more than 50 phantoms open, none is overdue.',
  },
  elevated: { label: 'Elevated', tone: 'warning', meaning: 'More than 50 phantoms are open on one instrument.' },
  critical: { label: 'Critical', tone: 'danger', meaning: 'More than 100 phantoms are open on one instrument.' },
  fault: { label: 'Fault', tone: 'danger', meaning: 'Phantoms are open past their timeout: this is an error.' },
};

function Health({ health }: Pick<PhantomWatch, 'health'>) {
  const word = HEALTH_WORDS[health.level];
  return (
    <div className="state-page__health">
      <WordBadge word={word} />
      <span className="number">{formatCount(health.openInAll, 'phantom')} open, the placebo’s included.</span>
      <span className="soft">
        {health.alerts.length === 0 ? word.meaning : health.alerts.map(({ message }) => message).join('; ')}
      </span>
    </div>
  );
}

function StateLine({ line, rolling }: { readonly line: ModelStatusLine; readonly rolling: RollingWinRate | null }) {
  return (
    <tr>
      <th scope="row">
        <GlyphLabel id={line.strategyId} />
      </th>
      <td className="state-page__scored">
        <span className="row">
          {line.state === null ? <Badge>rules</Badge> : <WordBadge word={MODEL_STATE_WORDS[line.state]} />}
          {line.model !== null && <span className="number">{line.model}</span>}
        </span>
        {scoringText(line) !== '' && <span className="caption number state-page__next">{scoringText(line)}</span>}
        <span className="caption number state-page__next">
          {line.lastFitAt !== null && `fitted ${formatDateTime(line.lastFitAt)}; `}
          {line.nextFit ?? NO_MODEL_TEXT}
        </span>
      </td>
      <td className="right" data-label="Threshold">
        {line.threshold === null ? (
          MISSING
        ) : (
          <span className="figure" {...tip(line.threshold.evidence, 'Threshold of the newest signal')}>
            <span className="number">{formatNumber(line.threshold.value, 1)}</span>
            {line.threshold.source !== null && (
              <span className="figure__range">{THRESHOLD_TEXTS[line.threshold.source]}</span>
            )}
          </span>
        )}
      </td>
      <td className="right" data-label="Won lately">
        <WinRate figures={line.recent} />
      </td>
      <td className="right" data-label="Won of 200">
        <Rolling rolling={rolling} />
      </td>
      {[line.all, line.executed, line.phantom].map((figures, at) => (
        <td key={COLUMNS[at]} className="right" data-label={COLUMNS[at]}>
          <Outcome figures={figures} />
        </td>
      ))}
    </tr>
  );
}

function Outcome({ figures }: { readonly figures: ResultFigures }) {
  if (figures.winRate === null) return <TooFew resolved={figures.resolved} />;
  return (
    <>
      <WinRate figures={figures} />
      <PerTrade figures={figures} unit=" R each" />
      <span className="figure__range number">{formatCount(figures.resolved, 'result')}</span>
    </>
  );
}

/** Under the model's name: its heads, and how long one scoring takes. */
function scoringText({ heads, scoring }: ModelStatusLine): string {
  const time = scoring === null ? '' : `${formatNumber(scoring.medianMs, 2)} ms a scoring`;
  return [heads.join(', '), time].filter((part) => part !== '').join(' · ');
}

function Rolling({ rolling }: { readonly rolling: RollingWinRate | null }) {
  if (rolling === null || rolling.isTooFew || rolling.winRate === null) {
    return <TooFew resolved={rolling?.resolved ?? 0} />;
  }
  return (
    <span className="figure">
      <span className="number">{formatShare(rolling.winRate, 1)}</span>
      <span className="figure__range number">
        {rangeText(rolling.interval, (value) => formatNumber(value * 100, 0))} of {formatNumber(rolling.resolved)}
      </span>
    </span>
  );
}

function Refused({ refused }: Pick<PhantomWatch, 'refused'>) {
  const { rules, days, most } = refusedByRule(refused);
  const [first] = days;
  const last = days.at(-1);
  return (
    <section>
      <h4>Blocked and gated by day</h4>
      {first === undefined || last === undefined ? (
        <p className="caption">No signal was blocked or gated in the last 30 days.</p>
      ) : (
        <>
          <table className="state-page__table" aria-label="Blocked and gated by day">
            <tbody>
              {rules.map(({ strategyId, disposition, rule, counts, total }) => (
                <tr key={`${strategyId} ${disposition} ${rule}`}>
                  <th scope="row">
                    <GlyphLabel id={strategyId} />
                  </th>
                  <td>
                    <WordBadge word={DISPOSITION_WORDS[disposition]} />
                  </td>
                  <td className="state-page__rule">{rule}</td>
                  <td>
                    <span
                      className="state-page__days"
                      role="img"
                      aria-label={`${strategyTitle(strategyId)}, ${rule}: ${counts.join(', ')} by day`}
                    >
                      {counts.map((count, index) => (
                        <span
                          key={days[index]}
                          style={{
                            height: `${count === 0 ? 4 : 14 + (86 * count) / most}%`,
                            opacity: count === 0 ? 0.3 : 1,
                          }}
                          data-tip={`${formatDate(days[index] ?? 0)}: ${count}`}
                        />
                      ))}
                    </span>
                  </td>
                  <td className="right number strong">{formatNumber(total)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="caption number">
            {formatDate(first)} – {formatDate(last)}, UTC days with any; one scale for all lines, the highest bar is{' '}
            {most}.
          </p>
        </>
      )}
    </section>
  );
}
