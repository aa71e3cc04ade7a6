/** The paper account's equity: realised as a line, with what is open as a wash, against what it started with. */
import type { EquityCurve } from '#contract/areas/risk.ts';
import { useDesk, useExchangeNow, useStreamed } from '../../lib/desk-context.tsx';
import { formatDateTime, formatMoney, formatPercent } from '../../lib/format.ts';
import { defines } from '../../lib/glossary.ts';
import { useAnswer } from '../../lib/use-answer.ts';
import { Empty, Failed, Skeleton } from '../../ui/PanelState.tsx';
import { drawEquity, EQUITY_BOX } from './equity-shape.ts';

const POINTS = 2_000;

export function EquityPage() {
  const { positions } = useDesk();
  // Points come with closed positions and every hour of exchange time with open ones.
  const closed = useStreamed(positions, (rows) => rows.filter((row) => row.state === 'closed').length) ?? 0;
  const hour = Math.floor((useExchangeNow(10_000) ?? 0) / 3_600_000);
  const { value, problem } = useAnswer(
    (client) => client.call('account.equity', { limit: POINTS }),
    `${closed} ${hour}`,
  );
  if (value === null)
    return problem === null ? <Skeleton label="Loading the equity curve" /> : <Failed problem={problem} />;
  if (value.points.length < 2) {
    return <Empty title="No curve yet">The first closed paper position draws it.</Empty>;
  }
  return <Curve curve={value} />;
}

function Curve({ curve }: { readonly curve: EquityCurve }) {
  const { startingEquity, currency, points } = curve;
  const shape = drawEquity(points, startingEquity);
  const last = points.at(-1);
  const first = points[0];
  const change = last === undefined ? null : (last.equity / startingEquity - 1) * 100;
  return (
    <div className="equity">
      <dl className="equity__facts">
        <div {...defines('equity')}>
          <dt>Realised</dt>
          <dd className="number strong">{formatMoney(last?.equity ?? null, currency)}</dd>
        </div>
        <div {...defines('equityWithOpen')}>
          <dt>With open positions</dt>
          <dd className="number strong">
            {formatMoney(last === undefined ? null : last.equity + last.unrealised, currency)}
          </dd>
        </div>
        <div {...defines('equityChange')}>
          <dt>Since the start</dt>
          <dd className={`number strong ${(change ?? 0) >= 0 ? 'up' : 'down'}`}>{formatPercent(change)}</dd>
        </div>
        <div {...defines('drawdown')}>
          <dt>Deepest drawdown</dt>
          <dd className="number strong">{formatPercent(-100 * shape.deepestDrawdown)}</dd>
        </div>
      </dl>
      <div className="equity__plot">
        <p className="equity__scale caption number">
          <span>{formatMoney(shape.high, currency)}</span>
          <span>{formatMoney(shape.low, currency)}</span>
        </p>
        <svg
          className="equity__chart"
          viewBox={`0 0 ${EQUITY_BOX.width} ${EQUITY_BOX.height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`Equity from ${formatMoney(startingEquity, currency)} to ${formatMoney(last?.equity ?? null, currency)}`}
        >
          <line className="equity__start" x1={0} x2={EQUITY_BOX.width} y1={shape.startY} y2={shape.startY} />
          <path className="equity__open" d={shape.withOpen} />
          <path className={`equity__line equity__line--${(change ?? 0) >= 0 ? 'up' : 'down'}`} d={shape.realised} />
        </svg>
      </div>
      <p className="equity__foot caption number">
        <span>{formatDateTime(first?.time)} UTC</span>
        <span>
          thick: realised · thin: with open positions · dashed: the start, {formatMoney(startingEquity, currency)}
        </span>
        <span>{formatDateTime(last?.time)} UTC</span>
      </p>
    </div>
  );
}
