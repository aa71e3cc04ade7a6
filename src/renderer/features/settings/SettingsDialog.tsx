/** All settings: searchable, each with default, meaning and reset; changes take effect at once (WS-18). */
import { RotateCcw } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { DEFAULT_SETTINGS, SETTING_MEANINGS } from '#contract/areas/setting-defaults.ts';
import type { Settings, SettingsPatch } from '#contract/areas/settings.ts';
import { useDesk, useStream } from '../../lib/desk-context.tsx';
import { updateSettings } from '../../lib/settings-intent.ts';
import { STAGE_WORDS } from '../../lib/words.ts';
import { IconButton } from '../../ui/Button.tsx';
import { NumberField, SearchField, Segmented, Toggle } from '../../ui/controls.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { Empty, StreamedPanel } from '../../ui/PanelState.tsx';
import { ChosenGates } from './ChosenGates.tsx';
import { DataSection, isDataWanted } from './DataSection.tsx';
import { MarketSettings } from './MarketSettings.tsx';
import { NoticeSettings } from './NoticeSettings.tsx';
import { SettingsFileButtons } from './SettingsFileButtons.tsx';
import { StrategySettings } from './StrategySettings.tsx';
import {
  defaultText,
  fromTyped,
  isDefault,
  isNoticeKey,
  isNumberKey,
  NOTICE_KEYS,
  NUMBER_SPELLINGS,
  type NumberKey,
  SECTIONS,
  type SettingKey,
  searchSettings,
  toTyped,
} from './setting-rows.ts';
import './settings.css';

/** Settings with a form of their own. */
const HAVE_FORMS: readonly SettingKey[] = [
  'exchange',
  'symbols',
  'disabledStrategies',
  'strategyParameters',
  'promotedStrategies',
  ...NOTICE_KEYS,
];

export function SettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const stream = useStream(desk.settings);
  const [search, setSearch] = useState(() => desk.view.getState().settingsSearch);
  const body = useRef<HTMLDivElement>(null);
  const sections = searchSettings(search);
  return (
    <Dialog
      title="Settings"
      tall
      width="54rem"
      onClose={onClose}
      head={<SearchField label="Search settings" value={search} onChange={setSearch} autoFocus width="16rem" />}
    >
      <div className="settings">
        <nav className="settings__nav" aria-label="Sections">
          {SECTIONS.map((section) => (
            <button
              key={section.id}
              type="button"
              disabled={!sections.some((one) => one.id === section.id)}
              onClick={() => body.current?.querySelector(`#settings-${section.id}`)?.scrollIntoView({ block: 'start' })}
            >
              {section.title}
            </button>
          ))}
          <button
            type="button"
            disabled={!isDataWanted(search)}
            onClick={() => body.current?.querySelector('#settings-data')?.scrollIntoView({ block: 'start' })}
          >
            Data
          </button>
          <SettingsFileButtons />
        </nav>
        <div ref={body} className="settings__body">
          <StreamedPanel stream={stream} what="settings" onRetry={() => desk.settings.open()}>
            {(settings) =>
              sections.length === 0 && !isDataWanted(search) ? (
                <Empty title="No setting matches">Try another word.</Empty>
              ) : (
                sections.map((section) => (
                  <section key={section.id} id={`settings-${section.id}`} className="settings__section">
                    <h3>{section.title}</h3>
                    {section.keys.some((key) => key === 'exchange' || key === 'symbols') && (
                      <MarketSettings settings={settings} />
                    )}
                    {section.keys.some((key) => key === 'disabledStrategies' || key === 'strategyParameters') && (
                      <StrategySettings settings={settings} />
                    )}
                    {section.keys.some(isNoticeKey) && <NoticeSettings settings={settings} />}
                    {section.keys
                      .filter((key) => !HAVE_FORMS.includes(key))
                      .map((key) => (
                        <SettingRow key={key} settingKey={key} settings={settings} />
                      ))}
                  </section>
                ))
              )
            }
          </StreamedPanel>
          {isDataWanted(search) && <DataSection />}
        </div>
      </div>
    </Dialog>
  );
}

export function SettingRow({ settingKey, settings }: { readonly settingKey: SettingKey; readonly settings: Settings }) {
  const desk = useDesk();
  const { label, meaning } = SETTING_MEANINGS[settingKey];
  const change = (patch: SettingsPatch) => void updateSettings(desk, patch);
  const isAtDefault = isDefault(settings, settingKey);
  return (
    <div className="setting">
      <div className="setting__words">
        <p className="setting__label">{label}</p>
        <p className="setting__meaning">
          {meaning} <span className="faint">Default: {defaultText(settingKey)}.</span>
        </p>
      </div>
      <div className="setting__control">
        <Control settingKey={settingKey} settings={settings} change={change} />
        <IconButton
          label={`Reset ${label} to its default`}
          tip={`Back to ${defaultText(settingKey)}`}
          size="small"
          icon={<RotateCcw size={13} />}
          disabled={isAtDefault}
          style={isAtDefault ? { visibility: 'hidden' } : {}}
          onClick={() => change({ [settingKey]: DEFAULT_SETTINGS[settingKey] })}
        />
      </div>
    </div>
  );
}

interface ControlProps {
  readonly settingKey: SettingKey;
  readonly settings: Settings;
  readonly change: (patch: SettingsPatch) => void;
}

function Control({ settingKey, settings, change }: ControlProps): ReactNode {
  const { label } = SETTING_MEANINGS[settingKey];
  if (isNumberKey(settingKey)) return <NumberSetting settingKey={settingKey} settings={settings} change={change} />;
  switch (settingKey) {
    case 'slowForTickets':
    case 'measureChance':
    case 'trackGated':
    case 'learnTimeouts':
    case 'automaticRollback':
    case 'guideSeen':
    case 'webhook':
    case 'learning':
    case 'scoreSignals':
    case 'volatilitySizing':
      return (
        <Toggle
          label={label}
          checked={settings[settingKey]}
          onChange={(checked) => change({ [settingKey]: checked })}
        />
      );
    case 'baseTimeframe':
      return (
        <Segmented
          label={label}
          value={settings.baseTimeframe}
          choices={[
            { value: '1m', label: '1m' },
            { value: '5m', label: '5m' },
          ]}
          onChoose={(baseTimeframe) => change({ baseTimeframe })}
        />
      );
    case 'stage':
      return <StageChoice settings={settings} change={change} />;
    case 'theme':
      return (
        <Segmented
          label={label}
          value={settings.theme}
          choices={[
            { value: 'dark', label: 'Dark' },
            { value: 'light', label: 'Light' },
            { value: 'system', label: 'System' },
          ]}
          onChoose={(theme) => change({ theme })}
        />
      );
    case 'upDownColors':
      return (
        <Segmented
          label={label}
          value={settings.upDownColors}
          choices={[
            { value: 'green-red', label: 'Green and red' },
            { value: 'blue-orange', label: 'Blue and orange' },
          ]}
          onChoose={(upDownColors) => change({ upDownColors })}
        />
      );
    case 'textScale':
      return (
        <Segmented
          label={label}
          value={String(settings.textScale)}
          choices={['0.9', '1', '1.1', '1.25', '1.5'].map((value) => ({
            value,
            label: `${Math.round(Number(value) * 100)} %`,
          }))}
          onChoose={(value) => change({ textScale: Number(value) })}
        />
      );
    case 'scalpGates':
      return <ChosenGates gates={settings.scalpGates} onChange={(scalpGates) => change({ scalpGates })} />;
    case 'exchange':
    case 'symbols':
    case 'disabledStrategies':
    case 'strategyParameters':
    case 'promotedStrategies':
    case 'desktopNotices':
    case 'soundNotices':
    case 'telegramNotices':
      return null;
  }
}

function NumberSetting({ settingKey, settings, change }: ControlProps & { readonly settingKey: NumberKey }) {
  const spelling = NUMBER_SPELLINGS[settingKey];
  const value = settings[settingKey];
  const isNullable = settingKey === 'fixedMinimumScore' || settingKey === 'maximumNotional';
  return (
    <span className="row">
      <NumberField
        label={SETTING_MEANINGS[settingKey].label}
        value={value === null ? null : toTyped(value, spelling)}
        minimum={spelling.minimum}
        maximum={spelling.maximum}
        placeholder={isNullable ? 'none' : ''}
        onCommit={(typed) => change({ [settingKey]: fromTyped(typed, spelling) })}
        {...(isNullable ? { onClear: () => change({ [settingKey]: null }) } : {})}
      />
      <span className="setting__unit">{spelling.unit}</span>
    </span>
  );
}

function StageChoice({ settings, change }: Pick<ControlProps, 'settings' | 'change'>) {
  return (
    <div className="stages" role="radiogroup" aria-label="Stage">
      {(['shadow', 'advisory', 'hybrid', 'auto'] as const).map((stage) => {
        return (
          // biome-ignore lint/a11y/useSemanticElements: a card with two lines of words, chosen like a radio.
          <button
            key={stage}
            type="button"
            role="radio"
            aria-checked={settings.stage === stage}
            className="stage"
            onClick={() => change({ stage })}
          >
            <span className="strong">{STAGE_WORDS[stage].label}</span>
            <span className="stage__meaning">{STAGE_WORDS[stage].meaning}</span>
          </button>
        );
      })}
    </div>
  );
}
