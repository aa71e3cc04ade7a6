/** What stands over the charts: instrument, timeframe, how many charts and how they are linked, and what they draw (WS-11). */
import { ChevronDown, Columns2, Eye, Grid2x2, LineChart, Square } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { InstrumentId } from '#core/domain/instrument.ts';
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';
import { defines, tip } from '../../lib/glossary.ts';
import { compareStrategies } from '../../lib/strategy-look.ts';
import { TIMEFRAMES } from '../../lib/timeframes.ts';
import { DISPOSITION_WORDS } from '../../lib/words.ts';
import { Button } from '../../ui/Button.tsx';
import { Segmented, SimulatedBadge } from '../../ui/controls.tsx';
import { Menu, type MenuItem } from '../../ui/overlays.tsx';
import { GlyphLabel } from '../../ui/StrategyGlyph.tsx';
import { useChartsStore } from './chart-context.tsx';
import { CHART_COUNTS, type ChartCount } from './charts-store.ts';
import { REGIME_LEGEND } from './context-primitive.ts';

const DEMO_EXCHANGE = 'demo';

const COUNT_WORDS: Readonly<Record<ChartCount, string>> = { 1: 'One chart', 2: 'Two charts', 4: 'Four charts' };
const CHARTS_MEANING =
  'One, two or four charts beside each other. They share the crosshair’s time; instrument and range of time are linked where you want it.';
const COUNT_ICONS: Readonly<Record<ChartCount, ReactNode>> = {
  1: <Square size={13} />,
  2: <Columns2 size={13} />,
  4: <Grid2x2 size={13} />,
};

/** Speaks to the active chart; lines, signals and shading are common to all. */
export function ChartToolbar({ instrumentId }: { readonly instrumentId: InstrumentId }) {
  const desk = useDesk();
  const charts = useChartsStore();
  const choices = useStore(charts, (state) => state.choices);
  const timeframe = useStore(charts, (state) => state.slots[state.active]?.timeframe ?? '5m');
  const row = useStreamed(desk.watchlist, (rows) => rows.find((one) => one.instrumentId === instrumentId) ?? null);
  const exchange = instrumentId.slice(0, instrumentId.indexOf(':'));
  const symbol = row?.symbol ?? instrumentId.slice(exchange.length + 1);
  const isSimulated = row?.simulated ?? exchange === DEMO_EXCHANGE;
  const { lines } = choices;
  const strategies = useStrategies();
  return (
    <div className="chart-toolbar">
      <h2 className="chart-toolbar__symbol">{symbol}</h2>
      {isSimulated && <SimulatedBadge />}
      <Segmented
        small
        label="Timeframe"
        value={timeframe}
        choices={TIMEFRAMES.map((value) => ({ value, label: value }))}
        onChoose={charts.setTimeframe}
      />
      <span className="grow" />
      <MarksProblem />
      <RegimeKey />
      <LayoutMenu />
      <Menu
        label="Lines"
        align="end"
        button={(open, toggle) => (
          <Button
            size="small"
            look="ghost"
            icon={<LineChart size={13} />}
            aria-haspopup="menu"
            aria-expanded={open}
            onClick={toggle}
          >
            Lines <ChevronDown size={12} />
          </Button>
        )}
        sections={[
          {
            heading: 'Drawn over the candles',
            items: [
              line('ema20', 'EMA 20', 'var(--ema-fast)'),
              line('ema50', 'EMA 50', 'var(--ema-slow)'),
              { ...line('vwap', 'VWAP', 'var(--vwap)'), note: 'up to 1h' },
              { ...line('bands', 'Bollinger bands', 'var(--bands)'), note: '20, 2' },
              line('volume', 'Volume', 'var(--text-faint)'),
            ],
          },
          {
            heading: 'In panes of their own',
            items: [
              { ...line('rsi', 'RSI', 'var(--rsi)'), note: '14' },
              { ...line('tsi', 'TSI', 'var(--tsi)'), note: '25, 13' },
            ],
          },
          {
            heading: 'Shaded behind them',
            items: [{ ...choice('sessions', 'Sessions'), note: 'up to 1h' }, choice('regimes', 'Volatility regime')],
          },
        ]}
      />
      <Menu
        label="Signals"
        align="end"
        button={(open, toggle) => (
          <Button
            size="small"
            look="ghost"
            icon={<Eye size={13} />}
            aria-haspopup="menu"
            aria-expanded={open}
            onClick={toggle}
          >
            Signals{choices.hiddenStrategies.length > 0 ? ' (filtered)' : ''} <ChevronDown size={12} />
          </Button>
        )}
        sections={[
          {
            heading: 'Strategies',
            items: strategies.map((id) => ({
              key: id,
              label: <GlyphLabel id={id} />,
              checked: !choices.hiddenStrategies.includes(id),
              onChoose: () => charts.toggleStrategy(id),
            })),
          },
          {
            heading: 'Which of their signals',
            items: [
              choice('open', 'Open'),
              choice('closed', 'Closed, with result'),
              choice('takenOnly', 'Only what I took or am asked'),
            ],
          },
          {
            heading: 'Left out unless chosen',
            items: [
              { ...choice('blocked', 'Blocked by a rule'), note: 'costs, limits' },
              { ...choice('phase0', DISPOSITION_WORDS.phase0.label), note: 'on trial' },
              { ...choice('placebo', <GlyphLabel id="placebo" />), note: 'chance alone' },
            ],
          },
        ]}
      />
    </div>
  );

  function choice(key: BooleanChoice, label: ReactNode): MenuItem {
    return { key, label, checked: choices[key], onChoose: () => charts.choose({ [key]: !choices[key] }) };
  }

  function line(key: keyof typeof lines, label: string, swatch: string) {
    return {
      key,
      label,
      swatch,
      checked: lines[key],
      onChoose: () => charts.choose({ lines: { [key]: !lines[key] } }),
    };
  }
}

type BooleanChoice = 'open' | 'closed' | 'takenOnly' | 'blocked' | 'phase0' | 'placebo' | 'sessions' | 'regimes';

/** Ids of the strategies there are; empty until the services have told them. */
function useStrategies(): readonly string[] {
  const { client } = useDesk();
  const [ids, setIds] = useState<readonly string[]>([]);
  useEffect(() => {
    let isGone = false;
    client.call('strategies.list', {}).then(
      (list) => {
        if (!isGone) setIds(list.map(({ id }) => id).sort(compareStrategies));
      },
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [client]);
  return ids;
}

/** How many charts, and what they have in common; their crosshair always. */
function LayoutMenu() {
  const charts = useChartsStore();
  const { count, linksInstrument, linksRange } = useStore(charts);
  const links: readonly MenuItem[] = [
    {
      key: 'instrument',
      label: 'Instrument',
      note: 'all show the selected one',
      checked: linksInstrument,
      onChoose: () => charts.linkInstrument(!linksInstrument),
    },
    {
      key: 'range',
      label: 'Range of time',
      note: 'pan and zoom together',
      checked: linksRange,
      onChoose: () => charts.linkRange(!linksRange),
    },
  ];
  return (
    <Menu
      label="Charts"
      align="end"
      button={(open, toggle) => (
        <Button
          size="small"
          look="ghost"
          icon={COUNT_ICONS[count]}
          aria-label="Charts"
          aria-haspopup="menu"
          aria-expanded={open}
          onClick={toggle}
          {...tip(CHARTS_MEANING, 'Charts')}
        >
          <ChevronDown size={12} />
        </Button>
      )}
      sections={[
        {
          heading: 'Beside each other',
          items: CHART_COUNTS.map((one) => ({
            key: String(one),
            label: COUNT_WORDS[one],
            checked: one === count,
            onChoose: () => charts.setCount(one),
          })),
        },
        ...(count === 1 ? [] : [{ heading: 'Linked, beside the crosshair', items: links }]),
      ]}
    />
  );
}

function MarksProblem() {
  const charts = useChartsStore();
  const { active } = useStore(charts);
  const store = charts.charts[active];
  if (store === undefined) throw new Error(`There is no chart ${active}.`);
  const problem = useStore(store, (state) => state.marksProblem);
  return problem === null ? null : <span className="caption">{problem}</span>;
}

function RegimeKey() {
  const charts = useChartsStore();
  const isShown = useStore(charts, (state) => state.choices.regimes);
  if (!isShown) return null;
  return (
    <span className="regime-key" {...defines('regime')}>
      {REGIME_LEGEND.map(({ value, label }) => (
        <span key={value} className="regime-key__item">
          <span className="regime-key__swatch" style={{ background: `var(--regime-${value})` }} />
          {label}
        </span>
      ))}
    </span>
  );
}
