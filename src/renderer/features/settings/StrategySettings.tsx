/** Each strategy with its switch, its idea and its parameters as a form made from its schema (ST-1, WS-18). */
import { ChevronRight, Minus, Plus, RotateCcw } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Settings } from '#contract/areas/settings.ts';
import type { StrategyDescription } from '#contract/contract.ts';
import { useDesk } from '../../lib/desk-context.tsx';
import { formatCount } from '../../lib/format.ts';
import { tip } from '../../lib/glossary.ts';
import { updateSettings } from '../../lib/settings-intent.ts';
import { compareStrategies } from '../../lib/strategy-look.ts';
import { parameterTitle, strategyTitle } from '../../lib/words.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { NumberField, Toggle } from '../../ui/controls.tsx';
import { Skeleton } from '../../ui/PanelState.tsx';
import { StrategyGlyph } from '../../ui/StrategyGlyph.tsx';
import { Phase0 } from './Phase0.tsx';
import {
  applied,
  drafted,
  isSwitch,
  type ParameterDescription,
  type ParameterDraft,
  rangeText,
  stepped,
  valueInForce,
} from './parameter-draft.ts';

export function StrategySettings({ settings }: { readonly settings: Settings }) {
  const { client } = useDesk();
  const [strategies, setStrategies] = useState<readonly StrategyDescription[] | null>(null);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    let isGone = false;
    client.call('strategies.list', {}).then(
      (list) => {
        if (!isGone) setStrategies([...list].sort((a, b) => compareStrategies(a.id, b.id)));
      },
      () => {
        if (!isGone) setFailed(true);
      },
    );
    return () => {
      isGone = true;
    };
  }, [client]);
  if (hasFailed)
    return <p className="soft">The strategies could not be listed. Close the settings and open them again.</p>;
  if (strategies === null) return <Skeleton label="Loading strategies" />;
  return (
    <>
      <p className="strategies__effect">
        A change counts for new signals from the next bar on. Phantoms, tickets and paper positions that are open keep
        the levels they were opened with. A strategy that is switched off proposes nothing.
      </p>
      <div className="strategies">
        {strategies.map((strategy) => (
          <StrategyCard key={strategy.id} strategy={strategy} settings={settings} />
        ))}
      </div>
    </>
  );
}

interface CardProps {
  readonly strategy: StrategyDescription;
  readonly settings: Settings;
}

function StrategyCard({ strategy, settings }: CardProps) {
  const desk = useDesk();
  const { id, idea, timeframe, higherTimeframe, phase0, parameters } = strategy;
  const [isOpen, setOpen] = useState(false);
  const isOn = !settings.disabledStrategies.includes(id);
  const changed = Object.keys(settings.strategyParameters[id] ?? {}).length;
  const isOnTrial = phase0 !== null && !settings.promotedStrategies.includes(phase0.key);
  const others = settings.disabledStrategies.filter((one) => one !== id);
  return (
    <section className={isOn ? 'strategy' : 'strategy strategy--off'} aria-label={strategyTitle(id)}>
      <header className="strategy__head">
        <StrategyGlyph id={id} size={13} />
        <h4 className="strategy__title">{strategyTitle(id)}</h4>
        <span className="badge badge--muted" {...tip('The bars it decides on, and the longer ones it looks at.')}>
          {timeframe} · {higherTimeframe}
        </span>
        {isOnTrial && (
          <span className="badge badge--warning" {...tip('On trial: its signals become phantoms only, never tickets.')}>
            Phase 0
          </span>
        )}
        <span className="grow" />
        <Toggle
          label={`${strategyTitle(id)}: on or off`}
          checked={isOn}
          onChange={(checked) => void updateSettings(desk, { disabledStrategies: checked ? others : [...others, id] })}
        />
      </header>
      <p className="strategy__idea">{idea}</p>
      {phase0 !== null && <Phase0 evidence={phase0} settings={settings} />}
      <button type="button" className="strategy__more" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <ChevronRight size={13} className={isOpen ? 'strategy__arrow strategy__arrow--open' : 'strategy__arrow'} />
        {formatCount(parameters.length, 'parameter')}
        <span className="faint">{changed === 0 ? 'all at their defaults' : `${changed} changed by you`}</span>
      </button>
      {isOpen && <ParameterForm strategy={strategy} settings={settings} />}
    </section>
  );
}

function ParameterForm({ strategy, settings }: CardProps) {
  const desk = useDesk();
  const { id, parameters } = strategy;
  const [draft, setDraft] = useState<ParameterDraft>({});
  const [isSaving, setSaving] = useState(false);
  const count = Object.keys(draft).length;
  // One column, as wide as this strategy's longest unit.
  const unitWidth = `${Math.max(1.5, ...parameters.map(({ unit }) => unit.length * 0.4 + 0.4))}rem`;
  const canReset = parameters.some((one) => (draft[one.name] ?? valueInForce(settings, id, one)) !== one.default);

  function put(one: ParameterDescription, value: number): void {
    setDraft((before) => drafted(before, one.name, value, valueInForce(settings, id, one)));
  }

  async function apply(): Promise<void> {
    setSaving(true);
    const isDone = await updateSettings(desk, { strategyParameters: applied(settings, id, parameters, draft) });
    setSaving(false);
    if (isDone) setDraft({});
  }

  return (
    <>
      <div className="parameters">
        {parameters.map((one) => (
          <ParameterRow
            key={one.name}
            parameter={one}
            value={draft[one.name] ?? valueInForce(settings, id, one)}
            isDrafted={one.name in draft}
            unitWidth={unitWidth}
            onChange={(value) => put(one, value)}
          />
        ))}
      </div>
      <div className={count > 0 ? 'market-apply market-apply--changed' : 'market-apply'}>
        <span className="grow">
          {count === 0
            ? 'What you change here is applied together.'
            : `${formatCount(count, 'change')}: the engine starts anew from the record, which takes a few seconds.`}
        </span>
        {canReset && (
          <Button
            size="small"
            look="ghost"
            icon={<RotateCcw size={12} />}
            onClick={() => {
              for (const one of parameters) put(one, one.default);
            }}
          >
            All defaults
          </Button>
        )}
        {count > 0 && (
          <>
            <Button size="small" onClick={() => setDraft({})}>
              Undo
            </Button>
            <Button size="small" look="primary" disabled={isSaving} onClick={() => void apply()}>
              {isSaving ? 'Applying …' : 'Apply'}
            </Button>
          </>
        )}
      </div>
    </>
  );
}

interface RowProps {
  readonly parameter: ParameterDescription;
  readonly value: number;
  readonly isDrafted: boolean;
  readonly unitWidth: string;
  readonly onChange: (value: number) => void;
}

function ParameterRow({ parameter, value, isDrafted, unitWidth, onChange }: RowProps) {
  const { name, meaning, minimum, maximum, unit } = parameter;
  const title = parameterTitle(name);
  const isDefault = value === parameter.default;
  return (
    <div className={isDrafted ? 'parameter parameter--drafted' : 'parameter'}>
      <div className="setting__words">
        <p className="parameter__title" {...tip(name, title)}>
          {title}
        </p>
        <p className="setting__meaning">
          {meaning} {!isSwitch(parameter) && <span className="faint number">{rangeText(parameter)}</span>}
        </p>
      </div>
      <div className="setting__control">
        {isSwitch(parameter) ? (
          <Toggle label={title} checked={value === 1} onChange={(checked) => onChange(checked ? 1 : 0)} />
        ) : (
          <>
            <IconButton
              label={`${title}: one step less`}
              size="small"
              icon={<Minus size={12} />}
              disabled={value <= minimum}
              onClick={() => onChange(stepped(parameter, value, -1))}
            />
            <NumberField
              label={title}
              value={value}
              minimum={minimum}
              maximum={maximum}
              width="4.6rem"
              onCommit={onChange}
            />
            <IconButton
              label={`${title}: one step more`}
              size="small"
              icon={<Plus size={12} />}
              disabled={value >= maximum}
              onClick={() => onChange(stepped(parameter, value, 1))}
            />
            <span className="parameter__unit" style={{ width: unitWidth }}>
              {unit}
            </span>
          </>
        )}
        <IconButton
          label={`Reset ${title} to its default`}
          tip={`Back to ${parameter.default}`}
          size="small"
          icon={<RotateCcw size={13} />}
          disabled={isDefault}
          style={isDefault ? { visibility: 'hidden' } : {}}
          onClick={() => onChange(parameter.default)}
        />
      </div>
    </div>
  );
}
