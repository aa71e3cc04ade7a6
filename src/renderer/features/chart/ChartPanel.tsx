/** The chart panel: one toolbar over one, two or four charts beside each other (WS-11). */
import { useStore } from 'zustand';
import { useDesk, useStream } from '../../lib/desk-context.tsx';
import { Empty, Failed, Skeleton } from '../../ui/PanelState.tsx';
import { ChartToolbar } from './ChartToolbar.tsx';
import { ChartView } from './ChartView.tsx';
import { useChartsStore } from './chart-context.tsx';
import './chart.css';

export function ChartPanel() {
  const { view, watchlist } = useDesk();
  const charts = useChartsStore();
  const selectedId = useStore(view, (state) => state.instrumentId);
  const { count, slots, active } = useStore(charts);
  const { phase, problem } = useStream(watchlist);
  if (selectedId === null) {
    if (phase === 'failed') return <Failed problem={problem} onRetry={() => watchlist.open()} />;
    if (phase === 'loading') return <Skeleton label="Loading the chart" />;
    return <Empty title="No instrument is selected">Choose one in the watchlist.</Empty>;
  }
  return (
    <>
      <ChartToolbar instrumentId={selectedId} />
      <div className="charts" data-count={count}>
        {slots.slice(0, count).map((slot, index) => (
          <ChartView
            // biome-ignore lint/suspicious/noArrayIndexKey: a chart is its place; what it shows changes.
            key={index}
            index={index}
            count={count}
            isActive={index === active}
            instrumentId={(index === active ? null : slot.instrumentId) ?? selectedId}
            timeframe={slot.timeframe}
          />
        ))}
      </div>
    </>
  );
}
