/** One phantom whole: its life as a chart, what was decided by whom and why, its result, its features. */
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { PhantomDetail } from '#contract/areas/phantoms.ts';
import type { RemoteError } from '#contract/errors.ts';
import { problemOf } from '../../lib/client.ts';
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';
import { OUTCOME_WORDS, strategyTitle } from '../../lib/words.ts';
import { IconButton } from '../../ui/Button.tsx';
import { SideBadge, SimulatedBadge, WordBadge } from '../../ui/controls.tsx';
import { Drawer } from '../../ui/overlays.tsx';
import { Empty, Failed, Skeleton } from '../../ui/PanelState.tsx';
import { ResultR } from '../../ui/ResultR.tsx';
import { DetailFacts } from './DetailFacts.tsx';
import { LifeChart } from './LifeChart.tsx';
import './drawer.css';

export function PhantomDrawer() {
  const { view } = useDesk();
  const id = useStore(view, (state) => state.detailId);
  return id === null ? null : <OpenDrawer key={id} id={id} />;
}

type Loaded =
  | { readonly phase: 'loading' }
  | { readonly phase: 'ready'; readonly detail: PhantomDetail | null }
  | { readonly phase: 'failed'; readonly problem: RemoteError };

function OpenDrawer({ id }: { readonly id: string }) {
  const { client, view, livePhantoms } = useDesk();
  const [loaded, setLoaded] = useState<Loaded>({ phase: 'loading' });
  const [attempt, setAttempt] = useState(0);
  // A phantom that leaves the open ones has a result now: read it again.
  const isOpen = useStreamed(livePhantoms, (rows) => rows.some((row) => row.id === id));
  const disposition = useStreamed(livePhantoms, (rows) => rows.find((row) => row.id === id)?.disposition ?? null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` and the state of the phantom ask for a fresh answer.
  useEffect(() => {
    let isGone = false;
    client.call('phantoms.detail', { id }).then(
      (detail) => {
        if (!isGone) setLoaded({ phase: 'ready', detail });
      },
      (thrown) => {
        if (!isGone) setLoaded({ phase: 'failed', problem: problemOf(thrown) });
      },
    );
    return () => {
      isGone = true;
    };
  }, [client, id, attempt, isOpen, disposition]);

  return (
    <Drawer label="Phantom" onClose={view.closeDetail}>
      {loaded.phase === 'ready' && loaded.detail !== null ? (
        <Detail detail={loaded.detail} onClose={view.closeDetail} />
      ) : (
        <>
          <div className="drawer__head">
            <h2 className="dialog__title grow">Phantom</h2>
            <IconButton label="Close" tip="Close (Esc)" icon={<X size={16} />} onClick={view.closeDetail} />
          </div>
          {loaded.phase === 'loading' && <Skeleton label="Loading the phantom" />}
          {loaded.phase === 'failed' && (
            <Failed problem={loaded.problem} onRetry={() => setAttempt((count) => count + 1)} />
          )}
          {loaded.phase === 'ready' && (
            <Empty title="This phantom is not in the record">It may belong to another profile.</Empty>
          )}
        </>
      )}
    </Drawer>
  );
}

function Detail({ detail, onClose }: { readonly detail: PhantomDetail; readonly onClose: () => void }) {
  const { row } = detail;
  const { livePhantoms } = useDesk();
  const live = useStreamed(livePhantoms, (rows) => rows.find((one) => one.id === row.id)?.unrealisedR ?? null);
  return (
    <>
      <header className="drawer__head">
        <div className="grow">
          <div className="row">
            <h2 className="dialog__title">{row.symbol}</h2>
            <SideBadge side={row.side} />
            <WordBadge word={OUTCOME_WORDS[row.outcome]} />
            {row.simulated && <SimulatedBadge />}
          </div>
          <p className="caption">
            {strategyTitle(row.strategyId)} v{detail.phantom.signal.strategyVersion} · {detail.phantom.signal.timeframe}
          </p>
        </div>
        <div className="drawer__result">
          <ResultR value={row.netR ?? live} strong />
          <span className="caption">{row.netR === null ? 'net, if closed now' : 'net of costs'}</span>
        </div>
        <IconButton label="Close" tip="Close (Esc)" icon={<X size={16} />} onClick={onClose} />
      </header>
      <div className="drawer__body">
        <LifeChart detail={detail} />
        <DetailFacts detail={detail} />
      </div>
    </>
  );
}
