/** The Models panel (WS-14): what is learned, how good it is, what was promoted or rejected and why. */
import { BrainCircuit, CircleCheck, CircleX, X } from 'lucide-react';
import { useStore } from 'zustand';
import type { ModelOverview, ModelsSnapshot } from '#contract/areas/models.ts';
import { useDesk, useStream, useStreamed } from '../../lib/desk-context.tsx';
import { formatShare } from '../../lib/format.ts';
import { MODEL_STATE_WORDS } from '../../lib/words.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Bar, SimulatedBadge, WordBadge } from '../../ui/controls.tsx';
import { Empty, StreamedPanel } from '../../ui/PanelState.tsx';
import { LearningBar } from './LearningBar.tsx';
import { ModelDetails } from './ModelDetails.tsx';
import { useModelsStore } from './models-context.tsx';
import { modelOnShow } from './models-store.ts';
import './models.css';

export function ModelsPanel() {
  const desk = useDesk();
  const stream = useStream(desk.models);
  return (
    <StreamedPanel stream={stream} what="models" onRetry={() => desk.models.open()}>
      {(snapshot) => <Models snapshot={snapshot} />}
    </StreamedPanel>
  );
}

function Models({ snapshot }: { readonly snapshot: ModelsSnapshot }) {
  const store = useModelsStore();
  const chosen = useStore(store, (state) => state.chosenModel);
  const shown = modelOnShow(snapshot, chosen);
  if (shown === null) {
    return (
      <Empty icon={<BrainCircuit size={20} />} title="No model yet">
        Models learn from resolved phantoms. Until one proves itself on later data, rules score the signals.
      </Empty>
    );
  }
  return (
    <div className="models">
      {snapshot.models.length > 1 && (
        <nav className="models__list" aria-label="Models">
          {snapshot.models.map((overview) => (
            <ModelEntry key={overview.model} overview={overview} isShown={overview === shown} />
          ))}
        </nav>
      )}
      <div className="models__details">
        <TransferStrip />
        <AnswerStrip />
        <ModelDetails
          key={shown.model}
          overview={shown}
          jobs={snapshot.jobs.filter(({ model }) => model === shown.model)}
        />
      </div>
    </div>
  );
}

function ModelEntry({ overview, isShown }: { readonly overview: ModelOverview; readonly isShown: boolean }) {
  const store = useModelsStore();
  return (
    <button type="button" className="model-entry" aria-current={isShown} onClick={() => store.choose(overview.model)}>
      <span className="row">
        <span className="strong truncate grow">{overview.title}</span>
        {overview.simulated && <SimulatedBadge />}
      </span>
      <span className="row">
        <WordBadge word={MODEL_STATE_WORDS[overview.state]} />
        {overview.champion !== null && <span className="caption number">v{overview.champion.version}</span>}
        {overview.state === 'learning' && (
          <span className="caption number">
            {overview.trainable} of {overview.firstFit}
          </span>
        )}
      </span>
      {overview.state === 'learning' && <LearningBar overview={overview} />}
    </button>
  );
}

/** A file that is on its way, with its end in sight and a way to stop it. */
function TransferStrip() {
  const store = useModelsStore();
  const transfer = useStore(store, (state) => state.transfer);
  if (transfer === null) return null;
  return (
    <div className="models__transfer">
      <span className="truncate">{transfer.label}</span>
      <Bar label={transfer.label} fraction={transfer.fraction} />
      <Button size="small" onClick={store.cancelTransfer}>
        Cancel
      </Button>
    </div>
  );
}

function AnswerStrip() {
  const store = useModelsStore();
  const answer = useStore(store, (state) => state.answer);
  return (
    <div aria-live="polite">
      {answer !== null && (
        <div className={answer.done ? 'models__answer' : 'models__answer models__answer--refused'}>
          {answer.done ? <CircleCheck size={14} aria-hidden="true" /> : <CircleX size={14} aria-hidden="true" />}
          <span className="grow">{answer.message}</span>
          <IconButton label="Dismiss" size="small" icon={<X size={13} />} onClick={store.dismissAnswer} />
        </div>
      )}
    </div>
  );
}

/** The tab says how far a training is. */
export function TrainingMark() {
  const progress = useStreamed(
    useDesk().models,
    (snapshot) => snapshot.jobs.find(({ state }) => state === 'running')?.progress ?? null,
  );
  return progress === null ? null : <span className="tab__count number">{formatShare(progress, 0)}</span>;
}
