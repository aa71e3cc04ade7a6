/** Always in view at the top: connection, simulated or not, exchange clock and demo speed, stage, paper account. */
import { CircleHelp, Info, Moon, OctagonX, Pause, Play, Search, Settings as SettingsIcon, Sun } from 'lucide-react';
import type { SessionStatus } from '#contract/areas/session.ts';
import { isMacPlatform, shortcutKeys } from '../../lib/actions/action.ts';
import { useAction } from '../../lib/actions/actions-context.tsx';
import { useDesk, useExchangeNow, useStream, useStreamed } from '../../lib/desk-context.tsx';
import { formatClock, formatDate, formatMoney, formatPercent } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { useIsLight } from '../../lib/use-theme.ts';
import { CONNECTION_WORDS, STAGE_WORDS } from '../../lib/words.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Dot, Segmented, SimulatedBadge, WordBadge } from '../../ui/controls.tsx';
import './status.css';

export function StatusBar() {
  const { session } = useDesk();
  const { data, phase } = useStream(session);
  return (
    <header className="status-bar">
      <div className="status-bar__brand">
        <BrandMark />
        <span className="status-bar__name">Shadowdesk</span>
      </div>
      {data === null ? (
        <span className="soft">Connecting …</span>
      ) : (
        <>
          <ConnectionStatus status={data} isStale={phase === 'stale'} />
          <ClockAndSpeed status={data} />
          <span className="grow" />
          <div className="status-bar__figure" {...tip(STAGE_WORDS[data.stage].meaning, 'Stage')}>
            <span className="caption status-bar__stage">Stage</span>
            <WordBadge word={STAGE_WORDS[data.stage]} />
          </div>
          <Account status={data} />
          <RiskState />
        </>
      )}
      <WindowButtons />
    </header>
  );
}

function BrandMark() {
  return (
    <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M10 5v22M22 3v20" stroke="var(--text-faint)" strokeWidth="2" strokeLinecap="round" />
      <rect x="6" y="10" width="8" height="11" rx="2" fill="var(--text-faint)" />
      <rect x="18" y="7" width="8" height="11" rx="2" fill="var(--accent)" />
      <path d="M4 29.5h24" stroke="var(--accent)" strokeWidth="2" strokeLinecap="round" strokeDasharray="3 3.4" />
    </svg>
  );
}

function ConnectionStatus({ status, isStale }: { readonly status: SessionStatus; readonly isStale: boolean }) {
  const { connection } = status;
  const word = CONNECTION_WORDS[connection.state];
  const transport = connection.live === 'polling' ? ' · polling' : '';
  const meaning = [connection.message || word.meaning, connection.remedy].filter((text) => text !== '').join(' ');
  return (
    <div className="status-bar__connection" aria-live="polite">
      <Dot tone={isStale ? 'warning' : word.tone} />
      <span {...tip(meaning, connection.exchangeName)} className="row">
        <span className="strong">{isStale ? 'Last known' : word.label}</span>
        <span className="soft">
          {connection.exchangeName}
          {transport}
        </span>
      </span>
      {connection.simulated && <SimulatedBadge />}
    </div>
  );
}

const SPEEDS = ['0', '1', '10', '60', '100'] as const;
type SpeedChoice = (typeof SPEEDS)[number];

function ClockAndSpeed({ status }: { readonly status: SessionStatus }) {
  const now = useExchangeNow(200);
  return (
    <div className="status-bar__clock">
      <span {...defines('clock')} className="row">
        <span className="number strong">{now === null ? '–' : formatClock(now)}</span>
        <span className="caption number status-bar__date">{now === null ? '' : `${formatDate(now)} UTC`}</span>
      </span>
      {status.connection.exchange === 'demo' && <DemoSpeed />}
    </div>
  );
}

function DemoSpeed() {
  const desk = useDesk();
  const status = useStreamed(desk.demo, (data) => data);
  if (status === null) return null;
  const chosen = SPEEDS.find((speed) => Number(speed) === (status.paused ? 0 : status.speed)) ?? null;

  function choose(speed: SpeedChoice): void {
    desk.client.call('demo.control', { speed: Number(speed) }).catch(() => {
      desk.notices.show('danger', 'The demo market did not answer.', 'Try again.');
    });
  }

  return (
    <div className="row">
      <Segmented
        small
        label="Demo market speed"
        value={chosen}
        onChoose={choose}
        choices={SPEEDS.map((speed) => ({
          value: speed,
          label:
            speed === '0' ? (
              chosen === '0' ? (
                <Pause size={11} fill="currentColor" />
              ) : (
                <Pause size={11} />
              )
            ) : (
              `×${speed}`
            ),
          hint: speed === '0' ? 'Pause the demo market' : speed === '1' ? 'Real time' : `${speed} times real time`,
        }))}
      />
      {status.paused && (
        <span className="status-bar__note">
          <Play size={10} aria-hidden="true" /> Paused
        </span>
      )}
      {status.slowedForTicket && !status.paused && (
        <span
          className="status-bar__note"
          {...tip('The demo market slows down by itself while a ticket waits, so that you can decide.')}
        >
          ×5 for ticket
        </span>
      )}
    </div>
  );
}

function Account({ status }: { readonly status: SessionStatus }) {
  const { account } = status;
  const change = account.startingEquity > 0 ? (account.equity / account.startingEquity - 1) * 100 : null;
  const direction = change === null || Math.abs(change) < 0.005 ? 'faint' : change > 0 ? 'up' : 'down';
  return (
    <div className="status-bar__figure" {...defines('equity')}>
      <span className="badge badge--accent status-bar__paper">PAPER</span>
      <span className="number strong">{formatMoney(account.equity, account.currency)}</span>
      <span className={`number status-bar__change ${direction}`}>{formatPercent(change)}</span>
    </div>
  );
}

/** Always in view: whether entries are stopped and by what, and the switch that stops them. */
function RiskState() {
  const { view, risk } = useDesk();
  const report = useStreamed(risk, (status) => status.report);
  const kill = useAction('trading.kill-switch');
  const tripped = report?.breakers.find((breaker) => breaker.tripped !== null) ?? null;
  const isEngaged = report?.killSwitch.engaged === true;
  return (
    <div className="status-bar__figure" aria-live="polite">
      {tripped !== null && (
        <button
          type="button"
          className="badge badge--danger"
          onClick={() => view.showPanel('trading')}
          {...tip(`${tripped.tripped?.why ?? ''} ${tripped.resetsBy}`, 'A breaker has tripped: no entry passes')}
        >
          BREAKER
        </button>
      )}
      {kill !== null && (
        <button
          type="button"
          className={isEngaged ? 'kill-button kill-button--engaged' : 'kill-button'}
          aria-label={isEngaged ? 'Kill switch, engaged' : 'Kill switch'}
          onClick={kill.perform}
          {...tip(
            isEngaged
              ? 'Engaged. Opens the choice to release it, or to close what is open.'
              : 'Stops every entry at once (Shift K). Closing open positions is asked separately.',
            'Kill switch',
          )}
        >
          <OctagonX size={13} aria-hidden="true" />
          {isEngaged ? 'STOPPED' : 'Kill'}
          {!isEngaged && <span className="kill-button__more">switch</span>}
        </button>
      )}
    </div>
  );
}

function WindowButtons() {
  const theme = useAction('window.theme');
  const settings = useAction('window.settings');
  const help = useAction('window.help');
  const palette = useAction('window.palette');
  const about = useAction('window.about');
  const isLight = useIsLight();
  return (
    <nav className="status-bar__buttons" aria-label="Window">
      {palette !== null && (
        <IconButton
          label={palette.label}
          tip={`${palette.label} (${shortcutKeys(palette.shortcut ?? '', isMacPlatform()).join(' ')})`}
          icon={<Search size={15} />}
          onClick={palette.perform}
        />
      )}
      {theme !== null && (
        <IconButton
          label={theme.label}
          icon={isLight ? <Moon size={15} /> : <Sun size={15} />}
          onClick={theme.perform}
        />
      )}
      {help !== null && (
        <IconButton
          label={help.label}
          tip="Shortcuts and glossary (?)"
          icon={<CircleHelp size={15} />}
          onClick={help.perform}
        />
      )}
      {about !== null && <IconButton label={about.label} icon={<Info size={15} />} onClick={about.perform} />}
      {settings !== null && (
        <IconButton
          label={settings.label}
          tip="Settings (Ctrl ,)"
          icon={<SettingsIcon size={15} />}
          onClick={settings.perform}
        />
      )}
    </nav>
  );
}
