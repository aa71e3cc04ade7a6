/** `desk inspect resolve`: the resolver of record on a phantom and candles from a file (PH-10 to PH-15). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import { type ResolvedPhantom, resolveDocument } from '#main/services/inspect-resolve.ts';
import type { Command } from '../command.ts';
import { shortNumber, table } from '../table.ts';

export const inspectResolve: Command = {
  name: 'inspect resolve',
  summary: 'Resolve one phantom on given candles',
  file: { name: 'FILE', meaning: 'a .json or .json.gz file in the form below' },
  options: {},
  notes: [
    'FILE: {"phantom": {"side": "long", "entry": 100, "stop": 98, "tp1": 102, "tp1Fraction": 0.5, "target": 104,',
    '"openedAt": 1748779200000, "timeoutMs": 14400000, "costs": {"feeBps": 10, "slippageBps": 2}},',
    '"timeframe": "5m", "candles": [[timestamp_ms, open, high, low, close, volume], ...],',
    '"fineTimeframe": "1m", "fineCandles": [...]}. tp1 may be null; the fine candles may be left out.',
    'costs may hold "funding": {"rate": 0.0001, "next": 1748793600000, "intervalMs": 28800000}.',
    'Times are UTC ms, bars are named by their open time and ascend; bars before openedAt are ignored.',
    'JSON: {outcome, exitReason, exitPrice, exitTime, grossR, netR, pnlPercent, ..., ambiguous, optimistic, resolverVersion}.',
  ],
  examples: ['desk inspect resolve phantom.json --json'],
  async run({ file }) {
    const document = readJson(file);
    if (!document.ok) return document;
    const resolved = resolveDocument(document.value);
    return resolved.ok ? ok({ json: resolved.value, lines: describe(resolved.value) }) : resolved;
  },
};

function readJson(path: string): Result<unknown, Fault> {
  try {
    const bytes = readFileSync(path);
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return ok(JSON.parse((packed ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '')));
  } catch (error) {
    const message = `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
    return err({ kind: 'unreadable', message, remedy: 'Give a JSON file in the form that --help shows.' });
  }
}

function describe(result: ResolvedPhantom): readonly string[] {
  const rows = Object.entries(result).map(([name, value]) => [name, text(name, value)] as const);
  return table([['field', 'value'], ...rows]);
}

function text(name: string, value: unknown): string {
  if (value === null) return '-';
  if (name === 'exitTime') return new Date(Number(value)).toISOString();
  if (typeof value === 'number') return shortNumber(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
