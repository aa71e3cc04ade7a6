/** The chart panel: toolbar, legend, the canvas and its states (WS-11). */
import { ChevronDown, ChevronsRight, Eye, LineChart } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { InstrumentId } from '#core/domain/instrument.ts';
import { onAppearanceChange } from '../../lib/appearance.ts';
import { useDesk, useStream, useStreamed } from '../../lib/desk-context.tsx';
import { defines, tip } from '../../lib/glossary.ts';
import { compareStrategies } from '../../lib/strategy-look.ts';
import { TIMEFRAMES } from '../../lib/timeframes.ts';
import { DISPOSITION_WORDS, FEED_WORDS, strategyTitle } from '../../lib/words.ts';
import { Button } from '../../ui/Button.tsx';
import { Segmented, SimulatedBadge } from '../../ui/controls.tsx';
import { Menu, type MenuItem } from '../../ui/overlays.tsx';
import { Empty, Failed, Skeleton, StaleStrip } from '../../ui/PanelState.tsx';
import { GlyphLabel, StrategyGlyph } from '../../ui/StrategyGlyph.tsx';
import { useChartStore } from './chart-context.tsx';
import { ChartController, type LegendValues } from './chart-controller.ts';
import type { FeedStatus } from './chart-feed.ts';
import { shapesOf, strategiesIn } from './chart-store.ts';
import { REGIME_LEGEND } from './context-primitive.ts';
import { HoverCard } from './hover-card.ts';
import { LegendView } from './legend-view.ts';
import './chart.css';

const DEMO_EXCHANGE = 'demo';
const STOPPED = 'The history run is stopped: live bars follow once it has gone on to its end.';
const IDLE: FeedStatus = { phase: 'idle', problem: null, isLive: true, isPaging: false };

export function ChartPanel() {
  const { view, watchlist } = useDesk();
  const instrumentId = useStore(view, (state) => state.instrumentId);
  const { phase, problem } = useStream(watchlist);
  if (instrumentId !== null) return <InstrumentChart instrumentId={instrumentId} />;
  if (phase === 'failed') return <Failed problem={problem} onRetry={() => watchlist.open()} />;
  if (phase === 'loading') return <Skeleton label="Loading the chart" />;
  return <Empty title="No instrument is selected">Choose one in the watchlist.</Empty>;
}

function InstrumentChart({ instrumentId }: { readonly instrumentId: InstrumentId }) {
  const desk = useDesk();
  const store = useChartStore();
  const row = useStreamed(desk.watchlist, (rows) => rows.find((one) => one.instrumentId === instrumentId) ?? null);
  const { timeframe, lines } = useStore(store, (state) => state.choices);
  const ground = useRef<HTMLDivElement>(null);
  const legendGround = useRef<HTMLDivElement>(null);
  const controller = useRef<ChartController | null>(null);
  const [status, setStatus] = useState(IDLE);
  const [isFollowing, setFollowing] = useState(true);
  const decimals = row?.priceDecimals ?? 2;
  const decimalsNow = useRef(decimals);
  const shownId = useRef(instrumentId);
  shownId.current = instrumentId;

  useEffect(() => {
    if (ground.current === null || legendGround.current === null) return;
    const legend = new LegendView(legendGround.current);
    const card = new HoverCard(ground.current);
    const made = new ChartController({
      container: ground.current,
      client: desk.client,
      onStatus: setStatus,
      onFollowing: setFollowing,
      onLegend: (values: LegendValues | null) => legend.show(values, decimalsNow.current),
      onPick: desk.view.openDetail,
      onHover: (id, x, y) => {
        const found = store.getState().rows.find((one) => one.id === id);
        const live = desk.livePhantoms.getState().data?.find((one) => one.id === id);
        card.show(found === undefined ? null : { row: found, unrealisedR: live?.unrealisedR ?? null }, x, y);
      },
      onRange: (from) => store.setRange(shownId.current, from),
    });
    controller.current = made;
    const ends = [
      onAppearanceChange(document.documentElement, () => made.repaint()),
      store.start(),
      followLevels(made, desk, store),
      followBackground(made, desk, store),
    ];
    return () => {
      for (const end of ends) end();
      made.destroy();
      legend.clear();
      card.clear();
      controller.current = null;
    };
  }, [desk, store]);

  useEffect(() => {
    decimalsNow.current = decimals;
    controller.current?.setDecimals(decimals);
  }, [decimals]);
  useEffect(() => {
    controller.current?.show(instrumentId, timeframe, decimalsNow.current);
  }, [instrumentId, timeframe]);
  useEffect(() => controller.current?.setLines(lines), [lines]);

  // Another exchange may be chosen meanwhile: what the chart still shows keeps its name and its label.
  const exchange = instrumentId.slice(0, instrumentId.indexOf(':'));
  const symbol = row?.symbol ?? instrumentId.slice(exchange.length + 1);
  const isStopped = useStreamed(desk.session, (data) => data.connection.historyStopped) === true;
  const isStale = row !== null && row.feed !== 'live' && row.feed !== 'waiting';
  return (
    <>
      <ChartToolbar symbol={symbol} isSimulated={row?.simulated ?? exchange === DEMO_EXCHANGE} />
      {isStale && row !== null && <StaleStrip>{isStopped ? STOPPED : FEED_WORDS[row.feed].meaning}</StaleStrip>}
      <div className="chart">
        <div className="chart__legends">
          <div ref={legendGround} className="chart__legend" />
          <SignalLegend />
        </div>
        <div ref={ground} className="chart__canvas" role="img" aria-label={`Candles of ${symbol}`} />
        {status.isPaging && <span className="chart__paging">Loading more bars …</span>}
        {!isFollowing && status.phase === 'ready' && (
          <Button
            className="chart__jump"
            size="small"
            icon={<ChevronsRight size={13} />}
            onClick={() => controller.current?.jumpToLive()}
          >
            Jump to live
          </Button>
        )}
        <ChartCover status={status} onRetry={() => controller.current?.retry()} />
      </div>
    </>
  );
}

/** Keeps the controller's shapes in step with the phantoms, the filter and the one whose detail is open. */
function followLevels(
  controller: ChartController,
  desk: ReturnType<typeof useDesk>,
  store: ReturnType<typeof useChartStore>,
): () => void {
  function draw(): void {
    const state = store.getState();
    const detailId = desk.view.getState().detailId;
    const ticket = desk.tickets.getState().data?.open.find((one) => one.instrumentId === state.instrumentId);
    const focusedId = detailId ?? ticket?.id ?? null;
    controller.setLevels(shapesOf(state, focusedId), focusedId);
  }
  draw();
  const ends = [
    store.subscribe(draw),
    desk.view.subscribe((state, before) => {
      draw();
      if (state.detailId === before.detailId || state.detailId === null) return;
      const row = store.getState().rows.find((one) => one.id === state.detailId);
      if (row !== undefined) controller.revealTime(row.openedAt);
    }),
    desk.tickets.subscribe(draw),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Keeps the shading behind the candles in step with what was chosen, and asks anew when session or regime change. */
function followBackground(
  controller: ChartController,
  desk: ReturnType<typeof useDesk>,
  store: ReturnType<typeof useChartStore>,
): () => void {
  const draw = () => {
    const { contexts, choices } = store.getState();
    controller.setBackground({ contexts, showsSessions: choices.sessions, showsRegimes: choices.regimes });
  };
  const contextOf = () => {
    const row = desk.watchlist.getState().data?.find((one) => one.instrumentId === store.getState().instrumentId);
    return row === undefined ? '' : `${row.instrumentId} ${row.session} ${row.regime}`;
  };
  let known = contextOf();
  draw();
  const ends = [
    store.subscribe((state, before) => {
      if (state.contexts !== before.contexts || state.choices !== before.choices) draw();
    }),
    desk.watchlist.subscribe(() => {
      const now = contextOf();
      if (now === known) return;
      known = now;
      store.refreshContexts();
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Which strategies have signals in the bars on show, to see and to switch; and what the ribbon's colours mean. */
function SignalLegend() {
  const store = useChartStore();
  const rows = useStore(store, (state) => state.rows);
  const choices = useStore(store, (state) => state.choices);
  const strategies = useMemo(() => strategiesIn({ rows, choices }), [rows, choices]);
  return (
    <fieldset className="signal-legend" aria-label="Strategies in the chart">
      {strategies.map(({ id, count, isHidden }) => (
        <button
          key={id}
          type="button"
          className="signal-legend__chip"
          aria-pressed={!isHidden}
          onClick={() => store.toggleStrategy(id)}
          {...tip(isHidden ? 'Show its signals' : 'Hide its signals', strategyTitle(id))}
        >
          <StrategyGlyph id={id} size={11} />
          {strategyTitle(id)} <span className="number faint">{count}</span>
        </button>
      ))}
    </fieldset>
  );
}

function RegimeKey() {
  const store = useChartStore();
  const isShown = useStore(store, (state) => state.choices.regimes && state.contexts.regimes.length > 0);
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

function ChartCover({ status, onRetry }: { readonly status: FeedStatus; readonly onRetry: () => void }) {
  switch (status.phase) {
    case 'ready':
    case 'idle':
      return status.problem === null ? null : <p className="chart__note">Older bars: {status.problem.message}</p>;
    case 'loading':
      return (
        <div className="chart__cover">
          <Skeleton label="Loading bars" />
        </div>
      );
    case 'empty':
      return (
        <div className="chart__cover">
          <Empty icon={<LineChart size={20} />} title="No bars yet">
            They appear as soon as the exchange delivers the first one.
          </Empty>
        </div>
      );
    case 'failed':
      return (
        <div className="chart__cover">
          <Failed problem={status.problem} onRetry={onRetry} />
        </div>
      );
  }
}

function ChartToolbar({ symbol, isSimulated }: { readonly symbol: string; readonly isSimulated: boolean }) {
  const store = useChartStore();
  const choices = useStore(store, (state) => state.choices);
  const problem = useStore(store, (state) => state.marksProblem);
  const { lines } = choices;
  const strategies = useStrategies();
  return (
    <div className="chart-toolbar">
      <h2 className="chart-toolbar__symbol">{symbol}</h2>
      {isSimulated && <SimulatedBadge />}
      <Segmented
        small
        label="Timeframe"
        value={choices.timeframe}
        choices={TIMEFRAMES.map((value) => ({ value, label: value }))}
        onChoose={(timeframe) => store.choose({ timeframe })}
      />
      <span className="grow" />
      {problem !== null && <span className="caption">{problem}</span>}
      <RegimeKey />
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
              onChoose: () => store.toggleStrategy(id),
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
    return { key, label, checked: choices[key], onChoose: () => store.choose({ [key]: !choices[key] }) };
  }

  function line(key: keyof typeof lines, label: string, swatch: string) {
    return { key, label, swatch, checked: lines[key], onChoose: () => store.choose({ lines: { [key]: !lines[key] } }) };
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
