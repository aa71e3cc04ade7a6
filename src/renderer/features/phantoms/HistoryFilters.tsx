/** The filter bar of the history: every part can be seen, changed and taken out. */

import { ChevronDown, Download, X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { ExportFormat, ExportRequest } from '#contract/areas/exports.ts';
import type { PhantomFilter } from '#contract/areas/phantoms.ts';
import type { Outcome } from '#core/domain/phantom.ts';
import type { Disposition } from '#core/domain/score.ts';
import type { Side } from '#core/domain/signal.ts';
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';
import { tip } from '../../lib/glossary.ts';
import { useStrategies } from '../../lib/use-strategies.ts';
import { DISPOSITION_WORDS, OUTCOME_WORDS, strategyTitle } from '../../lib/words.ts';
import { Button } from '../../ui/Button.tsx';
import { SearchField } from '../../ui/controls.tsx';
import { Menu, type MenuSection } from '../../ui/overlays.tsx';
import { GlyphLabel } from '../../ui/StrategyGlyph.tsx';
import { isFiltered } from './history-store.ts';
import { PERIODS, periodName } from './periods.ts';
import { usePhantomStores } from './phantoms-context.tsx';

interface Option<T> {
  readonly value: T;
  readonly label: string;
  /** In the menu, instead of the label. */
  readonly face?: ReactNode;
}

const SIDES: readonly Option<Side>[] = [
  { value: 'long', label: '▲ Long' },
  { value: 'short', label: '▼ Short' },
];
const OUTCOMES: readonly Option<Outcome>[] = (['win', 'loss', 'timeout', 'open', 'gated', 'unavailable'] as const).map(
  (value) => ({ value, label: OUTCOME_WORDS[value].label }),
);
const DISPOSITIONS: readonly Option<Disposition>[] = (
  [
    'pending',
    'executed',
    'skipped',
    'expired',
    'rejected_score',
    'blocked',
    'gated',
    'shadow',
    'phase0',
    'gap',
    'bootstrap',
    'imported',
    'fault',
  ] as const
).map((value) => ({ value, label: DISPOSITION_WORDS[value].label }));

export function HistoryFilters() {
  const desk = useDesk();
  const { history, exporting } = usePhantomStores();
  const filter = useStore(history, (state) => state.filter);
  const total = useStore(history, (state) => state.total);
  const isRunning = useStore(exporting, (state) => state.phase === 'running');
  const rows = useStreamed(desk.watchlist, (watched) => watched);
  const instruments = (rows ?? []).map((row) => ({ value: row.instrumentId, label: row.symbol }));
  const strategies = [...useStrategies(), ...useSources()].map((id) => ({
    value: id,
    label: strategyTitle(id),
    face: <GlyphLabel id={id} />,
  }));

  const phantoms = (format: ExportFormat): ExportRequest => {
    return { what: 'phantoms', filter, sort: history.getState().sort, format };
  };
  return (
    <div className="filters">
      <Search />
      <Several
        label="Instrument"
        options={instruments}
        chosen={filter.instrumentIds}
        onChange={(instrumentIds) => history.setFilter({ instrumentIds })}
      />
      <Several
        label="Strategy"
        options={strategies}
        chosen={filter.strategyIds}
        onChange={(strategyIds) => history.setFilter({ strategyIds })}
        more={{
          heading: 'Left out unless chosen',
          items: [
            {
              key: 'placebo',
              label: <GlyphLabel id="placebo" />,
              note: 'chance alone',
              checked: filter.includePlacebo === true,
              onChoose: () => history.setFilter({ includePlacebo: filter.includePlacebo === true ? undefined : true }),
            },
          ],
        }}
      />
      <Several label="Side" options={SIDES} chosen={filter.sides} onChange={(sides) => history.setFilter({ sides })} />
      <Several
        label="Outcome"
        options={OUTCOMES}
        chosen={filter.outcomes}
        onChange={(outcomes) => history.setFilter({ outcomes })}
      />
      <Several
        label="Decision"
        options={DISPOSITIONS}
        chosen={filter.dispositions}
        onChange={(dispositions) => history.setFilter({ dispositions })}
      />
      <Period filter={filter} />
      {isFiltered(filter) && (
        <Button size="small" look="ghost" icon={<X size={12} />} onClick={history.clearFilter}>
          Clear
        </Button>
      )}
      <span className="grow" />
      <Button
        size="small"
        icon={<Download size={12} />}
        disabled={isRunning || total === null || total === 0}
        onClick={() => void exporting.run(phantoms('csv'))}
        {...tip('A CSV file with exactly the rows of this filter, in this order, one column per feature.')}
      >
        Export CSV
      </Button>
      <Menu
        label="More files"
        align="end"
        button={(open, toggleMenu) => (
          <Button
            size="small"
            look="ghost"
            aria-label="More files"
            aria-haspopup="menu"
            aria-expanded={open}
            disabled={isRunning || total === null || total === 0}
            onClick={toggleMenu}
          >
            More <ChevronDown size={11} />
          </Button>
        )}
        sections={[
          {
            heading: 'The same rows',
            items: [
              {
                key: 'phantoms',
                label: 'NDJSON',
                note: 'one JSON object a line',
                onChoose: () => void exporting.run(phantoms('ndjson')),
              },
            ],
          },
          {
            heading: 'As the strategies issued them',
            items: (['csv', 'ndjson'] as const).map((format) => ({
              key: format,
              label: `Signals ${format.toUpperCase()}`,
              note: 'levels, plan, context, reasons',
              onChoose: () => void exporting.run({ what: 'signals', filter, format }),
            })),
          },
        ]}
      />
    </div>
  );
}

/** ST-20: sources of signals from outside that the record holds. */
function useSources(): readonly string[] {
  const { client } = useDesk();
  const [sources, setSources] = useState<readonly string[]>([]);
  useEffect(() => {
    let isGone = false;
    client.call('phantoms.sources', {}).then(
      (found) => {
        if (!isGone) setSources(found);
      },
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [client]);
  return sources;
}

const TYPING_MS = 250;

function Search() {
  const { history } = usePhantomStores();
  const search = useStore(history, (state) => state.filter.search ?? '');
  const [text, setText] = useState(search);
  useEffect(() => setText(search), [search]);
  useEffect(() => {
    if (text === (history.getState().filter.search ?? '')) return;
    const timer = window.setTimeout(() => history.setFilter({ search: text }), TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [text, history]);
  return (
    <SearchField
      label="Search symbol, strategy, reason"
      placeholder="Search"
      value={text}
      onChange={setText}
      width="9rem"
    />
  );
}

interface SeveralProps<T extends string> {
  readonly label: string;
  readonly options: readonly Option<T>[];
  readonly chosen: readonly T[] | undefined;
  readonly onChange: (chosen: T[] | undefined) => void;
  /** Beside the options: what adds to them. */
  readonly more?: MenuSection;
}

function Several<T extends string>({ label, options, chosen = [], onChange, more }: SeveralProps<T>) {
  const first = options.find((option) => option.value === chosen[0])?.label ?? chosen[0];
  const text = chosen.length === 0 ? label : chosen.length === 1 ? first : `${label}: ${chosen.length}`;
  const hasMore = more?.items.some((item) => item.checked === true) === true;
  function toggle(value: T): void {
    const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
    onChange(next.length === 0 ? undefined : next);
  }
  return (
    <Menu
      label={label}
      button={(open, toggleMenu) => (
        <Button
          size="small"
          look="ghost"
          aria-haspopup="menu"
          aria-expanded={open}
          aria-pressed={chosen.length > 0 || hasMore}
          onClick={toggleMenu}
        >
          {text} <ChevronDown size={11} />
        </Button>
      )}
      sections={[
        {
          heading: label,
          items: options.map((option) => ({
            key: option.value,
            label: option.face ?? option.label,
            checked: chosen.includes(option.value),
            onChoose: () => toggle(option.value),
          })),
        },
        ...(more === undefined ? [] : [more]),
      ]}
    />
  );
}

function Period({ filter }: { readonly filter: PhantomFilter }) {
  const { history } = usePhantomStores();
  const chosen = useStore(history, (state) => state.period);
  const isSet = filter.from !== undefined || filter.to !== undefined;
  return (
    <Menu
      label="Period"
      button={(open, toggle) => (
        <Button
          size="small"
          look="ghost"
          aria-haspopup="menu"
          aria-expanded={open}
          aria-pressed={isSet}
          onClick={toggle}
        >
          {isSet ? periodName(chosen) : 'Period'} <ChevronDown size={11} />
        </Button>
      )}
      sections={[
        {
          heading: 'Opened, by exchange time (UTC)',
          items: PERIODS.map(({ name, label }) => ({
            key: name,
            label,
            checked: isSet ? chosen === name : name === 'all',
            onChoose: () => history.setPeriod(name),
          })),
        },
      ]}
    />
  );
}
