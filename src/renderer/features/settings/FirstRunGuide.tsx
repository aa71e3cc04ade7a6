/** The first-run guide (WS-5): a few choices with defaults that work, beside the history run and over nothing that waits. */
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Settings } from '#contract/areas/settings.ts';
import { useDesk, useStream, useStreamed } from '../../lib/desk-context.tsx';
import { formatCount, formatNumber } from '../../lib/format.ts';
import { updateSettings } from '../../lib/settings-intent.ts';
import { STAGE_WORDS } from '../../lib/words.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { MarketSettings } from './MarketSettings.tsx';
import { SettingRow } from './SettingsDialog.tsx';
import type { SettingKey } from './setting-rows.ts';
import './guide.css';

const PAGES = [
  {
    title: 'Which market',
    lead: 'The simulated market needs no account and works at once. You can change this later.',
  },
  { title: 'How much history, how much risk', lead: 'Everything here works as it stands, on a paper account.' },
  { title: 'The next minute', lead: 'What is going to happen, and where to look.' },
] as const;

const CHOICES: readonly SettingKey[] = ['historyDays', 'riskPerTrade', 'stage'];

/** Opens by itself while the history of a first start runs, once per profile; later only when it is asked for. */
export function FirstRunGuide() {
  const desk = useDesk();
  const { data: settings } = useStream(desk.settings);
  const isFirstRun = useStreamed(desk.session, (status) => status.connection.state === 'bootstrapping') === true;
  const isOpen = useStore(desk.view, (state) => state.isGuideOpen);
  const isWanted = isFirstRun && settings?.guideSeen === false;
  useEffect(() => {
    if (isWanted) desk.view.setGuide(true);
  }, [isWanted, desk]);
  if (!isOpen || settings === null) return null;
  return <Guide settings={settings} />;
}

function Guide({ settings }: { readonly settings: Settings }) {
  const desk = useDesk();
  const [at, setAt] = useState(0);
  const [isPending, setPending] = useState(false);
  const box = useRef<HTMLElement>(null);
  const page = PAGES[at] ?? PAGES[0];
  const isLast = at === PAGES.length - 1;

  const { guideSeen } = settings;
  const close = useRef(() => {});
  close.current = () => {
    desk.view.setGuide(false);
    if (!guideSeen) void updateSettings(desk, { guideSeen: true });
  };
  useEffect(() => {
    box.current?.focus();
    const onKey = (event: KeyboardEvent) => {
      const { dialog, detailId } = desk.view.getState();
      // What lies above the guide closes first.
      if (event.key === 'Escape' && !event.defaultPrevented && dialog === null && detailId === null) close.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [desk]);

  return (
    <aside ref={box} className="guide" role="dialog" aria-label="First-run guide" tabIndex={-1}>
      <header className="guide__head">
        <span className="caption number">
          {at + 1} of {PAGES.length}
        </span>
        <h2 className="guide__title">{page.title}</h2>
        <IconButton
          label="Close the guide"
          tip="Esc. Everything keeps its default."
          size="small"
          icon={<X size={14} />}
          onClick={() => close.current()}
        />
        <p className="guide__lead">{page.lead}</p>
      </header>
      <div className="guide__body">
        {/* Kept while other pages are shown: a choice that is not applied yet is not lost. */}
        <div hidden={at !== 0}>
          <MarketSettings settings={settings} onPending={setPending} />
        </div>
        {at === 1 && CHOICES.map((key) => <SettingRow key={key} settingKey={key} settings={settings} />)}
        {isLast && <NextMinute settings={settings} />}
      </div>
      <footer className="guide__foot">
        {at > 0 && <Button onClick={() => setAt(at - 1)}>Back</Button>}
        <span className="grow caption">{at === 0 && isPending ? 'Not applied yet.' : ''}</span>
        {!isLast && (
          <Button look="ghost" onClick={() => close.current()}>
            Skip
          </Button>
        )}
        <Button look="primary" onClick={() => (isLast ? close.current() : setAt(at + 1))}>
          {isLast ? 'Start' : at === 0 && isPending ? 'Next without applying' : 'Next'}
        </Button>
      </footer>
    </aside>
  );
}

function NextMinute({ settings }: { readonly settings: Settings }) {
  const desk = useDesk();
  const isDemo = settings.exchange === 'demo';
  return (
    <ol className="guide__steps">
      <Step title={`${settings.historyDays} days of history run through the strategies`}>
        {formatCount(settings.symbols.length, 'instrument')} on {isDemo ? 'the demo exchange' : settings.exchange}. Each
        signal in it becomes a phantom: a trade that is followed to its end, taken or not. Models learn from them on the
        way.
      </Step>
      {settings.stage === 'shadow' ? (
        <Step title="Then signals are followed in silence">
          In the shadow stage nobody is asked. Choose advisory to get tickets.
        </Step>
      ) : settings.stage === 'auto' ? (
        <Step title="Then paper positions open by themselves">{STAGE_WORDS.auto.meaning}</Step>
      ) : (
        <Step title="Then the first ticket asks you">
          {isDemo
            ? `The demo market runs at ×${formatNumber(settings.demoSpeed)}; the first ticket usually comes 5 to 15 market minutes after the start. `
            : 'A real market gives a few signals a day. '}
          <Key>A</Key> approves on paper, <Key>S</Key> skips, <Key>Shift</Key> <Key>S</Key> skips with a reason,{' '}
          <Key>J</Key> <Key>K</Key> go through several. What you leave alone expires.
        </Step>
      )}
      <Step
        title="“Was my skip right?”"
        action={
          <Button size="small" onClick={() => desk.view.showPanel('analysis')}>
            Show Analysis
          </Button>
        }
      >
        Analysis compares what you took, skipped and let expire, after costs. It says “too few” until there is enough to
        say more.
      </Step>
      <Step
        title="The record as a file"
        action={
          <Button size="small" onClick={() => desk.view.showPanel('history')}>
            Show History
          </Button>
        }
      >
        History filters every phantom; Export CSV saves exactly the rows that are filtered.
      </Step>
      <Step title="When in doubt">
        <Key>?</Key> lists shortcuts and every term, <Key>Ctrl</Key> <Key>K</Key> finds any command, <Key>Shift</Key>{' '}
        <Key>K</Key> stops all new entries.
      </Step>
    </ol>
  );
}

interface StepProps {
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

function Step({ title, action, children }: StepProps) {
  return (
    <li className="guide__step">
      <div className="grow">
        <p className="strong">{title}</p>
        <p className="soft">{children}</p>
      </div>
      {action}
    </li>
  );
}

function Key({ children }: { readonly children: string }) {
  return <kbd className="keycap">{children}</kbd>;
}
