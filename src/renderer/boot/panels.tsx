/** The panels of the window and their first arrangement. */
import {
  BrainCircuit,
  Ghost,
  History,
  LineChart,
  List,
  Scale,
  ScrollText,
  ShieldCheck,
  Ticket,
  Upload,
  Wallet,
} from 'lucide-react';
import { ChartPanel } from '../features/chart/ChartPanel.tsx';
import { ImportPanel } from '../features/imports/ImportPanel.tsx';
import { LogPanel } from '../features/log/LogPanel.tsx';
import { ModelsPanel, TrainingMark } from '../features/models/ModelsPanel.tsx';
import { LiveCount, LivePhantoms } from '../features/phantoms/LivePhantoms.tsx';
import { PhantomHistory } from '../features/phantoms/PhantomHistory.tsx';
import { TicketCount } from '../features/tickets/TicketCount.tsx';
import { TicketPanel } from '../features/tickets/TicketPanel.tsx';
import { PositionCount, Positions } from '../features/trading/Positions.tsx';
import { RiskMark } from '../features/trading/RiskMark.tsx';
import { Watchlist } from '../features/watchlist/Watchlist.tsx';
import { lazyPanel } from '../ui/lazy-panel.tsx';
import { group, type LayoutNode, split } from '../ui/workspace/layout.ts';
import type { PanelDefinition } from '../ui/workspace/Workspace.tsx';

const LazyAnalysis = lazyPanel(
  'the analysis',
  async () => (await import('../features/analysis/AnalysisPanel.tsx')).AnalysisPanel,
);
const LazyTrading = lazyPanel(
  'trading',
  async () => (await import('../features/trading/TradingPanel.tsx')).TradingPanel,
);

export const PANELS: readonly PanelDefinition[] = [
  { id: 'watchlist', title: 'Watchlist', icon: <List size={13} />, Content: Watchlist },
  { id: 'chart', title: 'Chart', icon: <LineChart size={13} />, Content: ChartPanel },
  { id: 'tickets', title: 'Tickets', icon: <Ticket size={13} />, Content: TicketPanel, Mark: TicketCount },
  { id: 'live', title: 'Live phantoms', icon: <Ghost size={13} />, Content: LivePhantoms, Mark: LiveCount },
  { id: 'history', title: 'History', icon: <History size={13} />, Content: PhantomHistory },
  { id: 'positions', title: 'Paper positions', icon: <Wallet size={13} />, Content: Positions, Mark: PositionCount },
  { id: 'trading', title: 'Trading', icon: <ShieldCheck size={13} />, Content: LazyTrading, Mark: RiskMark },
  { id: 'models', title: 'Models', icon: <BrainCircuit size={13} />, Content: ModelsPanel, Mark: TrainingMark },
  { id: 'analysis', title: 'Analysis', icon: <Scale size={13} />, Content: LazyAnalysis },
  { id: 'imports', title: 'Imports', icon: <Upload size={13} />, Content: ImportPanel },
  { id: 'log', title: 'Log', icon: <ScrollText size={13} />, Content: LogPanel },
];

/** Side panels keep a reading width; what is left belongs to the chart. */
const WATCHLIST_PX = { narrow: 264, wide: 304 } as const;
const TICKETS_PX = { narrow: 344, wide: 400 } as const;
const WIDE_PX = 1_600;

export function defaultLayout(windowWidth: number): LayoutNode {
  const width = Math.max(1_000, windowWidth);
  const room = width >= WIDE_PX ? 'wide' : 'narrow';
  const main = width - TICKETS_PX[room];
  return split('root', 'row', [
    [
      main,
      split('main', 'column', [
        [
          62,
          split('top', 'row', [
            [WATCHLIST_PX[room], group('left', ['watchlist'])],
            [main - WATCHLIST_PX[room], group('centre', ['chart', 'analysis'])],
          ]),
        ],
        [38, group('bottom', ['live', 'history', 'models', 'positions', 'trading', 'imports', 'log'])],
      ]),
    ],
    [TICKETS_PX[room], group('right', ['tickets'])],
  ]);
}
