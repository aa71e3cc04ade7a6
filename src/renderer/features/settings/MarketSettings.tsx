/** Exchange and instruments, chosen together: an exchange without instruments of its own would watch nothing. */
import { Check, RotateCcw } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { ExchangeChoice, InstrumentList } from '#contract/areas/market.ts';
import { DEFAULT_SETTINGS, SETTING_MEANINGS } from '#contract/areas/setting-defaults.ts';
import type { Settings } from '#contract/areas/settings.ts';
import { useDesk } from '../../lib/desk-context.tsx';
import { formatCount } from '../../lib/format.ts';
import { updateSettings } from '../../lib/settings-intent.ts';
import { useAnswer } from '../../lib/use-answer.ts';
import { Button } from '../../ui/Button.tsx';
import { SearchField, SimulatedBadge } from '../../ui/controls.tsx';
import { Skeleton } from '../../ui/PanelState.tsx';
import { exchangeGroups, MOST_SYMBOLS, sameSymbols, symbolChoices } from './market-choice.ts';

export interface MarketSettingsProps {
  readonly settings: Settings;
  /** Told whether something is chosen that is not applied. */
  readonly onPending?: (isPending: boolean) => void;
}

export function MarketSettings({ settings, onPending }: MarketSettingsProps) {
  const desk = useDesk();
  const [exchange, setExchange] = useState(settings.exchange);
  const [symbols, setSymbols] = useState<readonly string[]>(settings.symbols);
  const [isSaving, setSaving] = useState(false);
  const isChanged = exchange !== settings.exchange || !sameSymbols(symbols, settings.symbols);
  const isDefault = exchange === DEFAULT_SETTINGS.exchange && sameSymbols(symbols, DEFAULT_SETTINGS.symbols);

  useEffect(() => onPending?.(isChanged), [onPending, isChanged]);

  function choose(id: string): void {
    setExchange(id);
    // Most exchanges spell the common pairs alike; what an exchange does not have is shown as such below.
    if (id === settings.exchange) setSymbols(settings.symbols);
  }

  async function apply(): Promise<void> {
    setSaving(true);
    await updateSettings(desk, { exchange, symbols: [...symbols] });
    setSaving(false);
  }

  return (
    <>
      <div className="setting setting--tall">
        <div className="setting__words">
          <p className="setting__label">{SETTING_MEANINGS.exchange.label}</p>
          <p className="setting__meaning">{SETTING_MEANINGS.exchange.meaning} Default: the demo exchange.</p>
        </div>
        <ExchangeList chosen={exchange} onChoose={choose} />
      </div>
      <div className="setting setting--tall">
        <div className="setting__words">
          <p className="setting__label">{SETTING_MEANINGS.symbols.label}</p>
          <p className="setting__meaning">
            {SETTING_MEANINGS.symbols.meaning} Default: six pairs of the demo exchange.
          </p>
        </div>
        <SymbolList key={exchange} exchange={exchange} chosen={symbols} onChange={setSymbols} />
      </div>
      <div className={isChanged ? 'market-apply market-apply--changed' : 'market-apply'}>
        <span className="grow">
          {isChanged
            ? 'Applying reconnects, and loads the history of what is new.'
            : `${formatCount(symbols.length, 'instrument')} on ${exchange}.`}
        </span>
        {!isDefault && (
          <Button
            size="small"
            look="ghost"
            icon={<RotateCcw size={12} />}
            onClick={() => {
              setExchange(DEFAULT_SETTINGS.exchange);
              setSymbols(DEFAULT_SETTINGS.symbols);
            }}
          >
            Default
          </Button>
        )}
        {isChanged && (
          <>
            <Button
              size="small"
              onClick={() => {
                setExchange(settings.exchange);
                setSymbols(settings.symbols);
              }}
            >
              Undo
            </Button>
            <Button
              size="small"
              look="primary"
              disabled={isSaving || symbols.length === 0}
              onClick={() => void apply()}
            >
              {isSaving ? 'Applying …' : 'Apply'}
            </Button>
          </>
        )}
      </div>
    </>
  );
}

function ExchangeList({ chosen, onChoose }: { readonly chosen: string; readonly onChoose: (id: string) => void }) {
  const [search, setSearch] = useState('');
  const { value, problem } = useAnswer<readonly ExchangeChoice[]>(
    (client) => client.call('exchanges.list', {}),
    'list',
    'list',
  );
  if (problem !== null) return <p className="soft">{problem.message}</p>;
  if (value === null) return <Skeleton label="Loading exchanges" />;
  const { shown, hidden } = exchangeGroups(value, search, chosen);
  return (
    <div className="choice-list">
      <div className="exchange-grid" role="radiogroup" aria-label="Exchange">
        {shown.map((one) => (
          // biome-ignore lint/a11y/useSemanticElements: a card, chosen like a radio.
          <button
            key={one.id}
            type="button"
            role="radio"
            aria-checked={one.id === chosen}
            className="exchange-choice"
            onClick={() => onChoose(one.id)}
          >
            <span className="truncate">{one.name}</span>
            {one.id === 'demo' ? (
              <SimulatedBadge />
            ) : (
              !one.tested && <span className="badge badge--muted">untested</span>
            )}
          </button>
        ))}
      </div>
      <div className="row">
        <SearchField label="Search all exchanges" value={search} onChange={setSearch} width="14rem" />
        {hidden > 0 && (
          <span className="caption">{hidden} more can be found by name; they are not tested with Shadowdesk.</span>
        )}
      </div>
    </div>
  );
}

interface SymbolListProps {
  readonly exchange: string;
  readonly chosen: readonly string[];
  readonly onChange: (symbols: readonly string[]) => void;
}

const SYMBOLS_SHOWN = 60;

function SymbolList({ exchange, chosen, onChange }: SymbolListProps) {
  const [search, setSearch] = useState('');
  const { value, problem } = useAnswer<InstrumentList>(
    (client) => client.call('exchanges.instruments', { exchange }),
    exchange,
    exchange,
  );
  const choices = useMemo(() => symbolChoices(value?.instruments ?? null, chosen, search), [value, chosen, search]);
  const fault = value?.fault ?? (problem === null ? null : problem);
  const typed = search.trim().toUpperCase();
  const canAddTyped =
    fault !== null && /^[A-Z0-9]{1,20}\/[A-Z0-9]{2,10}(:[A-Z0-9]{2,10})?$/.test(typed) && !chosen.includes(typed);

  function toggle(symbol: string): void {
    if (chosen.includes(symbol)) onChange(chosen.filter((one) => one !== symbol));
    else if (chosen.length < MOST_SYMBOLS) onChange([...chosen, symbol]);
  }

  return (
    <div className="choice-list">
      <SearchField
        label="Search instruments"
        placeholder="Search, e.g. BTC/USDT"
        value={search}
        onChange={setSearch}
        width="14rem"
      />
      {fault !== null && (
        <p className="setting__fault">
          {fault.message} {fault.remedy}
        </p>
      )}
      {value === null && problem === null ? (
        <Skeleton label="Loading instruments" />
      ) : (
        <div className="symbol-grid">
          {choices.slice(0, SYMBOLS_SHOWN).map((choice) => (
            <button
              key={choice.symbol}
              type="button"
              className="symbol-choice"
              aria-pressed={choice.isChosen}
              onClick={() => toggle(choice.symbol)}
            >
              <span className="menu__tick">{choice.isChosen && <Check size={12} aria-hidden="true" />}</span>
              {choice.symbol}
              {!choice.isListed && <span className="badge badge--warning">not listed</span>}
            </button>
          ))}
          {canAddTyped && (
            <Button size="small" onClick={() => toggle(typed)}>
              Add {typed}
            </Button>
          )}
        </div>
      )}
      {choices.length > SYMBOLS_SHOWN && (
        <p className="caption">
          {formatCount(choices.length - SYMBOLS_SHOWN, 'more instrument')}: search to find them.
        </p>
      )}
    </div>
  );
}
