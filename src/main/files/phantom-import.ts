/** Phantom history in (WS-21): the CSV of `phantom-csv.ts` read back, each line checked for what it says of itself. */
import { closeSync, openSync, readSync } from 'node:fs';
import { err, ok, type Result } from '#core/base/result.ts';
import { REGIMES, SESSIONS } from '#core/domain/context.ts';
import { OUTCOMES } from '#core/domain/phantom.ts';
import { DISPOSITIONS } from '#core/domain/score.ts';
import { isNumeric, quote } from './candle-layout.ts';
import { plainText } from './csv-cells.ts';
import { type CsvRecord, CsvRecords } from './csv-records.ts';
import type { FileFault } from './file-fault.ts';
import { type ExportedPhantom, NO_SET, PHANTOM_COLUMNS, PHANTOM_EXPORT_VERSION } from './phantom-csv.ts';

/** A line of the file, counted from 1 with the header: the phantom it holds, or why it holds none. */
export type PhantomFileRow =
  | { readonly line: number; readonly phantom: FilePhantom }
  | { readonly line: number; readonly reason: string };

export interface FilePhantom {
  readonly row: ExportedPhantom;
  readonly resolverVersion: number;
  /** Labels `set@hash` of its own set, null without one, and of those beside it. */
  readonly ownSet: string | null;
  readonly besideSets: readonly string[];
  /** A value per feature column of the file, NaN where the cell is empty. */
  readonly values: Float64Array;
}

export interface PhantomFile {
  /** `set.feature` of each feature column. */
  readonly featureNames: readonly string[];
  /** Reads the file anew at each call. Throws what the file system throws. */
  rows(): Generator<PhantomFileRow, void, undefined>;
}

const PIECE_BYTES = 1024 * 1024;

/** Looks at the header; the rows are read when they are asked for. */
export function openPhantomFile(path: string): Result<PhantomFile, FileFault> {
  try {
    const first = records(path).next();
    const header = first.done === true ? [] : first.value.cells.map(plainText);
    const missing = PHANTOM_COLUMNS.filter((name, index) => header[index] !== name);
    const features = header.slice(PHANTOM_COLUMNS.length);
    if (missing.length > 0) return err(notOurs(`its header has no ${quote(missing[0] ?? '')} where it belongs`));
    if (features.some((name) => !/^[^.]+\../.test(name)) || new Set(features).size < features.length)
      return err(notOurs('its further columns are not named set.feature, each once'));
    return ok({ featureNames: features, rows: () => rowsOf(path, header.length) });
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const message = `The file cannot be read: ${error.message}.`;
    return err({ kind: 'unreadable', message, remedy: 'Check the path and that your account may read the file.' });
  }
}

function* rowsOf(path: string, width: number): Generator<PhantomFileRow, void, undefined> {
  let isHeader = true;
  for (const { line, cells } of records(path)) {
    if (!isHeader) yield { line, ...phantomOf(cells, width) };
    isHeader = false;
  }
}

function* records(path: string): Generator<CsvRecord, void, undefined> {
  const file = openSync(path, 'r');
  try {
    const decoder = new TextDecoder('utf-8');
    const parser = new CsvRecords();
    const piece = new Uint8Array(PIECE_BYTES);
    for (;;) {
      const count = readSync(file, piece);
      if (count === 0) break;
      yield* parser.push(decoder.decode(piece.subarray(0, count), { stream: true }));
    }
    yield* parser.finish(decoder.decode());
  } finally {
    closeSync(file);
  }
}

type Checked = { readonly phantom: FilePhantom } | { readonly reason: string };

function phantomOf(cells: readonly string[], width: number): Checked {
  if (cells.length !== width) return { reason: `it has ${cells.length} cells, the header ${width}` };
  const line = new CheckedLine(cells);
  const version = line.number('schema_version');
  if (version !== PHANTOM_EXPORT_VERSION)
    return { reason: `schema_version is not ${PHANTOM_EXPORT_VERSION}: ${quote(line.text('schema_version'))}` };
  const row: ExportedPhantom = {
    id: line.some('id'),
    exchange: line.some('exchange'),
    symbol: line.some('symbol'),
    simulated: line.flag('simulated'),
    strategyId: line.some('strategy'),
    side: line.word('side', ['long', 'short']),
    openedAt: line.time('opened_at'),
    timeoutAt: line.time('timeout_at'),
    entry: line.number('entry'),
    stop: line.number('stop'),
    tp1: line.optional('tp1', () => line.number('tp1')),
    target: line.number('target'),
    session: line.word('session', SESSIONS),
    regime: line.optional('regime', () => line.word('regime', REGIMES)),
    qscore: line.number('qscore'),
    score: line.number('score'),
    scoreKind: line.word('score_kind', ['model', 'enhanced', 'heuristic', 'neutral']),
    threshold: line.number('threshold'),
    disposition: line.word('disposition', DISPOSITIONS),
    dispositionReason: line.text('reason'),
    decidedBy: line.word('decided_by', ['engine', 'trader']),
    outcome: line.word('outcome', OUTCOMES),
    exitReason: line.optional('exit_reason', () => line.word('exit_reason', EXIT_REASONS)),
    exitPrice: line.optional('exit_price', () => line.number('exit_price')),
    exitTime: line.optional('exit_time', () => line.time('exit_time')),
    grossR: line.optional('gross_r', () => line.number('gross_r')),
    netR: line.optional('net_r', () => line.number('net_r')),
    pnlPercent: line.optional('pnl_percent', () => line.number('pnl_percent')),
    maxFavorableR: line.number('max_favorable_r'),
    maxAdverseR: line.number('max_adverse_r'),
    tp1Hit: line.flag('tp1_hit'),
    barsHeld: line.whole('bars_held'),
    ambiguous: line.flag('ambiguous'),
    resolvedOffline: line.flag('resolved_offline'),
  };
  const [own = NO_SET, ...besideSets] = line.some('feature_sets').split(' ');
  const resolverVersion = line.whole('resolver_version');
  const values = line.features();
  const reason = line.problem ?? contradiction(row);
  if (reason !== null) return { reason };
  return { phantom: { row, resolverVersion, ownSet: own === NO_SET ? null : own, besideSets, values } };
}

const EXIT_REASONS = ['tp', 'sl', 'be', 'timeout', 'unavailable'] as const;

/** What no phantom of ours can be; null when there is nothing. */
function contradiction(row: ExportedPhantom): string | null {
  const { entry, stop, tp1, target, openedAt, exitTime, netR } = row;
  const sign = row.side === 'long' ? 1 : -1;
  if (row.outcome === 'open' || row.disposition === 'pending')
    return 'it has not ended: export it again when it has, this record could not follow it';
  if (!(entry > 0 && stop > 0 && target > 0)) return 'a price is not above zero';
  if (!((entry - stop) * sign > 0)) return `the stop of a ${row.side} is on the wrong side of the entry`;
  if (!((target - entry) * sign > 0)) return `the target of a ${row.side} is on the wrong side of the entry`;
  if (tp1 !== null && !((tp1 - entry) * sign > 0)) return `tp1 of a ${row.side} is on the wrong side of the entry`;
  if (row.timeoutAt < openedAt) return 'timeout_at is before opened_at';
  if (exitTime !== null && exitTime < openedAt) return 'exit_time is before opened_at';
  for (const [name, value] of [
    ['qscore', row.qscore],
    ['score', row.score],
    ['threshold', row.threshold],
  ] as const) {
    if (value < 0 || value > 100) return `${name} is not within 0 and 100`;
  }
  if (row.maxFavorableR < 0 || row.maxAdverseR < 0) return 'an excursion is below zero';
  const isResolved = row.outcome === 'win' || row.outcome === 'loss' || row.outcome === 'timeout';
  const ending = [row.exitReason, row.exitPrice, exitTime, row.grossR, netR, row.pnlPercent];
  if (isResolved && ending.includes(null)) return `a ${row.outcome} has a reason, price, time and result of its exit`;
  if (row.outcome === 'win' && netR !== null && netR <= 0) return 'a win has a net R above zero';
  if (row.outcome === 'loss' && netR !== null && netR > 0) return 'a loss has no net R above zero';
  return null;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Cells by name; the first that cannot be read is the line's problem, and what stands for its value is never used. */
class CheckedLine {
  problem: string | null = null;
  readonly #cells: readonly string[];

  constructor(cells: readonly string[]) {
    this.#cells = cells;
  }

  text(name: string): string {
    return plainText(this.#cell(name));
  }

  some(name: string): string {
    const text = this.text(name);
    if (text === '') this.#refuse(`${name} is empty`);
    return text;
  }

  word(name: string, allowed: readonly string[]): string {
    const text = this.text(name);
    if (!allowed.includes(text)) this.#refuse(`${name} is none of ${allowed.join(', ')}: ${quote(text)}`);
    return text;
  }

  number(name: string): number {
    return this.#number(name, this.#cell(name));
  }

  whole(name: string): number {
    const value = this.number(name);
    if (!Number.isSafeInteger(value) || value < 0) this.#refuse(`${name} is no whole number from 0 on`);
    return value;
  }

  flag(name: string): boolean {
    return this.word(name, ['true', 'false']) === 'true';
  }

  /** UTC ms. */
  time(name: string): number {
    const cell = this.#cell(name);
    const time = TIME.test(cell) ? Date.parse(cell) : Number.NaN;
    if (Number.isNaN(time) || new Date(time).toISOString() !== cell)
      this.#refuse(`${name} is no time like 2025-01-31T12:00:00.000Z: ${quote(cell)}`);
    return time;
  }

  /** Null for an empty cell. */
  optional<T>(name: string, read: () => T): T | null {
    return this.#cell(name) === '' ? null : read();
  }

  features(): Float64Array {
    const cells = this.#cells.slice(PHANTOM_COLUMNS.length);
    return Float64Array.from(cells, (cell, index) =>
      cell === '' ? Number.NaN : this.#number(`feature column ${index + 1}`, cell),
    );
  }

  #number(name: string, cell: string): number {
    const value = Number(cell);
    if (!isNumeric(cell) || !Number.isFinite(value)) this.#refuse(`${name} is not a number: ${quote(cell)}`);
    return value;
  }

  #cell(name: string): string {
    return this.#cells[COLUMN_OF.get(name) ?? -1] ?? '';
  }

  #refuse(problem: string): void {
    this.problem ??= problem;
  }
}

const COLUMN_OF = new Map(PHANTOM_COLUMNS.map((name, index) => [name, index]));

function notOurs(why: string): FileFault {
  return {
    kind: 'unknown-format',
    message: `This is no history of phantoms as the workstation exports it: ${why}.`,
    remedy: 'Give a CSV file of `desk export phantoms`, made by this version and not changed by another program.',
  };
}
