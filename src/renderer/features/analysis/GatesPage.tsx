/** Scalp gates (PH-40 to PH-44): each gate alone, pairs and triplets, what held up later, trends, and advice as YAML. */
import { Check, Copy, Download } from 'lucide-react';
import { useState } from 'react';
import type {
  GateCombinationView,
  GateFindings,
  GateReport,
  GateVariableView,
} from '#contract/areas/analysis-evidence.ts';
import { useDesk } from '../../lib/desk-context.tsx';
import { formatCount, formatNumber, formatShare, formatSigned, MISSING } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { saveFile } from '../../lib/save-file.ts';
import { importSettings } from '../../lib/settings-intent.ts';
import { Button } from '../../ui/Button.tsx';
import { Badge, Segmented, WordBadge } from '../../ui/controls.tsx';
import { Empty } from '../../ui/PanelState.tsx';
import { Sparkline } from '../../ui/Sparkline.tsx';
import { DivergingBar } from './DivergingBar.tsx';
import { KeyFigure, rangeText } from './figures.tsx';
import { divergingScale } from './scale.ts';
import { RETEST_WORDS } from './words.ts';

const points = (delta: number) => `${formatSigned(delta * 100, 1)} pts`;

export function GatesPage({ report }: { readonly report: GateReport }) {
  const { findings } = report;
  if (findings === null) {
    return (
      <Empty title="No scalp has resolved yet">
        Gates are judged on scalp phantoms, those that passed and those that did not.
      </Empty>
    );
  }
  const winner = findings.retest.winner;
  return (
    <div className="gates">
      <div className="key-figures">
        <KeyFigure
          label="Baseline"
          term="gateBaseline"
          value={formatShare(findings.baseline, 1)}
          note={`${formatCount(findings.total, 'scalp')} · ${formatSigned(findings.netR, 3)} R each`}
        />
        <KeyFigure
          label="Searched"
          term="falseDiscovery"
          value={formatNumber(findings.search.cells)}
          note={`false discoveries held to ${formatShare(findings.search.falseDiscoveryRate, 0)}`}
        />
        <KeyFigure
          label="Best on older signals"
          term="gateRetest"
          value={winner === null ? 'none' : winner.names.join(' + ')}
          note={
            winner === null ? (
              'nothing stood out'
            ) : (
              <>
                {formatShare(winner.older.winRate, 0)} older, {formatShare(winner.later.winRate, 0)} later{' '}
                <WordBadge word={RETEST_WORDS[winner.verdict]} />
              </>
            )
          }
        />
      </div>
      <GateTable findings={findings} />
      <div className="gates__columns">
        <Combinations findings={findings} />
        <Advice findings={findings} />
      </div>
      <p className="caption number">
        Read and analysed in {formatNumber(report.elapsedMs)} ms; retest on the newest{' '}
        {formatNumber(findings.retest.laterRows)} of {formatNumber(findings.total)}.
      </p>
    </div>
  );
}

function GateTable({ findings }: { readonly findings: GateFindings }) {
  const scale = divergingScale(
    findings.variables.map(({ delta, interval }) => ({ value: delta, interval })),
    0.05,
  );
  const trends = new Map(findings.trend?.map((trend) => [trend.name, trend.months]) ?? []);
  return (
    <section className="analysis__section">
      <table className="stat-table gate-table">
        <thead>
          <tr>
            <th {...defines('gate')}>Gate</th>
            <th className="right" {...tip('Win rate of scalps that pass the gate, and how many there are.', 'Pass')}>
              Pass
            </th>
            <th className="right" {...tip('Win rate of scalps that do not pass it.', 'Fail')}>
              Fail
            </th>
            <th className="bar-cell" {...defines('gateDelta')}>
              Difference
            </th>
            <th className="right" {...defines('gateDelta')}>
              Points
            </th>
            <th className="right" {...defines('falseDiscovery')}>
              p adjusted
            </th>
            <th {...defines('gateRetest')}>Later</th>
            {trends.size > 0 && <th {...defines('gateTrend')}>By month</th>}
          </tr>
        </thead>
        <tbody>
          {findings.variables.map((gate) => (
            <tr key={gate.name} className={gate.sufficient ? '' : 'row--few'}>
              <td {...tip(gate.meaning, gate.name)}>
                <span className="strong">{gate.name}</span>
                {gate.discovery && <span className="gate-table__found"> ✓</span>}
              </td>
              <td className="right number">
                <Rate rate={gate.passRate} total={gate.passTotal} />
              </td>
              <td className="right number">
                <Rate rate={gate.failRate} total={gate.failTotal} />
              </td>
              <td className="bar-cell">
                <DivergingBar
                  label={`${gate.name}: difference in win rate`}
                  value={gate.sufficient ? gate.delta : null}
                  interval={gate.interval}
                  scale={scale}
                  format={points}
                />
              </td>
              <td className="right number">{pointsCell(gate)}</td>
              <td className="right number soft">
                {gate.adjustedPValue === null ? MISSING : formatNumber(gate.adjustedPValue, 3)}
              </td>
              <td>
                {gate.retest === 'not-found' ? (
                  <span className="faint">{MISSING}</span>
                ) : (
                  <WordBadge word={RETEST_WORDS[gate.retest]} />
                )}
              </td>
              {trends.size > 0 && (
                <td>
                  <Trend name={gate.name} deltas={(trends.get(gate.name) ?? []).flatMap(({ delta }) => delta ?? [])} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function pointsCell(gate: GateVariableView) {
  if (!gate.sufficient || gate.delta === null) {
    return (
      <span className="faint" {...defines('tooFew')}>
        too few
      </span>
    );
  }
  return (
    <span className="figure">
      <span className="strong">{formatSigned(gate.delta * 100, 1)}</span>
      <span className="figure__range">{rangeText(gate.interval, (value) => formatSigned(value * 100, 0))}</span>
    </span>
  );
}

function Rate({ rate, total }: { readonly rate: number | null; readonly total: number }) {
  return (
    <>
      {formatShare(rate, 0)} <span className="faint">/ {formatNumber(total)}</span>
    </>
  );
}

function Trend({ name, deltas }: { readonly name: string; readonly deltas: readonly number[] }) {
  if (deltas.length < 2) return <span className="faint">{MISSING}</span>;
  const last = deltas.at(-1) ?? 0;
  return (
    <span
      role="img"
      aria-label={`${name} by month`}
      {...tip(deltas.map((delta) => points(delta)).join(', '), 'Difference by month')}
    >
      <Sparkline values={deltas} width={72} height={16} direction={last > 0 ? 'up' : last < 0 ? 'down' : 'flat'} />
    </span>
  );
}

type Size = 'pairs' | 'triplets' | 'originals';

function Combinations({ findings }: { readonly findings: GateFindings }) {
  const [size, setSize] = useState<Size>('pairs');
  const choices = [
    { value: 'pairs' as const, label: 'Pairs' },
    { value: 'triplets' as const, label: 'Triplets' },
    ...(findings.originals === null ? [] : [{ value: 'originals' as const, label: 'The first four' }]),
  ];
  return (
    <section className="analysis__section">
      <div className="row">
        <h4 className="grow" {...defines('synergy')}>
          Together
        </h4>
        <Segmented small label="Combinations" value={size} choices={choices} onChoose={setSize} />
      </div>
      {size === 'originals' && findings.originals !== null ? (
        <table className="stat-table">
          <thead>
            <tr>
              <th {...tip('htf, vol, body, align_15m: 1 where the gate passed.', 'Gates')}>Gates passed</th>
              <th className="right" {...defines('gateWon')}>
                Won
              </th>
              <th className="right" {...defines('netRPerTrade')}>
                R each
              </th>
            </tr>
          </thead>
          <tbody>
            {findings.originals.combinations.map((one) => (
              <tr key={one.bitmap}>
                <td className="number">{one.bitmap}</td>
                <td className="right number">
                  <Rate rate={one.winRate} total={one.total} />
                </td>
                <td className="right number">{formatSigned(one.netR, 2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <CombinationTable rows={size === 'triplets' ? findings.triplets : findings.pairs} />
      )}
    </section>
  );
}

function CombinationTable({ rows }: { readonly rows: readonly GateCombinationView[] }) {
  if (rows.length === 0) return <p className="caption">No combination has 20 scalps.</p>;
  return (
    <table className="stat-table">
      <thead>
        <tr>
          <th {...defines('gatesTogether')}>Gates</th>
          <th className="right" {...defines('gateWon')}>
            Won
          </th>
          <th className="right" {...defines('netRPerTrade')}>
            R each
          </th>
          <th className="right" {...defines('synergy')}>
            Synergy
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, 12).map((row) => (
          <tr key={row.names.join()} className={row.sufficient ? '' : 'row--few'}>
            <td>
              {row.names.join(' + ')}
              {row.discovery && <span className="gate-table__found"> ✓</span>}
            </td>
            <td className="right number">
              <Rate rate={row.winRate} total={row.total} />
            </td>
            <td className="right number">{formatSigned(row.netR, 2)}</td>
            <td className="right number soft">{row.synergy === null ? MISSING : formatSigned(row.synergy * 100, 1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Advice({ findings }: { readonly findings: GateFindings }) {
  const { advice } = findings;
  const desk = useDesk();
  const [isCopied, setCopied] = useState(false);
  return (
    <section className="analysis__section">
      <h4 {...defines('gateAdvice')}>What follows</h4>
      <ul className="advice">
        {advice.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <div className="row">
        {advice.enable.map((name) => (
          <Badge key={name} tone="good">
            on: {name}
          </Badge>
        ))}
        {advice.disable.map((name) => (
          <Badge key={name} tone="warning">
            off: {name}
          </Badge>
        ))}
      </div>
      <pre className="yaml">{advice.yaml}</pre>
      <div className="row">
        <Button
          size="small"
          icon={isCopied ? <Check size={12} /> : <Copy size={12} />}
          onClick={() => {
            navigator.clipboard?.writeText(advice.yaml).then(
              () => setCopied(true),
              () => setCopied(false),
            );
          }}
        >
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
        <Button
          size="small"
          icon={<Download size={12} />}
          onClick={() => saveFile('scalp-gates.yaml', [advice.yaml], 'application/yaml')}
        >
          Save
        </Button>
        {advice.enable.length + advice.disable.length > 0 && (
          <Button size="small" look="primary" onClick={() => void importSettings(desk, advice.yaml)}>
            Use for new scalps
          </Button>
        )}
      </div>
    </section>
  );
}
