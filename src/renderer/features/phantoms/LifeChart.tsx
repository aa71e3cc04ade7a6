/** The life of one phantom as a small chart: the bars from its structure to its exit, with its levels. */
import { CandlestickSeries, createChart, type IChartApi, type Logical, type UTCTimestamp } from 'lightweight-charts';
import { useEffect, useRef, useState } from 'react';
import type { CandleTuple } from '#contract/areas/market.ts';
import type { PhantomDetail } from '#contract/areas/phantoms.ts';
import type { Timeframe, UnixMs } from '#core/domain/timeframe.ts';
import { onAppearanceChange } from '../../lib/appearance.ts';
import { barPosition } from '../../lib/charting/bar-index.ts';
import { chartOptions } from '../../lib/charting/chart-options.ts';
import { levelShape } from '../../lib/charting/level-shapes.ts';
import { LevelsPrimitive } from '../../lib/charting/levels-primitive.ts';
import { readPalette } from '../../lib/charting/palette.ts';
import { problemOf } from '../../lib/client.ts';
import { useDesk } from '../../lib/desk-context.tsx';
import { TIMEFRAME_MS, timeframeForSpan } from '../../lib/timeframes.ts';
import { Empty, Skeleton } from '../../ui/PanelState.tsx';

const MOST_BARS = 240;

export interface LifeSpan {
  readonly timeframe: Timeframe;
  readonly from: UnixMs;
  readonly to: UnixMs;
}

/** From the first mark of the structure to the exit (or now), with a quarter of room on both sides. */
export function lifeSpan(detail: PhantomDetail, now: UnixMs): LifeSpan {
  const { row, phantom } = detail;
  const start = Math.min(row.openedAt, ...phantom.signal.marks.map((mark) => mark.time));
  const end = row.exitTime ?? Math.max(now, row.openedAt);
  const room = Math.max((end - start) * 0.25, 30 * 60_000);
  const from = start - room;
  const to = Math.min(end + room, Math.max(now, end));
  return { timeframe: timeframeForSpan(to - from, MOST_BARS), from, to };
}

export function LifeChart({ detail }: { readonly detail: PhantomDetail }) {
  const { client, clock } = useDesk();
  const ground = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [phase, setPhase] = useState<'loading' | 'ready' | 'empty'>('loading');

  useEffect(() => {
    let chart: IChartApi | null = null;
    let isGone = false;
    let unfollow = () => {};
    const { row, phantom } = detail;
    const span = lifeSpan(detail, clock.now() ?? row.exitTime ?? row.openedAt);
    const durationMs = TIMEFRAME_MS[span.timeframe];
    const limit = Math.ceil((span.to - span.from) / durationMs) + 2;
    client
      .call('market.candles', {
        instrumentId: row.instrumentId,
        timeframe: span.timeframe,
        before: Math.ceil(span.to) + 1,
        limit,
      })
      .then(
        ({ candles }) => {
          if (isGone || ground.current === null) return;
          setPhase(candles.length === 0 ? 'empty' : 'ready');
          if (candles.length === 0) return;
          chart = draw(ground.current, candles);
        },
        (thrown) => {
          if (!isGone) setProblem(problemOf(thrown).message);
        },
      );

    function draw(element: HTMLElement, candles: readonly CandleTuple[]): IChartApi {
      let palette = readPalette(document.documentElement);
      const made = createChart(element, chartOptions(palette));
      const series = made.addSeries(CandlestickSeries, {
        borderVisible: false,
        lastValueVisible: false,
        priceLineVisible: false,
        priceFormat: { type: 'price', precision: row.priceDecimals, minMove: 10 ** -row.priceDecimals },
      });
      const paint = () =>
        series.applyOptions({
          upColor: palette.up,
          downColor: palette.down,
          wickUpColor: palette.up,
          wickDownColor: palette.down,
        });
      const levels = new LevelsPrimitive(
        {
          position: (time) => barPosition(candles.length, (index) => candles[index]?.[0] ?? 0, durationMs, time),
          newest: () => candles.length - 1,
          time: (index) => candles[index]?.[0] ?? null,
        },
        palette,
      );
      paint();
      series.setData(
        candles.map(([time, open, high, low, close]) => ({
          time: (time / 1000) as UTCTimestamp,
          open,
          high,
          low,
          close,
        })),
      );
      series.attachPrimitive(levels);
      levels.set({ shapes: [levelShape(row, phantom.signal.marks)], focusedId: row.id, decimals: row.priceDecimals });
      made.timeScale().setVisibleLogicalRange({ from: -1 as Logical, to: (candles.length + 2) as Logical });
      unfollow = onAppearanceChange(document.documentElement, () => {
        palette = readPalette(document.documentElement);
        made.applyOptions(chartOptions(palette));
        levels.setPalette(palette);
        paint();
      });
      return made;
    }

    return () => {
      isGone = true;
      unfollow();
      chart?.remove();
    };
  }, [client, clock, detail]);

  return (
    <div className="life-chart">
      <div
        ref={ground}
        className="life-chart__canvas"
        role="img"
        aria-label={`Life of the phantom on ${detail.row.symbol}`}
      />
      {problem !== null && <Empty title="The bars could not be loaded">{problem}</Empty>}
      {problem === null && phase === 'loading' && <Skeleton label="Loading bars" />}
      {problem === null && phase === 'empty' && <Empty title="No bars are stored for this time" />}
    </div>
  );
}
