/** The list on show as a file, CSV or NDJSON: one small control beside each table that can be taken along (WS-20). */
import { Download } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ExportFormat, ExportRequest } from '#contract/areas/exports.ts';
import { problemOf } from '../lib/client.ts';
import { useDesk } from '../lib/desk-context.tsx';
import { formatCount, formatNumber } from '../lib/format.ts';
import { tip } from '../lib/glossary.ts';
import { MEDIA_TYPES, pullExport } from '../lib/pull-export.ts';
import { saveFile } from '../lib/save-file.ts';
import { Button } from './Button.tsx';

export interface ExportButtonsProps {
  /** What the file holds, e.g. `Fills`. */
  readonly name: string;
  /** Null while there is nothing to ask for. */
  readonly request: (format: ExportFormat) => ExportRequest | null;
  readonly disabled?: boolean;
}

const FORMATS = ['csv', 'ndjson'] as const;

export function ExportButtons({ name, request, disabled = false }: ExportButtonsProps) {
  const { client } = useDesk();
  const [state, setState] = useState<{ readonly isRunning: boolean; readonly message: string }>({
    isRunning: false,
    message: '',
  });
  const isCancelled = useRef(false);

  async function run(format: ExportFormat): Promise<void> {
    const asked = request(format);
    if (asked === null) return;
    isCancelled.current = false;
    setState({ isRunning: true, message: 'Counting' });
    try {
      const started = await client.call('exports.start', asked);
      let counted = 0;
      const saved = await pullExport(client, started, saveFile, MEDIA_TYPES[format], (rows, total) => {
        counted = rows;
        const of = total > 0 ? ` of ${formatNumber(total)}` : '';
        setState({ isRunning: true, message: `${formatNumber(rows)}${of} rows` });
        return !isCancelled.current;
      });
      const message = saved.done ? `${started.fileName}: ${formatCount(counted, 'row')}` : saved.message;
      setState({ isRunning: false, message });
    } catch (thrown) {
      const { message, remedy } = problemOf(thrown);
      setState({ isRunning: false, message: `${message} ${remedy}` });
    }
  }

  return (
    <span className="row export-buttons">
      <span className="caption number" aria-live="polite">
        {state.message}
      </span>
      {state.isRunning ? (
        <Button
          size="small"
          onClick={() => {
            isCancelled.current = true;
          }}
        >
          Cancel
        </Button>
      ) : (
        FORMATS.map((format) => (
          <Button
            key={format}
            size="small"
            look="ghost"
            {...(format === 'csv' ? { icon: <Download size={12} /> } : {})}
            disabled={disabled}
            aria-label={`${name} ${format.toUpperCase()}`}
            onClick={() => void run(format)}
            {...tip(TIPS[format], `${name} as ${format.toUpperCase()}`)}
          >
            {format === 'csv' ? `${name} CSV` : 'NDJSON'}
          </Button>
        ))
      )}
    </span>
  );
}

const TIPS = {
  csv: 'A file for spreadsheets: a header, times in UTC, results net of costs.',
  ndjson: 'The same rows for programs: one JSON object a line.',
} as const;
