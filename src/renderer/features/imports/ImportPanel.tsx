/** Files of candles and of a sentiment index into the store: choose, say what it is, watch, read the report (MK-30). */
import { FileUp, Upload } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ImportReport } from '#contract/areas/imports.ts';
import type { Timeframe } from '#core/domain/timeframe.ts';
import { useDesk, useStreamed } from '../../lib/desk-context.tsx';
import { formatBytes, formatCount, formatNumber } from '../../lib/format.ts';
import { tip } from '../../lib/glossary.ts';
import { TIMEFRAMES } from '../../lib/timeframes.ts';
import { Button } from '../../ui/Button.tsx';
import { Bar, Segmented } from '../../ui/controls.tsx';
import { useImportStore } from './import-context.tsx';
import { guessTarget } from './import-store.ts';
import './imports.css';

export function ImportPanel() {
  const store = useImportStore();
  const state = useStore(store);
  switch (state.phase) {
    case 'idle':
      return <ImportForm />;
    case 'sending':
      return (
        <div className="import-progress">
          <p className="strong">{state.fileName}</p>
          <Bar label="Reading the file" fraction={state.totalBytes > 0 ? state.sentBytes / state.totalBytes : null} />
          <p className="caption number">
            {formatBytes(state.sentBytes)} of {formatBytes(state.totalBytes)}
          </p>
          <Button size="small" onClick={store.cancel}>
            Cancel
          </Button>
        </div>
      );
    case 'reading':
      return (
        <div className="import-progress">
          <p className="strong">{state.fileName}</p>
          <Bar label="Storing" fraction={null} />
          <p className="caption">Checking every row; the file is stored whole or not at all.</p>
        </div>
      );
    case 'failed':
      return (
        <div className="import-progress" role="alert">
          <p className="strong">{state.fileName} was not imported</p>
          <p>{state.message}</p>
          <p className="soft">{state.remedy}</p>
          <Button size="small" onClick={store.dismiss}>
            Choose a file
          </Button>
        </div>
      );
    case 'done':
      return <Report fileName={state.fileName} report={state.report} />;
  }
}

function ImportForm() {
  const store = useImportStore();
  const desk = useDesk();
  const currentExchange = useStreamed(desk.settings, (settings) => settings.exchange) ?? 'binance';
  const [file, setFile] = useState<File | null>(null);
  const [exchange, setExchange] = useState<string | null>(null);
  const [symbol, setSymbol] = useState('');
  const [timeframe, setTimeframe] = useState<Timeframe>('1m');
  const [kind, setKind] = useState<'candles' | 'sentiment'>('candles');
  const [scope, setScope] = useState('');
  const [isOver, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const chosenExchange = exchange ?? (currentExchange === 'demo' ? 'binance' : currentExchange);
  const isCandles = kind === 'candles';
  const isReady = file !== null && (!isCandles || (chosenExchange.trim() !== '' && symbol.trim().length >= 3));

  function take(chosen: File | undefined): void {
    if (chosen === undefined) return;
    setFile(chosen);
    const guess = guessTarget(chosen.name);
    if (guess.symbol !== null) setSymbol(guess.symbol);
    if (guess.timeframe !== null) setTimeframe(guess.timeframe);
  }

  function onDrop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  }

  return (
    <form
      className="import-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (file === null || !isReady) return;
        const candles = { exchange: chosenExchange.trim(), symbol: symbol.trim(), timeframe };
        void store.run(file, isCandles ? candles : { kind, scope: scope.trim() });
      }}
    >
      <Segmented
        label="What the file holds"
        value={kind}
        choices={[
          { value: 'candles', label: 'Candles' },
          { value: 'sentiment', label: 'Sentiment index' },
        ]}
        onChoose={setKind}
      />
      <button
        type="button"
        className={isOver ? 'drop-zone drop-zone--over' : 'drop-zone'}
        onClick={() => picker.current?.click()}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <FileUp size={20} aria-hidden="true" />
        {file === null ? (
          <span>
            <span className="strong">{isCandles ? 'Choose a candle file' : 'Choose the file of an index'}</span>, or
            drop it here
          </span>
        ) : (
          <span className="strong">
            {file.name} <span className="soft number">{formatBytes(file.size)}</span>
          </span>
        )}
        <span className="caption">
          {isCandles
            ? '.csv, .csv.gz or .zip, as Binance publishes them, or with a header of time, open, high, low, close, volume'
            : '.csv, .csv.gz or .zip with a header of time (of publication) and value (0 fear to 100 greed); also instrument, symbol, quote'}
        </span>
      </button>
      <input
        ref={picker}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={isCandles ? 'Candle file' : 'File of an index'}
        accept=".csv,.gz,.zip"
        onChange={(event) => take(event.target.files?.[0])}
      />
      <div className="import-form__fields">
        {isCandles ? (
          <>
            <label>
              <span className="eyebrow">Exchange</span>
              <input className="field" value={chosenExchange} onChange={(event) => setExchange(event.target.value)} />
            </label>
            <label>
              <span className="eyebrow">Symbol</span>
              <input
                className="field"
                placeholder="BTC/USDT"
                value={symbol}
                onChange={(event) => setSymbol(event.target.value)}
              />
            </label>
            <label>
              <span className="eyebrow">Timeframe</span>
              <select
                className="field"
                value={timeframe}
                onChange={(event) => setTimeframe(TIMEFRAMES.find((one) => one === event.target.value) ?? '1m')}
              >
                {TIMEFRAMES.map((one) => (
                  <option key={one} value={one}>
                    {one}
                  </option>
                ))}
              </select>
            </label>
          </>
        ) : (
          <label>
            <span className="eyebrow">Of</span>
            <input
              className="field"
              placeholder="everything"
              value={scope}
              onChange={(event) => setScope(event.target.value)}
              {...tip('Of lines that name none: a quote (USDT), a symbol (BTC/USDT) or an id (binance:BTC/USDT).')}
            />
          </label>
        )}
        <Button type="submit" look="primary" icon={<Upload size={13} />} disabled={!isReady}>
          Import
        </Button>
      </div>
    </form>
  );
}

const ROWS_SHOWN = 200;

function Report({ fileName, report }: { readonly fileName: string; readonly report: ImportReport }) {
  const store = useImportStore();
  const missing = report.gaps.reduce((sum, gap) => sum + gap.missing, 0);
  return (
    <div className="import-report">
      <div className="row">
        <h3 className="grow truncate">{fileName}</h3>
        <Button size="small" onClick={store.dismiss}>
          Import another
        </Button>
      </div>
      <dl className="import-report__figures">
        <div>
          <dt>Rows read</dt>
          <dd className="number">{formatNumber(report.rowsRead)}</dd>
        </div>
        <div>
          <dt>Accepted</dt>
          <dd className="number">{formatNumber(report.accepted)}</dd>
        </div>
        <div>
          <dt>Rejected</dt>
          <dd className={report.rejected.length > 0 ? 'number down' : 'number'}>
            {formatNumber(report.rejected.length)}
          </dd>
        </div>
        {report.known === undefined ? (
          <div>
            <dt>Gaps</dt>
            <dd className="number">
              {formatNumber(report.gaps.length)}
              {missing > 0 && <span className="soft"> ({formatCount(missing, 'bar')} missing)</span>}
            </dd>
          </div>
        ) : (
          <div>
            <dt>Known already</dt>
            <dd className="number">{formatNumber(report.known)}</dd>
          </div>
        )}
      </dl>
      {report.rejected.length > 0 && (
        <table className="import-report__table">
          <caption>Rejected rows</caption>
          <tbody>
            {report.rejected.slice(0, ROWS_SHOWN).map((row) => (
              <tr key={row.line}>
                <th scope="row" className="number">
                  line {formatNumber(row.line)}
                </th>
                <td>{row.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {report.gaps.length > 0 && (
        <table className="import-report__table">
          <caption>Gaps: no bars from first to last missing one</caption>
          <tbody>
            {report.gaps.slice(0, ROWS_SHOWN).map((gap) => (
              <tr key={gap.from}>
                <th scope="row" className="number">
                  {shortTime(gap.from)} – {shortTime(gap.to)}
                </th>
                <td className="number">{formatCount(gap.missing, 'bar')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** `2026-11-21 14:05` of an ISO time. */
function shortTime(text: string): string {
  return text.slice(0, 16).replace('T', ' ');
}
