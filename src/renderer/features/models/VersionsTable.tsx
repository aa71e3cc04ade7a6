/** Every version with what became of it and why; one can be put beside the champion, or made champion. */
import { Download } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { ModelOverview, ModelVersionView } from '#contract/areas/models.ts';
import type { ModelId } from '#core/domain/model.ts';
import { useDesk } from '../../lib/desk-context.tsx';
import { formatDateTime, formatNumber, formatR } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { VERSION_STATE_WORDS } from '../../lib/words.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { WordBadge } from '../../ui/controls.tsx';
import { FEWEST_ROWS } from './figure-rows.ts';
import { useModelsStore } from './models-context.tsx';

export interface VersionsTableProps {
  readonly overview: ModelOverview;
  readonly shownId: ModelId;
}

export function VersionsTable({ overview, shownId }: VersionsTableProps) {
  return (
    <table className="versions" tabIndex={-1}>
      <caption className="visually-hidden">Versions, newest first</caption>
      <thead>
        <tr>
          <th scope="col" {...defines('version')}>
            Version
          </th>
          <th scope="col" {...defines('versionState')}>
            State
          </th>
          <th scope="col" className="versions__until" {...defines('trainedUntil')}>
            Trained until
          </th>
          <th scope="col" className="versions__right" {...defines('effectiveExamples')}>
            Examples
          </th>
          <th scope="col" className="versions__right" {...defines('logLoss')}>
            Log loss
          </th>
          <th scope="col" className="versions__right" {...defines('modelNetR')}>
            Net R
          </th>
          <th scope="col" {...defines('versionReason')}>
            Why
          </th>
          <td />
        </tr>
      </thead>
      <tbody>
        {overview.versions.map((version) => (
          <VersionRow
            key={version.id}
            version={version}
            champion={overview.champion}
            isShown={version.id === shownId}
          />
        ))}
      </tbody>
    </table>
  );
}

interface VersionRowProps {
  readonly version: ModelVersionView;
  readonly champion: ModelVersionView | null;
  readonly isShown: boolean;
}

function VersionRow({ version, champion, isShown }: VersionRowProps) {
  const store = useModelsStore();
  const isCompared = useStore(store, (state) => state.comparedId === version.id) && !isShown;
  const figures = version.figures !== null && version.figures.rows >= FEWEST_ROWS ? version.figures : null;
  return (
    <tr className={isShown ? 'versions__shown' : isCompared ? 'versions__compared' : ''}>
      <th scope="row">
        {isShown ? (
          <span className="number" {...tip('Its figures are on show above.')}>
            v{version.version}
          </span>
        ) : (
          <Button
            size="small"
            look="ghost"
            aria-pressed={isCompared}
            onClick={() => store.compare(version.id)}
            {...tip('Puts its figures beside the version on show.')}
          >
            v{version.version} {isCompared ? 'compared' : 'compare'}
          </Button>
        )}
      </th>
      <td>
        <WordBadge word={VERSION_STATE_WORDS[version.state]} />
      </td>
      <td className="number versions__until">{formatDateTime(version.trainedUntil)}</td>
      <td className="number versions__right">
        {formatNumber(version.examples)}
        <span className="soft"> ({formatNumber(version.effectiveExamples)})</span>
      </td>
      <td className="number versions__right">
        {figures === null ? <TooFew /> : formatNumber(figures.logLoss.value, 4)}
      </td>
      <td className="number versions__right">{figures === null ? <TooFew /> : formatR(figures.netRPerTrade.value)}</td>
      <td className="versions__why">{version.reason}</td>
      <td className="versions__act">
        <Activation version={version} champion={champion} />
        {version.available && <ExportVersion version={version} />}
      </td>
    </tr>
  );
}

function TooFew() {
  return <span className="faint">too few</span>;
}

function ExportVersion({ version }: { readonly version: ModelVersionView }) {
  const store = useModelsStore();
  const desk = useDesk();
  const isCarrying = useStore(store, (state) => state.transfer !== null);
  const isConnected = useStore(desk.link, (state) => state.now.state === 'connected');
  return (
    <IconButton
      size="small"
      className="versions__export"
      label={`Export v${version.version}`}
      tip="Saves this version as one file, to import it elsewhere. It holds no account data."
      icon={<Download size={13} />}
      disabled={isCarrying || !isConnected}
      onClick={() => void store.exportVersion(version)}
    />
  );
}

function Activation({
  version,
  champion,
}: {
  readonly version: ModelVersionView;
  readonly champion: ModelVersionView | null;
}) {
  const store = useModelsStore();
  const desk = useDesk();
  const isConfirming = useStore(store, (state) => state.confirmingId === version.id);
  const isSending = useStore(store, (state) => state.sending.has(version.id));
  const isConnected = useStore(desk.link, (state) => state.now.state === 'connected');
  const ask = useRef<HTMLSpanElement>(null);
  const confirm = useRef<HTMLSpanElement>(null);
  const wasConfirming = useRef(false);
  // The question takes the focus, and gives it back when it is taken back.
  useEffect(() => {
    if (isConfirming) confirm.current?.querySelector('button')?.focus();
    else if (wasConfirming.current) ask.current?.querySelector('button')?.focus();
    wasConfirming.current = isConfirming;
  }, [isConfirming]);
  if (version.id === champion?.id) return null;
  if (!version.available) {
    return (
      <span className="faint" {...tip('Only the newest versions keep their artefact.')}>
        not kept
      </span>
    );
  }
  const name = champion !== null && version.version < champion.version ? 'Roll back' : 'Activate';
  if (!isConfirming) {
    return (
      <span ref={ask}>
        <Button
          size="small"
          disabled={isSending || !isConnected}
          aria-label={`${name} to v${version.version}`}
          onClick={() => store.askToActivate(version.id)}
        >
          {isSending ? 'Activating …' : name}
        </Button>
      </span>
    );
  }
  return (
    <span ref={confirm} className="versions__confirm">
      {version.state === 'rejected' && <span className="versions__doubt">It did not prove itself.</span>}
      <Button
        size="small"
        look={version.state === 'rejected' ? 'danger' : 'primary'}
        onClick={(event) => {
          // The button goes away: the keys stay with the table.
          event.currentTarget.closest('table')?.focus();
          void store.activate(version.id);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          store.askToActivate(null);
        }}
      >
        v{version.version} decides from now on
      </Button>
      <Button size="small" look="ghost" onClick={() => store.askToActivate(null)}>
        Keep {champion === null ? 'the heuristic' : `v${champion.version}`}
      </Button>
    </span>
  );
}
