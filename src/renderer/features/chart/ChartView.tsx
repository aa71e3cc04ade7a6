/** One chart of the panel: legend, the canvas and its states. Ticks never pass through React: the controller draws them. */
import { ChevronsRight, LineChart } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Timeframe } from '#core/domain/timeframe.ts';
import { onAppearanceChange } from '../../lib/appearance.ts';
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';
import { tip } from '../../lib/glossary.ts';
import { FEED_WORDS, strategyTitle } from '../../lib/words.ts';
import { Button } from '../../ui/Button.tsx';
import { Empty, Failed, Skeleton, StaleStrip } from '../../ui/PanelState.tsx';
import { StrategyGlyph } from '../../ui/StrategyGlyph.tsx';
import { useChartsStore } from './chart-context.tsx';
import { ChartController, type LegendValues } from './chart-controller.ts';
import type { FeedStatus } from './chart-feed.ts';
import { followBackground, followLevels } from './chart-follow.ts';
import { type ChartStore, strategiesIn } from './chart-store.ts';
import { HoverCard } from './hover-card.ts';
import { LegendView } from './legend-view.ts';

const STOPPED = 'The history run is stopped: live bars follow once it has gone on to its end.';
const IDLE: FeedStatus = { phase: 'idle', problem: null, isLive: true, isPaging: false };

export interface ChartViewProps {
  readonly index: number;
  readonly count: number;
  readonly isActive: boolean;
  readonly instrumentId: InstrumentId;
  readonly timeframe: Timeframe;
}

export function ChartView({ index, count, isActive, instrumentId, timeframe }: ChartViewProps) {
  const desk = useDesk();
  const charts = useChartsStore();
  const store = charts.charts[index];
  if (store === undefined) throw new Error(`There is no chart ${index}.`);
  const row = useStreamed(desk.watchlist, (rows) => rows.find((one) => one.instrumentId === instrumentId) ?? null);
  const lines = useStore(charts, (state) => state.choices.lines);
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
      links: charts.links,
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
      followLevels(made, desk, charts, store),
      followBackground(made, desk, charts, store),
    ];
    return () => {
      for (const end of ends) end();
      made.destroy();
      legend.clear();
      card.clear();
      controller.current = null;
    };
  }, [desk, charts, store]);

  useEffect(() => {
    decimalsNow.current = decimals;
    controller.current?.setDecimals(decimals);
  }, [decimals]);
  useEffect(() => {
    if (isActive) controller.current?.lead();
  }, [isActive]);
  useEffect(() => {
    controller.current?.show(instrumentId, timeframe, decimalsNow.current);
  }, [instrumentId, timeframe]);
  useEffect(() => controller.current?.setLines(lines), [lines]);

  // Another exchange may be chosen meanwhile: what the chart still shows keeps its name and its label.
  const symbol = row?.symbol ?? instrumentId.slice(instrumentId.indexOf(':') + 1);
  const isStopped = useStreamed(desk.session, (data) => data.connection.historyStopped) === true;
  const isStale = row !== null && row.feed !== 'live' && row.feed !== 'waiting';
  const isOneOfMany = count > 1;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a chart is no set of form fields.
    <section
      className="chart-view"
      role="group"
      aria-label={isOneOfMany ? `Chart ${index + 1} of ${count}: ${symbol}, ${timeframe}` : `Chart: ${symbol}`}
      aria-current={isOneOfMany && isActive ? 'true' : undefined}
      data-chart={index}
      tabIndex={isOneOfMany ? 0 : undefined}
      onFocus={() => charts.activate(index)}
      onPointerDown={() => charts.activate(index)}
    >
      {isStale && row !== null && <StaleStrip>{isStopped ? STOPPED : FEED_WORDS[row.feed].meaning}</StaleStrip>}
      <div className="chart">
        <div className="chart__legends">
          {isOneOfMany && (
            <span className="chart__name">
              <strong>{symbol}</strong> {timeframe}
            </span>
          )}
          <div ref={legendGround} className="chart__legend" />
          <SignalLegend store={store} />
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
    </section>
  );
}

/** Which strategies have signals in the bars on show, to see and to switch. */
function SignalLegend({ store }: { readonly store: ChartStore }) {
  const charts = useChartsStore();
  const rows = useStore(store, (state) => state.rows);
  const choices = useStore(charts, (state) => state.choices);
  const strategies = useMemo(() => strategiesIn(rows, choices), [rows, choices]);
  return (
    <fieldset className="signal-legend" aria-label="Strategies in the chart">
      {strategies.map(({ id, count, isHidden }) => (
        <button
          key={id}
          type="button"
          className="signal-legend__chip"
          aria-pressed={!isHidden}
          onClick={() => charts.toggleStrategy(id)}
          {...tip(isHidden ? 'Show its signals' : 'Hide its signals', strategyTitle(id))}
        >
          <StrategyGlyph id={id} size={11} />
          {strategyTitle(id)} <span className="number faint">{count}</span>
        </button>
      ))}
    </fieldset>
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
