/** What can be asked of the charts by key and palette. */
import type { Action } from '../../lib/actions/action.ts';
import { TIMEFRAMES } from '../../lib/timeframes.ts';
import { CHART_COUNTS, type ChartCount, type ChartsStore } from './charts-store.ts';

const COUNT_LABELS: Readonly<Record<ChartCount, string>> = {
  1: 'One chart',
  2: 'Two charts beside each other',
  4: 'Four charts beside each other',
};

export function chartActions(charts: ChartsStore): readonly Action[] {
  const step = (by: 1 | -1) => {
    const { slots, active } = charts.getState();
    const now = slots[active]?.timeframe;
    return now === undefined ? null : (TIMEFRAMES[TIMEFRAMES.indexOf(now) + by] ?? null);
  };
  const timeframe = (name: string, label: string, shortcut: string, by: 1 | -1): Action => ({
    name,
    label,
    group: 'Chart',
    shortcut,
    enabledWhen: () => step(by) !== null,
    perform() {
      const next = step(by);
      if (next !== null) charts.setTimeframe(next);
    },
  });
  const isOneOfMany = () => charts.getState().count > 1;
  return [
    timeframe('chart.coarser', 'Longer timeframe', ']', 1),
    timeframe('chart.finer', 'Shorter timeframe', '[', -1),
    {
      name: 'chart.taken-only',
      label: 'Only phantoms I took or am asked about',
      group: 'Chart',
      shortcut: 't',
      enabledWhen: () => true,
      perform: () => charts.choose({ takenOnly: !charts.getState().choices.takenOnly }),
    },
    ...CHART_COUNTS.map((count) => ({
      name: `chart.count-${count}`,
      label: COUNT_LABELS[count],
      group: 'Chart',
      shortcut: null,
      enabledWhen: () => charts.getState().count !== count,
      perform: () => charts.setCount(count),
    })),
    {
      name: 'chart.next',
      label: 'Next chart',
      group: 'Chart',
      shortcut: 'c',
      enabledWhen: isOneOfMany,
      perform() {
        const { active, count } = charts.getState();
        charts.activate((active + 1) % count);
      },
    },
    {
      name: 'chart.link-instrument',
      label: 'Link the charts’ instrument, or part it',
      group: 'Chart',
      shortcut: null,
      enabledWhen: isOneOfMany,
      perform: () => charts.linkInstrument(!charts.getState().linksInstrument),
    },
    {
      name: 'chart.link-range',
      label: 'Link the charts’ range of time, or part it',
      group: 'Chart',
      shortcut: null,
      enabledWhen: isOneOfMany,
      perform: () => charts.linkRange(!charts.getState().linksRange),
    },
  ];
}
