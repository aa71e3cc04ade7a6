/**
 * Prints the SHA-256 of every export of the same facts: run as a child it shows that neither locale nor time zone moves
 * a byte (WS-20).
 */
import { createHash } from 'node:crypto';
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
import { type TableFormat, tableText } from '#main/files/table-file.ts';
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
  };
}

if (import.meta.main) {
  const all = [everyTable('plain, text', 'csv'), everyTable('plain, text', 'ndjson')];
  process.stdout.write(createHash('sha256').update(JSON.stringify(all)).digest('hex'));
}
