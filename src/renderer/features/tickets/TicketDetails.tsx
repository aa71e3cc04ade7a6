/** Everything a ticket's decision rests on: time left, levels, size, score, reasons, quality. */
import { RotateCcw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { TicketView } from '#contract/areas/trading.ts';
import { useDesk, useExchangeNow, useStreamed } from '../../lib/desk-context.tsx';
import {
  formatAmount,
  formatCountdown,
  formatDuration,
  formatMoney,
  formatNumber,
  formatPercent,
  formatPrice,
  formatR,
  formatShare,
} from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { REGIME_WORDS, SESSION_WORDS, strategyTitle } from '../../lib/words.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Bar, NumberField, SideBadge, SimulatedBadge } from '../../ui/controls.tsx';
import { ExplainedScore } from '../../ui/ExplainedScore.tsx';
import { ModelAdvice } from '../../ui/ModelAdvice.tsx';
import { QualityParts } from '../../ui/ScoreGauge.tsx';
import { useTicketStore } from './ticket-context.tsx';
import { type LevelRow, levelRows, MOVE_LIMIT_R, moveLimits, sizeFigures, timeLeft } from './ticket-figures.ts';

export function TicketDetails({ ticket }: { readonly ticket: TicketView }) {
  return (
    <article className="ticket" aria-label={`${ticket.symbol} ${ticket.side}`}>
      <TicketHead ticket={ticket} />
      {ticket.belowThreshold && (
        <p className="ticket__below">
          <TriangleAlert size={13} aria-hidden="true" />
          Scored again, it fell below the threshold. It stays open, marked.
        </p>
      )}
      <Levels ticket={ticket} />
      <Size ticket={ticket} />
      <section>
        <h3 className="eyebrow">Score</h3>
        <ExplainedScore signalId={ticket.id} score={ticket.score} threshold={ticket.threshold} />
        <ModelAdvice advice={ticket.advice} />
      </section>
      <section>
        <h3 className="eyebrow">Why</h3>
        <ul className="reasons">
          {ticket.reasons.map((reason) => (
            <li key={reason} className={reason.startsWith('Against') ? 'reasons__against' : ''}>
              {reason}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3 className="eyebrow row">
          <span {...defines('qscore')}>Quality</span>
          <span className="grow" />
          <span className="number ticket__quality">{formatNumber(ticket.qscore)}</span>
        </h3>
        <QualityParts parts={ticket.qualityParts} />
      </section>
    </article>
  );
}

function TicketHead({ ticket }: { readonly ticket: TicketView }) {
  const { view } = useDesk();
  return (
    <header className="ticket__head">
      <div className="row">
        <button
          type="button"
          className="ticket__symbol"
          onClick={() => view.selectInstrument(ticket.instrumentId)}
          {...tip('Show on the chart')}
        >
          {ticket.symbol}
        </button>
        <SideBadge side={ticket.side} />
        {ticket.simulated && <SimulatedBadge />}
      </div>
      <p className="caption">
        {strategyTitle(ticket.strategyId)} · {SESSION_WORDS[ticket.session].label}
        {ticket.regime === null ? '' : ` · ${REGIME_WORDS[ticket.regime].label}`}
      </p>
      <Countdown ticket={ticket} />
    </header>
  );
}

function Countdown({ ticket }: { readonly ticket: TicketView }) {
  const { clock } = useDesk();
  const now = useExchangeNow(200);
  if (now === null) return null;
  const { leftMs, share, wallMs, isUrgent } = timeLeft(ticket, now, clock.speed);
  const runsFast = clock.speed !== 1;
  return (
    <div className="countdown">
      <div className="row countdown__line">
        <span className={isUrgent ? 'countdown__time number countdown__time--urgent' : 'countdown__time number'}>
          {formatCountdown(leftMs)}
        </span>
        <span className="caption">left, exchange time</span>
        <span className="grow" />
        {runsFast && (
          <span
            className="caption number"
            {...tip('The demo market runs at its own speed; this is the time on your clock.')}
          >
            {wallMs === null ? 'market paused' : `${formatDuration(wallMs)} of yours at ×${formatNumber(clock.speed)}`}
          </span>
        )}
      </div>
      <Bar label="Time left" fraction={share} tone={isUrgent ? 'warning' : 'accent'} />
    </div>
  );
}

const LEVEL_NAMES: Readonly<Record<LevelRow['name'], string>> = {
  target: 'Target',
  tp1: 'TP1',
  entry: 'Entry',
  stop: 'Stop',
};

function Levels({ ticket }: { readonly ticket: TicketView }) {
  const rows = levelRows(ticket.terms);
  return (
    <section>
      <table className="levels">
        <caption className="visually-hidden">Levels from the highest price to the lowest</caption>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} className={`levels__row levels__row--${row.name}`}>
              <th scope="row">
                {LEVEL_NAMES[row.name]}
                {row.name === 'tp1' && (
                  <span className="faint" {...defines('tp1')}>
                    {' '}
                    {formatShare(ticket.terms.tp1Fraction, 0)}
                  </span>
                )}
              </th>
              <td className="number levels__price">{formatPrice(row.price, ticket.priceDecimals)}</td>
              <td className="number">{row.name === 'entry' ? '' : formatR(row.distanceR)}</td>
              <td className="number soft">{row.name === 'entry' ? '' : formatPercent(row.distancePercent)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Moved ticket={ticket} />
    </section>
  );
}

/** Where the price stands between the two prices at which the ticket expires by itself, time left or not. */
function Moved({ ticket }: { readonly ticket: TicketView }) {
  const { movedR, priceDecimals } = ticket;
  const { against, favour, leftR, isNear } = moveLimits(ticket);
  const at = movedR === null ? 0.5 : Math.min(1, Math.max(0, 0.5 + movedR / (2 * MOVE_LIMIT_R)));
  return (
    <div className={isNear ? 'moved moved--near' : 'moved'} {...defines('movedR')}>
      <p className="moved__line">
        <span className="soft">
          Now <span className="number strong moved__price">{formatPrice(ticket.price, priceDecimals)}</span>
        </span>
        <span className="number strong">{formatR(movedR)}</span>
        <span className="grow" />
        <span className="moved__left number">
          {leftR === null ? '' : `expires ${formatNumber(leftR, 2)} R further on`}
        </span>
      </p>
      <span className="moved__track" aria-hidden="true">
        <span className="moved__centre" />
        {movedR !== null && <span className="moved__dot" style={{ left: `${at * 100}%` }} />}
      </span>
      <p className="moved__line moved__limits number">
        <span>✕ {formatPrice(against, priceDecimals)}</span>
        <span className="grow" />
        <span>{formatPrice(favour, priceDecimals)} ✕</span>
      </p>
    </div>
  );
}

function Size({ ticket }: { readonly ticket: TicketView }) {
  const store = useTicketStore();
  const chosen = useStore(store, (state) => state.amounts.get(ticket.id) ?? null);
  const equity = useStreamed(useDesk().session, (data) => data.account.equity);
  const figures = sizeFigures(ticket, chosen);
  const [base = '', quote = ''] = ticket.symbol.split(':')[0]?.split('/') ?? [];
  const share = equity !== null && equity > 0 ? figures.riskAmount / equity : null;
  return (
    <section>
      <div className="size">
        <div className="size__field">
          <span className="eyebrow">Size</span>
          <span className="row">
            <NumberField
              label={`Amount in ${base}`}
              value={figures.amount}
              minimum={Number.MIN_VALUE}
              width="6.5rem"
              onCommit={(amount) => store.setAmount(ticket.id, amount === ticket.size.amount ? null : amount)}
              onClear={() => store.setAmount(ticket.id, null)}
            />
            <span className="soft">{base}</span>
            {chosen !== null && (
              <IconButton
                label={`Back to the proposed ${formatAmount(ticket.size.amount)} ${base}`}
                size="small"
                icon={<RotateCcw size={12} />}
                onClick={() => store.setAmount(ticket.id, null)}
              />
            )}
          </span>
        </div>
        <div className="size__quick">
          {[0.25, 0.5, 1].map((factor) => (
            <Button
              key={factor}
              size="small"
              look="ghost"
              aria-pressed={Math.abs(figures.factor - factor) < 1e-9}
              onClick={() =>
                store.setAmount(ticket.id, factor === 1 ? null : Number((ticket.size.amount * factor).toPrecision(6)))
              }
            >
              {factor === 1 ? 'Full' : `×${factor}`}
            </Button>
          ))}
        </div>
      </div>
      <dl className="figures">
        <Figure name="At risk" term="risk" isStrong>
          {formatMoney(figures.riskAmount, quote)}
          {share !== null && <span className="soft"> · {formatShare(share, 2)}</span>}
        </Figure>
        <Figure name="Notional" term="notional">
          {formatMoney(figures.notional, quote)}
        </Figure>
        <Figure name="Costs" term="costs">
          {formatMoney(figures.costAmount, quote)}
          <span className="soft"> · {formatNumber(ticket.costR, 2)} R</span>
        </Figure>
        <Figure name="Net reward : risk" term="netRr">
          {formatNumber(ticket.plannedNetRr, 2)}
          <span className="soft"> · gross {formatNumber(ticket.plannedRr, 2)}</span>
        </Figure>
      </dl>
      {figures.factor > 1.0001 && (
        <p className="size__warning">
          <TriangleAlert size={12} aria-hidden="true" /> Over the proposed size ({ticket.size.basis}).
        </p>
      )}
      {figures.factor <= 1.0001 && <p className="caption">Proposed by: {ticket.size.basis}.</p>}
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  readonly term: Parameters<typeof defines>[0];
  readonly isStrong?: boolean;
  readonly children: ReactNode;
}

function Figure({ name, term, isStrong = false, children }: FigureProps) {
  return (
    <div className="figures__row" {...defines(term)}>
      <dt>{name}</dt>
      <dd className={isStrong ? 'number strong' : 'number'}>{children}</dd>
    </div>
  );
}
