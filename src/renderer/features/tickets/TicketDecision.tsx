/** Approve and skip, always at the same place, with the keys that do the same. */
import { useEffect, useReducer } from 'react';
import { useStore } from 'zustand';
import type { TicketView } from '#contract/areas/trading.ts';
import { useAction } from '../../lib/actions/actions-context.tsx';
import { useDesk } from '../../lib/desk-context.tsx';
import { ActionButton, Button } from '../../ui/Button.tsx';
import { useTicketStore } from './ticket-context.tsx';

const SKIP_REASONS = [
  'Too late',
  'News ahead',
  'Against my view',
  'Level is unclear',
  'Too much at risk',
  'Enough exposure',
] as const;

export function TicketDecision({ ticket }: { readonly ticket: TicketView }) {
  const store = useTicketStore();
  const desk = useDesk();
  const sending = useStore(store, (state) => state.sending.get(ticket.id) ?? null);
  const isGivingReason = useStore(store, (state) => state.isGivingReason);
  useStore(desk.link);
  useSettling(ticket.id);
  const approve = useAction('tickets.approve');
  const skip = useAction('tickets.skip');
  const skipWithReason = useAction('tickets.skip-with-reason');
  if (approve === null || skip === null || skipWithReason === null) return null;
  return (
    <footer className="decision">
      {isGivingReason ? (
        <fieldset className="decision__reasons">
          <legend className="eyebrow">Skip because</legend>
          {SKIP_REASONS.map((reason) => (
            <Button key={reason} size="small" onClick={() => void store.skip(reason)}>
              {reason}
            </Button>
          ))}
          <Button size="small" look="ghost" onClick={() => store.askForReason(false)}>
            Back
          </Button>
        </fieldset>
      ) : (
        <div className="decision__more">
          <button type="button" className="decision__reason-link" onClick={skipWithReason.perform}>
            Skip with a reason
          </button>
        </div>
      )}
      <div className="decision__buttons">
        <ActionButton action={skip} size="large" busy={sending !== null}>
          {sending === 'skip' ? 'Skipping …' : 'Skip'}
        </ActionButton>
        <ActionButton action={approve} size="large" look="primary" busy={sending !== null}>
          {sending === 'approve' ? 'Approving …' : 'Approve on paper'}
        </ActionButton>
      </div>
    </footer>
  );
}

/** A ticket that has just come up cannot be decided for a moment: asks for another look when the moment is over. */
function useSettling(ticketId: string): void {
  const [, look] = useReducer((count: number) => count + 1, 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each ticket settles anew.
  useEffect(() => {
    const timer = window.setTimeout(look, 420);
    return () => window.clearTimeout(timer);
  }, [ticketId]);
}
