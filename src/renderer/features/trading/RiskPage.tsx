/** Limits and breakers with their present values: what would trip now, by how much, and what resets it (DE-21, DE-22). */
import { useState } from 'react';
import type { RiskHappening } from '#contract/areas/risk.ts';
import type { BreakerReport, LimitReport, RiskReport } from '#core/domain/risk.ts';
import { problemOf } from '../../lib/client.ts';
import { useDesk } from '../../lib/desk-context.tsx';
import { formatDateTime } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { Button } from '../../ui/Button.tsx';
import { Badge, Bar } from '../../ui/controls.tsx';
import {
  BREAKER_TITLES,
  breakerLevel,
  type Level,
  LIMIT_TITLES,
  limitLevel,
  measureText,
  usedShare,
} from './risk-words.ts';

export interface RiskPageProps {
  readonly report: RiskReport;
  readonly happened: readonly RiskHappening[];
}

const BAR_TONES = { calm: 'accent', near: 'warning', reached: 'danger' } as const satisfies Record<Level, string>;

export function RiskPage({ report, happened }: RiskPageProps) {
  return (
    <div className="risk">
      <section className="risk__part">
        <h4 {...defines('limits')}>Limits: how much of each is used</h4>
        {report.limits.map((limit) => (
          <LimitLine key={limit.limit} limit={limit} />
        ))}
      </section>
      <section className="risk__part">
        <h4 {...defines('breakers')}>Breakers: what would trip now?</h4>
        {report.breakers.map((breaker) => (
          <BreakerLine key={breaker.breaker} breaker={breaker} />
        ))}
      </section>
      <section className="risk__part">
        <h4>What happened</h4>
        {happened.length === 0 ? (
          <p className="caption">No breaker has tripped and no switch was touched.</p>
        ) : (
          <ol className="happened">
            {happened.map((one) => (
              <li key={`${one.time} ${one.message}`}>
                <span className="caption number">{formatDateTime(one.time)}</span> {one.message}
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}

function LimitLine({ limit }: { readonly limit: LimitReport }) {
  const level = limitLevel(limit);
  return (
    <div className="risk-line" {...tip(limit.meaning, LIMIT_TITLES[limit.limit])}>
      <span>{LIMIT_TITLES[limit.limit]}</span>
      {limit.value === null ? (
        <span className="caption">checked for each order</span>
      ) : (
        <Bar label={LIMIT_TITLES[limit.limit]} fraction={usedShare(limit)} tone={BAR_TONES[level]} />
      )}
      <span className="number right">
        <span className={level === 'calm' ? 'strong' : `strong risk-line--${level}`}>
          {measureText(limit.value, limit.unit)}
        </span>{' '}
        <span className="faint">of {measureText(limit.maximum, limit.unit)}</span>
      </span>
      <span>{level === 'reached' && <Badge tone="danger">reached</Badge>}</span>
    </div>
  );
}

function BreakerLine({ breaker }: { readonly breaker: BreakerReport }) {
  const desk = useDesk();
  const [isSending, setSending] = useState(false);
  const level = breakerLevel(breaker);
  const title = BREAKER_TITLES[breaker.breaker];
  const isTripped = breaker.tripped !== null;

  async function send(action: 'trip' | 'reset'): Promise<void> {
    setSending(true);
    try {
      const { done, message } = await desk.client.call('risk.breaker', { breaker: breaker.breaker, action });
      if (!done) desk.notices.show('warning', message);
    } catch (thrown) {
      const problem = problemOf(thrown);
      desk.notices.show('danger', problem.message, problem.remedy);
    }
    setSending(false);
  }

  const words = [breaker.note, breaker.tripped?.why ?? '', `Resets: ${breaker.resetsBy}`].filter((text) => text !== '');
  return (
    <div className="risk-line" {...tip(words.join(' '), title)}>
      <span>{title}</span>
      {breaker.value === null ? (
        <span className="caption truncate">{breaker.note}</span>
      ) : breaker.breaker === 'win-rate' ? (
        <span className="caption">trips below {measureText(breaker.maximum, breaker.unit)}</span>
      ) : (
        <Bar label={title} fraction={usedShare(breaker)} tone={BAR_TONES[level]} />
      )}
      <span className="number right">
        <span className={level === 'calm' ? 'strong' : `strong risk-line--${level}`}>
          {measureText(breaker.value, breaker.unit)}
        </span>
        {breaker.breaker !== 'win-rate' && (
          <span className="faint"> of {measureText(breaker.maximum, breaker.unit)}</span>
        )}
      </span>
      <span className="row">
        {isTripped ? (
          <>
            <Badge tone="danger">{breaker.tripped?.isDrill === true ? 'drill' : 'tripped'}</Badge>
            {breaker.byHand && (
              <Button size="small" disabled={isSending} onClick={() => void send('reset')}>
                Reset
              </Button>
            )}
          </>
        ) : breaker.wouldTrip ? (
          <Badge tone="danger">would trip</Badge>
        ) : (
          breaker.byHand && (
            <Button
              size="small"
              look="ghost"
              disabled={isSending}
              onClick={() => void send('trip')}
              {...tip('Trips it by hand, to see that it stops entries. The checklist of the stage asks for that once.')}
            >
              Try it
            </Button>
          )
        )}
      </span>
    </div>
  );
}
