/** The second confirmation of the kill switch (DE-23): close what is open, keep it, or release the switch. */
import { OctagonX } from 'lucide-react';
import { useState } from 'react';
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';
import { formatCount, formatDateTime } from '../../lib/format.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { ResultR, SideSymbol } from '../../ui/ResultR.tsx';
import { setKillSwitch } from './trading-actions.ts';
import './trading.css';

type Sending = 'closing' | 'releasing' | 'engaging' | null;

export function KillSwitchDialog({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const killSwitch = useStreamed(desk.risk, (status) => status.report?.killSwitch ?? null);
  const positions = useStreamed(desk.positions, (rows) => rows) ?? [];
  const open = positions.filter((position) => position.state === 'open');
  const [sending, setSending] = useState<Sending>(null);
  const isEngaged = killSwitch?.engaged === true;

  async function send(as: Sending, input: { engaged: boolean; closePositions: boolean }): Promise<void> {
    setSending(as);
    const isDone = await setKillSwitch(desk, input);
    setSending(null);
    if (isDone && as !== 'engaging') onClose();
  }

  return (
    <Dialog title="Kill switch" width="30rem" onClose={onClose}>
      <div className="kill">
        <p className={isEngaged ? 'kill__state kill__state--engaged' : 'kill__state'} aria-live="polite">
          <OctagonX size={18} aria-hidden="true" />
          {isEngaged ? 'Every entry is stopped.' : 'The switch is not engaged: entries pass.'}
          {isEngaged && killSwitch.since !== null && (
            <span className="caption number">since {formatDateTime(killSwitch.since, true)} UTC</span>
          )}
        </p>
        {!isEngaged && (
          <Button
            look="danger"
            disabled={sending !== null}
            onClick={() => void send('engaging', { engaged: true, closePositions: false })}
          >
            {sending === 'engaging' ? 'Stopping …' : 'Stop every entry'}
          </Button>
        )}
        {open.length === 0 ? (
          <p className="soft">No position is open. Phantoms go on: they are records, not orders.</p>
        ) : (
          <>
            <p className="soft">
              {formatCount(open.length, 'position')} open. Their stops and targets stay in force unless you close them.
            </p>
            <ul className="kill__list">
              {open.map((position) => (
                <li key={position.id} className="row">
                  <span className="grow">
                    <SideSymbol symbol={position.symbol} side={position.terms.side} />
                  </span>
                  <ResultR value={position.unrealisedR} />
                </li>
              ))}
            </ul>
          </>
        )}
        <div className="kill__buttons">
          {isEngaged && (
            <Button
              disabled={sending !== null}
              onClick={() => void send('releasing', { engaged: false, closePositions: false })}
            >
              {sending === 'releasing' ? 'Releasing …' : 'Release the switch'}
            </Button>
          )}
          <span className="grow" />
          {open.length > 0 && (
            <Button
              look="danger"
              disabled={sending !== null || !isEngaged}
              onClick={() => void send('closing', { engaged: true, closePositions: true })}
            >
              {sending === 'closing' ? 'Closing …' : `Close ${formatCount(open.length, 'position')} at the market`}
            </Button>
          )}
          <Button look="primary" data-autofocus onClick={onClose}>
            {open.length > 0 ? 'Keep them open' : 'Done'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
