/**
 * A file of signals that somebody else found (ST-20): each is judged and resolved on stored candles as if it had come
 * live, and stands in the record with the disposition `imported`. One file is one transaction.
 */
import { setImmediate } from 'node:timers/promises';
import { readExternalFields } from '#contract/areas/external-signals.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { ExternalSignal } from '#core/domain/external-signal.ts';
import type { Instrument, InstrumentId } from '#core/domain/instrument.ts';
import type { Outcome } from '#core/domain/phantom.ts';
import { DAY_MS, timeframeMs, type UnixMs } from '#core/domain/timeframe.ts';
import { Engine } from '#core/engine/engine.ts';
import { type ExternalInput, externalGround } from '#core/engine/external-signals.ts';
import type { EngineEvent, EngineSettings } from '#core/engine/messages.ts';
import type { SignalFileRow } from '#main/files/signal-csv.ts';
import type { Profile } from '#main/store/database.ts';
import { registerFeatureSets, writeEvent, writeExternal } from '../engine-keeper.ts';
import { importedInstrument, storedInputs } from '../research/stored-market.ts';
import { instrumentOf } from './external-symbols.ts';

export interface SignalImportOptions {
  readonly profile: Profile;
  /** A source's name as `sourceName` gives it. */
  readonly source: string;
  /** Whose stored candles they are judged on. */
  readonly exchange: string;
  readonly rows: readonly SignalFileRow[];
  readonly settings: EngineSettings;
  readonly signal?: AbortSignal;
  /** Base bars worked so far. */
  readonly progress?: (bars: number) => void;
}

export interface SignalImportReport {
  readonly rowsRead: number;
  readonly accepted: number;
  /** Taken before, under the same id: nothing changed. */
  readonly known: number;
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
  /** Of the accepted ones. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
}

export type SignalImportFault = Fault<string>;

/** As a restart without a snapshot warms up: FE-3 looks back 30 days, averages further. */
const WARM_UP_MS = 45 * DAY_MS;
const BATCHES_PER_TURN = 2_000;

interface WaitingSignal {
  readonly line: number;
  readonly input: ExternalInput;
}

/** What an accepted signal left behind, to be written at the end. */
interface FollowedSignal {
  readonly input: ExternalInput;
  readonly opened: readonly EngineEvent[];
  readonly afterCloseTime: UnixMs;
}

export async function importSignals(
  options: SignalImportOptions,
): Promise<Result<SignalImportReport, SignalImportFault>> {
  const { profile, rows } = options;
  const markets = storedMarkets(profile, options.exchange);
  if (markets.length === 0) {
    const message = `No 1m or 5m candles of ${options.exchange} are stored.`;
    return err({ kind: 'no-candles', message, remedy: 'Import some first: desk import candles --help' });
  }
  const intake = readRows(options, markets);
  const run = await follow(options, markets, intake.waiting);
  if (options.signal?.aborted === true) {
    return err({
      kind: 'cancelled',
      message: 'The import was cancelled. Nothing was imported.',
      remedy: 'Start it again.',
    });
  }
  registerFeatureSets(profile);
  const written = profile.record.step((writer) => {
    for (const { input, opened, afterCloseTime } of run.followed) {
      for (const event of opened) writeEvent(writer, event);
      writeExternal(writer, input, opened, afterCloseTime);
    }
    for (const event of run.later) writeEvent(writer, event);
    for (const open of run.engine.openPhantoms.all()) {
      // Without a bar that the desk has worked, the desk will walk them all, from the first one on.
      if (run.workedUntil.has(open.phantom.instrumentId)) writer.phantomProgressed(open.phantom.id, open.walk.state());
    }
  });
  if (!written.ok) return written;
  return ok({
    rowsRead: rows.length,
    accepted: run.followed.length,
    known: intake.known,
    rejected: [...intake.rejected, ...run.rejected].sort((a, b) => a.line - b.line),
    outcomes: countOutcomes(run),
  });
}

/** Every instrument of the exchange with stored base bars: clusters and leaders hang on the others (FE-3). */
function storedMarkets({ candles, notes }: Profile, exchange: string): readonly Instrument[] {
  const found = new Map<InstrumentId, Instrument>();
  for (const { instrumentId: id, timeframe } of candles.series()) {
    if ((timeframe !== '1m' && timeframe !== '5m') || !id.startsWith(`${exchange}:`)) continue;
    const known = notes.instrument(id) ?? importedInstrument(exchange, id.slice(exchange.length + 1), timeframe);
    // The base that the desk worked on stays the base; else the finest one.
    const isBetter = known.baseTimeframe === timeframe || !found.has(id);
    if (isBetter) found.set(id, { ...known, baseTimeframe: timeframe });
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function readRows({ rows, source, profile }: SignalImportOptions, markets: readonly Instrument[]) {
  const waiting: WaitingSignal[] = [];
  const rejected: { readonly line: number; readonly reason: string }[] = [];
  const lineOf = new Map<string, number>();
  let known = 0;
  for (const row of rows) {
    const { line } = row;
    if ('reason' in row) {
      rejected.push(row);
      continue;
    }
    const fields = readExternalFields(row.fields);
    if (!fields.ok) {
      rejected.push({ line, reason: fields.error });
      continue;
    }
    const { symbol, source: named, ...rest } = fields.value;
    if (named !== null && named !== source) {
      rejected.push({ line, reason: `its source is ${named}, not ${source}` });
      continue;
    }
    const instrument = instrumentOf(symbol, markets);
    if (instrument === null) {
      rejected.push({ line, reason: `no candles of ${symbol.slice(0, 40)} are stored` });
      continue;
    }
    const id = rest.id ?? `${instrument.symbol} ${rest.side} ${iso(row.time)}`;
    const earlier = lineOf.get(id);
    if (earlier !== undefined) {
      rejected.push({ line, reason: `the same id as line ${earlier}` });
      continue;
    }
    lineOf.set(id, line);
    if (profile.externals.find(source, id) !== null) {
      known++;
      continue;
    }
    const signal: ExternalSignal = { ...rest, source, id };
    const input: ExternalInput = {
      kind: 'external',
      time: row.time,
      instrumentId: instrument.id,
      signal,
      origin: 'import',
    };
    waiting.push({ line, input });
  }
  // In order of time; of one time in the order of the file.
  return { waiting: waiting.sort((a, b) => a.input.time - b.input.time || a.line - b.line), rejected, known };
}

/** Works the stored bars once, with the signals between them. */
async function follow(
  { profile, settings, signal, progress }: SignalImportOptions,
  markets: readonly Instrument[],
  waiting: readonly WaitingSignal[],
) {
  const open = profile.loadOpen();
  const engine = new Engine({
    instruments: markets,
    strategies: [externalGround()],
    settings: { ...settings, stage: 'shadow' },
    account: { currency: markets[0]?.quote ?? 'USDT', startingEquity: 10_000, equity: 10_000 },
    sentiment: profile.notes.sentiment.book(),
  });
  engine.restoreBook({
    clock: 0,
    phantoms: [],
    tickets: [],
    positions: [],
    lives: [],
    externals: open.externals.map(({ signal: { source, id }, signalId }) => ({ source, id, signalId })),
  });
  // The desk goes on behind the bars that it has worked: no signal is followed past them, and none begins there.
  const workedUntil = new Map<InstrumentId, UnixMs>();
  for (const { instrumentId, openTime, closeTime } of open.workedBars) {
    const market = markets.find(({ id }) => id === instrumentId);
    if (market === undefined) continue;
    workedUntil.set(instrumentId, closeTime ?? openTime + timeframeMs(market.baseTimeframe));
  }
  const followed: FollowedSignal[] = [];
  const later: EngineEvent[] = [];
  const rejected: { readonly line: number; readonly reason: string }[] = [];
  const result = { engine, workedUntil, followed, later, rejected };
  const [first] = waiting;
  if (first === undefined) return result;

  let next = 0;
  const takeUntil = (time: UnixMs): void => {
    for (; next < waiting.length; next++) {
      const { line, input } = waiting[next] as WaitingSignal;
      if (input.time >= time) return;
      const worked = workedUntil.get(input.instrumentId);
      const objection = engine.externalObjection(input);
      if (objection !== null) {
        const isAhead = objection.kind === 'no-price' && worked !== undefined && input.time > worked;
        const reason = isAhead ? `the desk has worked this instrument only until ${iso(worked)}` : objection.message;
        rejected.push({ line, reason: reason.replace(/\.$/, '') });
        continue;
      }
      const state = engine.instrument(input.instrumentId);
      const afterCloseTime = state === undefined ? input.time : state.lastOpenTime + state.durationMs;
      followed.push({ input, opened: engine.step(input), afterCloseTime });
    }
  };

  let batches = 0;
  let bars = 0;
  for (const input of storedInputs(profile, markets, { from: first.input.time - WARM_UP_MS, to: null })) {
    if (signal?.aborted === true) return result;
    if (input.kind === 'bars') takeUntil(input.closeTime);
    if (next === waiting.length && engine.openPhantoms.size === 0) break;
    const worked =
      input.kind === 'bars'
        ? {
            ...input,
            bars: input.bars.filter(
              ({ instrumentId, candle }) =>
                candle.openTime < (workedUntil.get(instrumentId) ?? Number.POSITIVE_INFINITY),
            ),
          }
        : input;
    for (const event of engine.step(worked)) if (event.kind.startsWith('phantom')) later.push(event);
    if (input.kind === 'bars') bars += input.bars.length;
    if (++batches % BATCHES_PER_TURN === 0) {
      progress?.(bars);
      await setImmediate();
    }
  }
  takeUntil(Number.POSITIVE_INFINITY);
  return result;
}

function iso(time: UnixMs): string {
  return new Date(time).toISOString();
}

function countOutcomes({ followed, later }: Awaited<ReturnType<typeof follow>>): SignalImportReport['outcomes'] {
  const outcomes: Partial<Record<Outcome, number>> = {};
  let open = followed.length;
  for (const event of later) {
    if (event.kind !== 'phantom-closed') continue;
    outcomes[event.result.outcome] = (outcomes[event.result.outcome] ?? 0) + 1;
    open--;
  }
  return open === 0 ? outcomes : { ...outcomes, open };
}
