/**
 * Prints the SHA-256 of every export of the same facts: run as a child it shows that neither locale nor time zone moves
 * a byte (WS-20).
 */
import { createHash } from 'node:crypto';
import type { Ledger } from '#contract/areas/analysis.ts';
import type { GateFindings } from '#contract/areas/analysis-evidence.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import {
  CANDLE_TABLE,
  FILL_TABLE,
  MODEL_TABLE,
  modelFigures,
  ORDER_TABLE,
  SIGNAL_TABLE,
} from '#main/files/export-tables.ts';
import { type ExportedPhantom, phantomCsv, phantomNdjson } from '#main/files/phantom-csv.ts';
import { type TableFormat, tableText } from '#main/files/table-file.ts';
import { type TrainingTable, trainingCsv, trainingNdjson } from '#main/files/training-table.ts';
import { GATE_TABLE, gateLines } from '#main/services/gate-table.ts';
import { LEDGER_TABLE, ledgerRows } from '#main/services/ledger-table.ts';
import { makePhantom, makePosition, makeTicket, NOON, resolvedResult } from './phantom-fixtures.ts';

/** All tables with `text` wherever a text from outside can stand. */
export function everyTable(text: string, format: TableFormat): Readonly<Record<string, string>> {
  const plain = makePhantom({ strategyId: text });
  const signal = { ...plain.signal, reasons: [text], structureKey: text, instrumentId: `demo:${text}` };
  const phantom: Phantom = { ...plain, signal };
  const ticket = { ...makeTicket(phantom), closedAt: NOON + 0.5e3, closeReason: text };
  const position = { ...makePosition(phantom), result: resolvedResult(phantom, 'loss'), profit: -1234567.891 };
  const open = { ...makePosition(phantom), instrumentId: `demo:${text}` };
  const version: ModelVersion = {
    ...{ id: 'f'.repeat(64), model: text, version: 1, state: 'champion', setId: text, setHash: 'hash' },
    ...{
      trainedUntil: NOON,
      dataHash: 'data',
      seed: 'seed',
      examples: 1_000,
      effectiveExamples: 812.5,
      heads: ['forest'],
    },
    ...{ parameters: {}, metrics: { holdout: { auc: 0.5125, note: text }, [text]: 1e-7, curve: [text] } },
    ...{ importance: [], reason: text, parentId: null, createdAt: NOON, activatedAt: null, retiredAt: null },
  };
  const candle = { openTime: NOON, open: 60_000.5, high: 1e21, low: 1e-9, close: 3, volume: 0 };
  const joined = (chunks: Iterable<{ readonly text: string }>) => [...chunks].map((chunk) => chunk.text).join('');
  return {
    signals: joined(tableText(SIGNAL_TABLE, [signal], format)),
    orders: joined(tableText(ORDER_TABLE, [ticket], format)),
    fills: joined(tableText(FILL_TABLE, [position, open], format)),
    models: joined(tableText(MODEL_TABLE, modelFigures([version]), format)),
    candles: joined(tableText(CANDLE_TABLE, [candle], format)),
    gates: joined(tableText(GATE_TABLE, gateLines(findingsOf(text)), format)),
    ledger: joined(tableText(LEDGER_TABLE, ledgerRows(ledgerOf(text)), format)),
  };
}

/** What else goes out as a file: the phantoms' own, and training sets. */
export function otherExports(text: string, format: TableFormat): Readonly<Record<string, string>> {
  const { signal, terms, decision, ...phantom } = makePhantom({ strategyId: text });
  const row: ExportedPhantom = {
    ...{ ...signal, ...terms, ...signal.context, ...resolvedResult({ ...phantom, signal, terms, decision }, 'win') },
    ...{ exchange: text, symbol: text, simulated: false, timeoutAt: NOON, score: 1e-7, scoreKind: 'heuristic' },
    ...{ threshold: 70, disposition: decision.disposition, dispositionReason: text, decidedBy: 'engine' },
    resolvedOffline: false,
  };
  const sets = [
    { setId: text, setHash: 'hash', features: ['a', 'b', 'c'].map((name) => ({ name, meaning: text, unit: '' })) },
  ];
  const own = { setHash: 'hash', values: Float64Array.of(0.1, -1e-7, Number.NaN) };
  const exported = [{ row, resolverVersion: 1, own, beside: [] }];
  const column = Float64Array.of(1_234.5, -0.25, 3);
  const training: TrainingTable = {
    ...{ model: 'trend', setId: 'trend', setHash: 'hash', dataHash: 'data', rows: 3, columns: [column] },
    timeouts: text,
    features: [{ name: text, meaning: text, unit: '', range: [null, null] }],
    ...{ target: column, weight: column, netR: column },
    ...{ openedAt: Float64Array.of(NOON, NOON, NOON), resolvedAt: Float64Array.of(NOON, NOON, NOON) },
  };
  const joined = (chunks: Iterable<{ readonly text: string }>) => [...chunks].map((chunk) => chunk.text).join('');
  const isCsv = format === 'csv';
  return {
    phantoms: joined(isCsv ? phantomCsv(exported, sets) : phantomNdjson(exported, sets)),
    training: joined(isCsv ? trainingCsv(training) : trainingNdjson(training)),
  };
}

/** One gate and one pair with a text from outside in every place that holds a text. */
function findingsOf(text: string): GateFindings {
  const counts = { pValue: 1e-7, adjustedPValue: 0.5, discovery: true, sufficient: true } as const;
  const gate = { name: text, meaning: text, passTotal: 40, passWins: 20, passRate: 0.5, passInterval: [0.35, 0.65] };
  const failed = {
    failTotal: 30,
    failWins: 10,
    failRate: 1 / 3,
    passNetR: -0.125,
    failNetR: null,
    missing: 2,
    delta: 1 / 6,
  };
  const pair = { names: [text, 'vol'], total: 12, wins: 6, winRate: 0.5, interval: null, netR: -1e-9, synergy: -0.01 };
  return {
    variables: [{ ...gate, ...failed, ...counts, interval: [-0.1, 0.4], retest: 'held-up' }],
    pairs: [{ ...pair, ...counts }],
    triplets: [],
  } as unknown as GateFindings;
}

function ledgerOf(text: string): Ledger {
  const figures = {
    signals: 1_234_567,
    resolved: 30,
    wins: 12,
    winRate: 0.4,
    winRateInterval: [0.25, 0.57],
    netRPerTrade: -0.1,
  };
  const sums = { netR: -3, netRSumInterval: null };
  const line = { ...figures, ...sums, disposition: text, decider: 'trader', savedR: 3, savedRInterval: [-1, 7.5] };
  return { lines: [line], total: { ...figures, ...sums } } as unknown as Ledger;
}

if (import.meta.main) {
  const formats = ['csv', 'ndjson'] as const;
  const all = formats.flatMap((format) => [everyTable('plain, text', format), otherExports('plain, text', format)]);
  process.stdout.write(createHash('sha256').update(JSON.stringify(all)).digest('hex'));
}
