/** Before there is anything to show: opening the profile, and the history run of the first start with its progress (WS-2). */
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { HistoryWay, JobProgress, SessionStatus } from '#contract/areas/session.ts';
import type { IntentAnswer } from '#contract/areas/trading.ts';
import { problemOf } from '../lib/client.ts';
import { useDesk, useStream, useStreamed } from '../lib/desk-context.tsx';
import { formatCompact, formatDuration, formatShare } from '../lib/format.ts';
import { tip } from '../lib/glossary.ts';
import { CONNECTION_WORDS } from '../lib/words.ts';
import { Button } from '../ui/Button.tsx';
import { Bar } from '../ui/controls.tsx';

/** A start that takes longer than this says what to do about it. */
const SLOW_MS = 8_000;

export function StartCurtain({ children }: { readonly children: ReactNode }) {
  const desk = useDesk();
  const { data, phase, problem } = useStream(desk.session);
  const hasRows = useStreamed(desk.watchlist, (rows) => rows.some((row) => row.price !== null)) === true;
  const link = useStore(desk.link, (state) => state.now);
  if (data !== null && data.connection.state !== 'starting' && (data.connection.state !== 'bootstrapping' || hasRows)) {
    return (
      <>
        {data.connection.progress !== null && (
          <ProgressStrip connection={data.connection} progress={data.connection.progress} />
        )}
        {children}
      </>
    );
  }
  if (phase === 'failed' || link.state === 'refused') {
    return (
      <Curtain title={link.state === 'refused' ? link.message : (problem?.message ?? 'Shadowdesk does not answer.')}>
        <p className="soft">{link.state === 'refused' ? link.remedy : problem?.remedy}</p>
        <Button onClick={link.state === 'refused' ? desk.reconnect : () => desk.session.open()}>Try again</Button>
      </Curtain>
    );
  }
  const progress = data?.connection.progress ?? null;
  if (data?.connection.state === 'bootstrapping' && progress !== null) {
    return (
      <Curtain title={data.connection.historyStopped ? 'The history run is stopped' : 'Getting the first picture'}>
        <ProgressDetails progress={progress} isStopped={data.connection.historyStopped} />
        <p className="caption">
          {data.connection.historyStopped
            ? 'What was worked is kept. Strategies need every bar in order, so nothing is decided until the rest is in.'
            : 'History runs through the strategies once. Every signal in it gets its phantom, so that there is something to learn from; nobody is asked about the past.'}
        </p>
        <HistoryButtons isStopped={data.connection.historyStopped} />
      </Curtain>
    );
  }
  const word = data === null ? 'Connecting to Shadowdesk' : CONNECTION_WORDS[data.connection.state].meaning;
  return (
    <Curtain title={word}>
      <div className="curtain__bar">
        <Bar label="Starting" fraction={null} />
      </div>
      {data !== null && data.connection.message !== '' && <p className="soft">{data.connection.message}</p>}
      <SlowNote />
    </Curtain>
  );
}

function Curtain({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className="curtain">
      <div className="curtain__card" aria-live="polite">
        <h1 className="curtain__title">{title}</h1>
        {children}
      </div>
    </main>
  );
}

/** Stopping the history run, and the two ways of going on with it. */
function HistoryButtons({ isStopped }: { readonly isStopped: boolean }) {
  const desk = useDesk();
  async function ask(asking: Promise<IntentAnswer>): Promise<void> {
    try {
      const { done, message } = await asking;
      if (!done) desk.notices.show('info', 'Nothing to do', message);
    } catch (thrown) {
      const problem = problemOf(thrown);
      desk.notices.show('danger', problem.message, problem.remedy);
    }
  }
  if (!isStopped) {
    return (
      <Button
        size="small"
        onClick={() => void ask(desk.client.call('session.cancelHistory', {}))}
        {...tip('What was worked is kept, and it can go on later from there.', 'Stop the history run')}
      >
        Stop
      </Button>
    );
  }
  const resume = (way: HistoryWay) => () => void ask(desk.client.call('session.resumeHistory', { way }));
  return (
    <span className="row history-buttons">
      <Button size="small" look="primary" onClick={resume('whole')}>
        Resume
      </Button>
      <Button
        size="small"
        onClick={resume('shortest')}
        {...tip(
          'At most a week is still downloaded, and no model is trained on the way: they train later, from what was recorded.',
          'The shortest way to live',
        )}
      >
        Go live without the rest
      </Button>
    </span>
  );
}

interface ProgressDetailsProps {
  readonly progress: JobProgress;
  readonly isStopped: boolean;
}

function ProgressDetails({ progress, isStopped }: ProgressDetailsProps) {
  return (
    <div className="curtain__bar">
      <p className="curtain__stage">
        <span className="grow curtain__what">{isStopped ? `stopped while ${progress.stage}` : progress.stage}</span>
        <span className="number strong">{progress.fraction === null ? '' : formatShare(progress.fraction, 0)}</span>
      </p>
      <Bar label={progress.stage} fraction={progress.fraction} />
      <p className="caption number">{amountWords(progress)}</p>
      {progress.note !== '' && <p className="curtain__note number">{progress.note}</p>}
    </div>
  );
}

/** `108,864 of 259,200 bars · 214 k per second · 14 s left`. */
export function amountWords(progress: JobProgress): string {
  const total = progress.total === null ? '' : ` of ${formatCompact(progress.total)}`;
  const parts = [`${formatCompact(progress.done)}${total} ${progress.unit}`];
  if (progress.ratePerSecond !== null) parts.push(`${formatCompact(progress.ratePerSecond)} per second`);
  if (progress.remainingMs !== null) parts.push(`${formatDuration(progress.remainingMs)} left`);
  return parts.join(' · ');
}

interface ProgressStripProps {
  readonly connection: SessionStatus['connection'];
  readonly progress: JobProgress;
}

/** The same progress, small, while there is already something to look at. */
function ProgressStrip({ connection, progress }: ProgressStripProps) {
  const { state, historyStopped } = connection;
  return (
    <div className="progress-strip" aria-live="polite">
      <span className="truncate curtain__what">{historyStopped ? 'History is stopped' : progress.stage}</span>
      {progress.note !== '' && <span className="truncate soft number">{progress.note}</span>}
      <div className="grow">
        <Bar label={progress.stage} fraction={progress.fraction} />
      </div>
      <span className="number faint">{amountWords(progress)}</span>
      {state === 'bootstrapping' && <HistoryButtons isStopped={historyStopped} />}
    </div>
  );
}

function SlowNote() {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setSlow(true), SLOW_MS);
    return () => window.clearTimeout(timer);
  }, []);
  if (!isSlow) return null;
  return <p className="caption">This takes longer than usual. The terminal that started Shadowdesk says more.</p>;
}
