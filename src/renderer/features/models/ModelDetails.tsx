/** One model: its state in words, its jobs, the version on show with its figures, and all versions. */
import { Download, Play } from 'lucide-react';
import { useRef } from 'react';
import { useStore } from 'zustand';
import type { JobView, ModelOverview, ModelVersionView } from '#contract/areas/models.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { useDesk, useExchangeNow } from '../../lib/desk-context.tsx';
import { formatDateTime, formatDuration, formatNumber, formatShare } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { JOB_WORDS, MODEL_STATE_WORDS, VERSION_STATE_WORDS } from '../../lib/words.ts';
import { Button } from '../../ui/Button.tsx';
import { Badge, Bar, SimulatedBadge, WordBadge } from '../../ui/controls.tsx';
import { Fact } from '../../ui/Fact.tsx';
import { AccuracyTable } from './AccuracyTable.tsx';
import { ACCURACY_ROWS } from './accuracy-rows.ts';
import { DriftSection } from './DriftSection.tsx';
import { EnhancedSection } from './EnhancedSection.tsx';
import { expiryOf } from './expiry.ts';
import { FiguresTable } from './FiguresTable.tsx';
import { forecastRows, forecastVerdict } from './forecast-rows.ts';
import { Importance } from './Importance.tsx';
import { ImportVersion } from './ImportVersion.tsx';
import { Lately } from './Lately.tsx';
import { LearningBar } from './LearningBar.tsx';
import { ModelSection } from './ModelSection.tsx';
import { useModelsStore } from './models-context.tsx';
import { versionOnShow } from './models-store.ts';
import { ReliabilityCurve } from './ReliabilityCurve.tsx';
import { JUMPS, type Jump, SectionJumps } from './SectionJumps.tsx';
import { ShadowSection } from './ShadowSection.tsx';
import { VariantsSection } from './VariantsSection.tsx';
import { VersionsTable } from './VersionsTable.tsx';
import { WeeklyChart } from './WeeklyChart.tsx';

export interface ModelDetailsProps {
  readonly overview: ModelOverview;
  /** Of this model, newest first. */
  readonly jobs: readonly JobView[];
}

export function ModelDetails({ overview, jobs }: ModelDetailsProps) {
  const store = useModelsStore();
  const comparedId = useStore(store, (state) => state.comparedId);
  const page = useRef<HTMLElement>(null);
  const shown = versionOnShow(overview);
  const hasRecord = overview.champion !== null || overview.accuracy.length + overview.forecasts.length > 0;
  const isThere: Partial<Record<Jump, boolean>> = { Record: hasRecord, 'Own models': overview.variants.length > 0 };
  const compared =
    comparedId === shown?.id ? null : (overview.versions.find((version) => version.id === comparedId) ?? null);
  return (
    <article className="model" aria-label={overview.title} ref={page}>
      <ModelHead overview={overview} jobs={jobs} />
      {shown !== null && (
        <SectionJumps title={overview.title} page={page} jumps={JUMPS.filter((jump) => isThere[jump] ?? true)} />
      )}
      <RunningJobs jobs={jobs} />
      {shown === null ? (
        <div className="model__none">
          <p className="soft">
            No version yet. Figures, reliability and importance appear with the first one; until then rules score the
            signals, and no figure is made up.
          </p>
          <ImportVersion />
        </div>
      ) : (
        <div className="model__grid">
          {hasRecord && <LiveSections overview={overview} />}
          <ModelSection
            title={`Version ${shown.version}, out of sample`}
            term="outOfSample"
            jump="Out of sample"
            aside={<WordBadge word={VERSION_STATE_WORDS[shown.state]} />}
          >
            {shown.state !== 'champion' && <p className="model__reason">{shown.reason}</p>}
            <FiguresTable shown={shown} compared={compared} />
          </ModelSection>
          {shown.classFigures === null && shown.valueFigures === null && (
            <ModelSection title="Reliability" term="reliability">
              {shown.figures === null ? (
                <p className="model__note">Too few out-of-sample rows for a curve.</p>
              ) : (
                <ReliabilityCurve figures={shown.figures} />
              )}
            </ModelSection>
          )}
          <VariantsSection overview={overview} />
          <ModelSection title="Importance" term="importance" jump="Importance">
            <Importance shown={shown} versions={overview.versions} />
          </ModelSection>
          <ModelSection title="What it is made of">
            <Facts version={shown} overview={overview} />
          </ModelSection>
          <ModelSection
            title="Versions"
            aside={formatNumber(overview.versions.length)}
            className="model__full"
            jump="Versions"
            actions={<ImportVersion />}
          >
            <VersionsTable overview={overview} shownId={shown.id} />
          </ModelSection>
        </div>
      )}
      <Lately model={overview.model} />
      <EndedJobs jobs={jobs} />
    </article>
  );
}

function ModelHead({ overview, jobs }: ModelDetailsProps) {
  const store = useModelsStore();
  const desk = useDesk();
  const isSending = useStore(store, (state) => state.sending.has(overview.model));
  const isConnected = useStore(desk.link, (state) => state.now.state === 'connected');
  const isCarrying = useStore(store, (state) => state.transfer !== null);
  const isTraining = jobs.some(isUnderWay);
  return (
    <header className="model__head">
      <div className="model__title">
        <div className="row">
          <h3 className="model__name">{overview.title}</h3>
          <WordBadge word={MODEL_STATE_WORDS[overview.state]} />
          {overview.champion !== null && (
            <Badge hint="The version that scores signals now.">v{overview.champion.version}</Badge>
          )}
          {overview.simulated && <SimulatedBadge />}
        </div>
        <p className="model__message">
          <span className="model__state">{capital(overview.message)}</span>
          {overview.expiresAt !== null && <Expiry expiresAt={overview.expiresAt} />}
        </p>
        {overview.state === 'learning' && <LearningBar overview={overview} />}
        <p className="caption">
          {overview.purpose} Features: {overview.featureSet} · {formatNumber(overview.trainable)} trainable examples
          {overview.nextFit === '' ? '' : ` · next fit: ${overview.nextFit}`}
        </p>
      </div>
      <div className="model__acts">
        <Button
          icon={<Play size={13} aria-hidden="true" />}
          disabled={isSending || isTraining || !isConnected}
          onClick={() => void store.train(overview.model)}
          {...tip(
            'Trains a challenger now, whatever the counts say. It replaces the champion only if it proves itself.',
          )}
        >
          {isTraining ? 'Training …' : 'Train now'}
        </Button>
        {TRAINING_FORMATS.map(({ format, label }) => (
          <Button
            key={format}
            size="small"
            look="ghost"
            icon={<Download size={12} aria-hidden="true" />}
            disabled={isCarrying || !isConnected || overview.trainable === 0}
            onClick={() => void store.exportTraining(overview.model, format)}
            {...tip('What this model learns from: one row per example, one column per feature, with label and weight.')}
          >
            {label}
          </Button>
        ))}
      </div>
    </header>
  );
}

const TRAINING_FORMATS = [
  { format: 'csv', label: 'Training set (CSV)' },
  { format: 'parquet', label: 'Training set (Parquet)' },
] as const;

/** How it does since it scores: its record, week by week, against the one before, and whether the market has moved on. */
function LiveSections({ overview }: { readonly overview: ModelOverview }) {
  const { accuracy, accuracyByWeek, forecasts, role } = overview;
  const verdict = forecastVerdict(forecasts);
  return (
    <>
      {role === 'recommends' || role === 'forecasts' ? (
        <ModelSection title="Record" term="forecastRecord" jump="Record">
          <AccuracyTable
            windows={forecasts}
            rows={forecastRows(forecasts)}
            known={({ forecasts: made, pending }) => made - pending}
            one="anything"
          />
          {verdict !== null && <p className="model__note">{verdict}</p>}
        </ModelSection>
      ) : (
        <>
          <ModelSection title="Record" term="record" jump="Record">
            <AccuracyTable
              windows={accuracy}
              rows={ACCURACY_ROWS}
              known={({ predictions, pending }) => predictions - pending}
              one="a signal"
            />
          </ModelSection>
          <ModelSection title="Record by week" term="recordByWeek">
            <WeeklyChart weeks={accuracyByWeek} />
          </ModelSection>
          <EnhancedSection record={overview.enhanced} />
        </>
      )}
      <ShadowSection shadow={overview.shadow} />
      <DriftSection drift={overview.drift} missing={overview.missing} />
    </>
  );
}

const EXPIRY_REFRESH_MS = 30_000;

function Expiry({ expiresAt }: { readonly expiresAt: UnixMs }) {
  const now = useExchangeNow(EXPIRY_REFRESH_MS);
  const { text, isNear } = expiryOf(expiresAt, now);
  return (
    <span className={isNear ? 'model__expiry model__expiry--near' : 'model__expiry'} {...defines('expiry')}>
      {text}
    </span>
  );
}

const isUnderWay = ({ state }: JobView) => state === 'running' || state === 'queued';

function RunningJobs({ jobs }: { readonly jobs: readonly JobView[] }) {
  const underWay = jobs.filter(isUnderWay);
  if (underWay.length === 0) return null;
  return (
    <ul className="jobs" aria-label="Trainings under way">
      {underWay.map((job) => (
        <RunningJob key={job.id} job={job} />
      ))}
    </ul>
  );
}

const ENDED_SHOWN = 5;

function EndedJobs({ jobs }: { readonly jobs: readonly JobView[] }) {
  const ended = jobs.filter((job) => !isUnderWay(job)).slice(0, ENDED_SHOWN);
  if (ended.length === 0) return null;
  return (
    <section className="model__section">
      <h4>Latest trainings</h4>
      <ul className="jobs jobs--ended">
        {ended.map((job) => (
          <li key={job.id} className="job">
            <WordBadge word={JOB_WORDS[job.state]} />
            <span className="soft">
              {capital(job.trigger)}, {formatNumber(job.examples)} examples
            </span>
            {job.error !== null && <span className="job__error">{job.error}</span>}
            <span className="grow" />
            <span className="caption number">
              {formatDateTime(job.completedAt)}
              {job.startedAt !== null && job.completedAt !== null
                ? `, took ${formatDuration(job.completedAt - job.startedAt)}`
                : ''}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function RunningJob({ job }: { readonly job: JobView }) {
  const store = useModelsStore();
  const isSending = useStore(store, (state) => state.sending.has(job.id));
  return (
    <li className="job job--running">
      <WordBadge word={JOB_WORDS[job.state]} />
      <span className="job__progress">
        <span className="row">
          <span className="grow truncate">
            {capital(job.stage === '' ? job.trigger : job.stage)}
            <span className="soft"> · {formatNumber(job.examples)} examples</span>
          </span>
          <span className="caption number">
            {formatShare(job.progress, 0)}
            {job.remainingMs === null ? '' : `, ${formatDuration(job.remainingMs)} left`}
          </span>
        </span>
        <Bar label={`Training, ${job.stage}`} fraction={job.state === 'queued' ? 0 : job.progress} />
      </span>
      <Button size="small" disabled={isSending} onClick={() => void store.cancel(job.id)}>
        Cancel
      </Button>
    </li>
  );
}

function Facts({ version, overview }: { readonly version: ModelVersionView; readonly overview: ModelOverview }) {
  return (
    <dl className="model__facts">
      <Fact name="Heads" term="heads">
        {version.heads.join(', ')}
      </Fact>
      <Fact name="Calibrator" term="calibrator">
        {version.calibrator}
      </Fact>
      <Fact name="Examples" term="examples">
        {formatNumber(version.examples)}
      </Fact>
      {version.timeouts !== null && (
        <Fact name="Timeouts" term="timeoutLabels">
          {version.timeouts}
          {version.judgedTimeouts !== null && `; its figures count ${formatNumber(version.judgedTimeouts)}`}
        </Fact>
      )}
      <Fact name="Effective examples" term="effectiveExamples">
        {formatNumber(version.effectiveExamples)}
      </Fact>
      <Fact name="Trained until" term="trainedUntil">
        {formatDateTime(version.trainedUntil)}
      </Fact>
      <Fact name="Made">{formatDateTime(version.createdAt)}</Fact>
      <Fact name="Features">
        <span {...tip(`Set ${overview.featureSet}, hash ${version.setHash}`)}>{version.setId}</span>
      </Fact>
      <Fact name="Artefact">
        <span {...tip(version.id, 'SHA-256')}>{version.id.slice(0, 10)} …</span>
      </Fact>
    </dl>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
