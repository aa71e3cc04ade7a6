/** What happened: newest first, by level and text (WS-19). */
import { useMemo, useState } from 'react';
import type { LogEntry, LogLevel } from '#contract/areas/session.ts';
import { useAction } from '../../lib/actions/actions-context.tsx';
import { useDesk, useStream, useStreamed } from '../../lib/desk-context.tsx';
import { formatClock, formatCount, formatDateTime } from '../../lib/format.ts';
import { tip } from '../../lib/glossary.ts';
import { LOG_WORDS } from '../../lib/words.ts';
import { Button } from '../../ui/Button.tsx';
import { SearchField, Segmented, WordBadge } from '../../ui/controls.tsx';
import { type Column, DataTable } from '../../ui/DataTable.tsx';
import { Empty, StreamedPanel } from '../../ui/PanelState.tsx';
import { filterLog } from './log-filter.ts';
import './log.css';

export function LogPanel() {
  const desk = useDesk();
  const stream = useStream(desk.log);
  const [level, setLevel] = useState<LogLevel>('info');
  const [search, setSearch] = useState('');
  return (
    <>
      <div className="log-bar">
        <Segmented
          small
          label="Least level"
          value={level}
          onChoose={setLevel}
          choices={(['info', 'notice', 'warning', 'error'] as const).map((value) => ({
            value,
            label: value === 'info' ? 'All' : `${LOG_WORDS[value].label}s`,
            hint: value === 'info' ? 'Everything' : `${LOG_WORDS[value].label}s and above`,
          }))}
        />
        <SearchField label="Search the log" value={search} onChange={setSearch} width="12rem" />
      </div>
      <OutdatedGrades />
      <StreamedPanel stream={stream} what="the log" onRetry={() => desk.log.open()}>
        {(entries) => <LogTable entries={entries} level={level} search={search} />}
      </StreamedPanel>
    </>
  );
}

/** MK-3: where changed bars are reported, what rests on them can be graded again. */
function OutdatedGrades() {
  const desk = useDesk();
  const count = useStreamed(desk.session, (data) => data.counts.outdatedGrades) ?? 0;
  const regrade = useAction('phantoms.regrade');
  if (count === 0 || regrade === null) return null;
  return (
    <output className="log-revised">
      <span>
        The exchange changed bars after they closed. On them, {formatCount(count, 'closed phantom')} would have another
        result; nothing changes by itself.
      </span>
      <Button size="small" onClick={regrade.perform} {...tip('Results as they are now are kept beside the new ones.')}>
        Grade again
      </Button>
    </output>
  );
}

interface LogTableProps {
  readonly entries: readonly LogEntry[];
  readonly level: LogLevel;
  readonly search: string;
}

function LogTable({ entries, level, search }: LogTableProps) {
  const shown = useMemo(() => filterLog(entries, level, search), [entries, level, search]);
  return (
    <DataTable
      label="Log"
      columns={COLUMNS}
      rows={shown}
      idOf={(entry) => String(entry.sequence)}
      smallestWidth="34rem"
      empty={
        <Empty title={entries.length === 0 ? 'Nothing has been logged yet' : 'Nothing matches'}>
          {entries.length === 0
            ? 'Faults, connections and decisions are listed here.'
            : 'Choose a lower level, or another text.'}
        </Empty>
      }
    />
  );
}

const COLUMNS: readonly Column<LogEntry>[] = [
  {
    key: 'time',
    header: 'Time, UTC',
    term: 'logTime',
    track: '5.4rem',
    cell: (entry) => (
      <span
        className="number soft"
        {...tip(
          `${formatDateTime(entry.time, true)} UTC${entry.exchangeTime === null ? '' : `; exchange time ${formatDateTime(entry.exchangeTime, true)}`}`,
        )}
      >
        {formatClock(entry.time)}
      </span>
    ),
  },
  {
    key: 'level',
    header: 'Level',
    term: 'logLevel',
    track: '5.2rem',
    cell: (entry) => <WordBadge word={LOG_WORDS[entry.level]} />,
  },
  {
    key: 'source',
    header: 'From',
    term: 'logSource',
    track: 'minmax(7rem, 9rem)',
    cell: (entry) => <span className="soft">{entry.source}</span>,
  },
  {
    key: 'message',
    header: 'Message',
    term: 'logMessage',
    track: 'minmax(16rem, 1fr)',
    cell: (entry) => <span {...tip(entry.message)}>{entry.message}</span>,
  },
];
