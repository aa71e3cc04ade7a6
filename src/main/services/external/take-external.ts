/** A signal from outside into the running desk (ST-20): which instrument it means, whether it is one, what was decided. */
import type { ExternalFields } from '#contract/areas/external-signals.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import type { ExternalSignal } from '#core/domain/external-signal.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import type { ExternalInput, ExternalObjection } from '#core/engine/external-signals.ts';
import type { Profile } from '#main/store/database.ts';
import type { LiveSession } from '../live-session.ts';
import { instrumentOf } from './external-symbols.ts';

export interface ExternalTaken {
  readonly phantomId: string;
  /** It had been taken before; nothing changed. */
  readonly duplicate: boolean;
  readonly disposition: string;
  /** In words. */
  readonly reason: string;
  readonly score: number;
  readonly scoreKind: string;
  readonly threshold: number;
}

export type ExternalFault = ExternalObjection | Fault<'not-live' | 'not-recorded'>;

export interface ExternalDesk {
  readonly session: Pick<LiveSession, 'keeper' | 'state' | 'instruments' | 'now'>;
  readonly profile: Pick<Profile, 'externals' | 'history'>;
}

/** `usualSource` names a sender that does not name itself. */
export function takeExternal(
  { session, profile }: ExternalDesk,
  fields: ExternalFields,
  usualSource: string,
): Result<ExternalTaken, ExternalFault> {
  const { keeper } = session;
  if (keeper === null || session.state.connection !== 'live') {
    const message = `The desk is not live (it is ${session.state.connection}): there is no price to judge a signal at.`;
    return err({ kind: 'not-live', message, remedy: 'Send it again when the window says live.' });
  }
  const instrument = instrumentOf(fields.symbol, session.instruments);
  if (instrument === null) {
    const watched = session.instruments.map(({ symbol }) => symbol).join(', ');
    const message = `No watched instrument is called ${fields.symbol}.`;
    return err({ kind: 'unknown-instrument', message, remedy: `Watched are ${watched}; the settings name others.` });
  }
  const state = keeper.engine.instrument(instrument.id);
  const closeTime = state === undefined ? 0 : state.lastOpenTime + state.durationMs;
  const { symbol: _symbol, ...rest } = fields;
  const signal: ExternalSignal = {
    ...rest,
    source: fields.source ?? usualSource,
    // Without a name of its own it is the one of its bar: what a sender repeats within a bar counts once.
    id: fields.id ?? `${instrument.symbol} ${fields.side} ${new Date(closeTime).toISOString()}`,
  };
  const input: ExternalInput = {
    kind: 'external',
    time: session.now(),
    instrumentId: instrument.id,
    signal,
    origin: 'live',
  };
  const objection = keeper.engine.externalObjection(input);
  if (objection !== null) return knownAlready({ profile }, signal, objection);
  const opened = keeper.apply(input).find((event) => event.kind === 'phantom-opened');
  if (opened === undefined) {
    const remedy = 'Send it again; the log says what is wrong with the disk.';
    return err({ kind: 'not-recorded', message: 'It could not be recorded; nothing changed.', remedy });
  }
  return ok(takenAs(opened.phantom, false));
}

/** A signal that is sent again is answered as it was the first time: the sender need not know what arrived. */
function knownAlready(
  { profile }: Pick<ExternalDesk, 'profile'>,
  signal: ExternalSignal,
  objection: ExternalObjection,
): Result<ExternalTaken, ExternalFault> {
  const id = objection.kind === 'duplicate' ? profile.externals.find(signal.source, signal.id)?.signalId : undefined;
  const phantom = id === undefined ? undefined : profile.history.detail(id)?.phantom;
  return phantom === undefined ? err(objection) : ok(takenAs(phantom, true));
}

function takenAs({ id, decision }: Phantom, duplicate: boolean): ExternalTaken {
  const { disposition, reason, score, threshold } = decision;
  const { value, kind } = score;
  return { phantomId: id, duplicate, disposition, reason, score: value, scoreKind: kind, threshold: threshold.value };
}
