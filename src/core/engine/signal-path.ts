/**
 * The way of a signal through the engine: from a draft or from outside to features, score, decision and phantom (PH-1,
 * ST-20). What waits for the trader goes on along the ticket path.
 */

import type { Phantom } from '#core/domain/phantom.ts';
import type { Disposition } from '#core/domain/score.ts';
import type { FeatureVector, SignalDraft } from '#core/domain/signal.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Position, PositionSize } from '#core/domain/trading.ts';
import type { IssuedSignal } from './complete-signal.ts';
import type { EngineParts } from './engine-parts.ts';
import { draftExternal, ExternalBook, type ExternalInput, type ExternalObjection } from './external-signals.ts';
import type { ActiveStrategy, InstrumentState } from './instrument-state.ts';
import type { BatchOrigin, EngineEvent, SignalOrigin } from './messages.ts';
import { closedScalpGates } from './scalp-gates.ts';
import {
  besideSets,
  decide,
  gateOf,
  issueSignal,
  openedPhantom,
  openingCosts,
  signalFeatures,
} from './signal-issuer.ts';
import { adviceOf, judgeSignal } from './signal-scorer.ts';
import type { TicketPath } from './ticket-path.ts';

function decidedAs(phantom: Phantom, disposition: Disposition, reason: string): Phantom {
  return { ...phantom, decision: { ...phantom.decision, disposition, reason } };
}

export class SignalPath {
  /** Signals from outside that were taken (ST-20). */
  readonly taken = new ExternalBook();
  readonly #parts: EngineParts;
  readonly #tickets: TicketPath;

  constructor(parts: EngineParts, tickets: TicketPath) {
    this.#parts = parts;
    this.#tickets = tickets;
  }

  /** A strategy's draft at the newest close; no signal comes of one without sound geometry, or of a structure that is followed already. */
  issue(
    state: InstrumentState,
    active: ActiveStrategy,
    draft: SignalDraft,
    origin: BatchOrigin,
    time: UnixMs,
    events: EngineEvent[],
  ): void {
    const { book, fills, settings } = this.#parts;
    const { strategy } = active;
    const { instrument } = state;
    if (settings.disabledStrategies.includes(strategy.id)) return;
    if (book.hasStructure(instrument.id, strategy.id, draft.side, draft.structureKey)) return;
    const costs = openingCosts(state, settings, fills);
    const signal = issueSignal(state, active, draft, time, costs);
    if (signal === null) return;
    this.#follow({ state, strategy, signal, measures: draft.measures, costs }, origin, time, events);
  }

  /** ST-20: why this signal from outside would not be taken now; null when it would be. Changes nothing. */
  objection(input: ExternalInput): ExternalObjection | null {
    const draft = this.#draftExternal(input);
    return draft.ok ? null : draft.error;
  }

  /** `advance` moves the engine's clock; a signal that is not taken leaves even that alone. */
  external(input: ExternalInput, advance: (events: EngineEvent[]) => void): EngineEvent[] {
    const drafted = this.#draftExternal(input);
    const events: EngineEvent[] = [];
    if (!drafted.ok) return events;
    advance(events);
    this.taken.add(input.signal.source, input.signal.id, drafted.value.signal.id);
    this.#follow(drafted.value, input.origin, input.time, events);
    return events;
  }

  #draftExternal(input: ExternalInput) {
    const state = this.#parts.states.get(input.instrumentId);
    return draftExternal(input, { state, taken: this.taken, settings: this.#parts.settings, fills: this.#parts.fills });
  }

  /** Every signal gets features, a score, a decision and a phantom (PH-1); one that waits for the trader gets a ticket. */
  #follow(issued: IssuedSignal, origin: SignalOrigin, time: UnixMs, events: EngineEvent[]): void {
    const { state, strategy, signal, measures, costs } = issued;
    const { book, gated, memory, models, settings, thresholds, watch } = this.#parts;
    const { instrument } = state;
    const past = memory.facts(strategy.id, state.signals.cluster());
    const vectorOf = (setId: string): FeatureVector | null => {
      const vector = signalFeatures(state, setId, signal, measures, past);
      if (!('fault' in vector)) return vector;
      const message = `features of ${signal.id} failed: ${vector.fault}`;
      events.push({ kind: 'fault-raised', time, source: setId, instrumentId: instrument.id, message });
      return null;
    };
    const features = vectorOf(strategy.featureSet);
    const beside = besideSets(strategy)
      .map(vectorOf)
      .filter((vector) => vector !== null);
    const vectors = { own: features, beside, cluster: signal.cluster };
    const opening = watch.openingOf(instrument.id, measures, time);
    const verdict = judgeSignal(strategy, instrument.id, signal.side, vectors, models, time, opening);
    const { score, breakEven } = verdict;
    const threshold = thresholds.choose(strategy.id, score.kind, signal.context, settings, breakEven);
    const recorded = features === null ? beside : [features, ...beside];
    const gate = gateOf(strategy, signal, recorded);
    const scalpGate = closedScalpGates(strategy, recorded, settings.scalpGates);
    const decided = decide(strategy, signal, score, threshold, origin, settings, time, gate, scalpGate);
    const followed = decided.disposition !== 'gated' || settings.trackGated === true;
    if (!followed) {
      const structure = { ...signal, instrumentId: instrument.id };
      if (gated.has(structure, time)) return;
      gated.add({ ...structure, until: time + signal.timeoutMs });
    }
    const advice = adviceOf(verdict, decided.disposition === 'pending', vectors, models);
    const decision = advice === null ? decided : { ...decided, advice };
    const offline = origin === 'gap';
    const asked = openedPhantom(signal, costs, features, beside, decision, instrument.simulated, offline, followed);
    const size = decision.disposition === 'pending' ? this.#tickets.propose(asked, state) : null;
    const [phantom, position] = size === null ? [asked, null] : this.#enter(asked, size, state);
    if (followed) book.open(phantom);
    events.push({ kind: 'phantom-opened', time, phantom });
    for (const said of verdict.said)
      events.push({ kind: 'predicted', time, prediction: { ...said, signalId: signal.id } });
    for (const message of verdict.faults) {
      events.push({ kind: 'fault-raised', time, source: strategy.model, instrumentId: instrument.id, message });
    }
    if (position !== null) this.#tickets.entered(position, time, events);
    else if (size !== null && phantom.decision.disposition === 'pending') {
      this.#tickets.open(phantom, size, time, events);
    }
  }

  /** What passed its threshold meets the limits (DE-21); in auto it is entered at once, else a ticket will ask. */
  #enter(asked: Phantom, size: PositionSize, state: InstrumentState): readonly [Phantom, Position | null] {
    const objection = this.#tickets.objection(asked, size, state);
    if (objection !== null) return [decidedAs(asked, 'blocked', objection), null];
    if (this.#parts.settings.stage !== 'auto') return [asked, null];
    const entered = this.#tickets.enter(asked, size, state);
    return typeof entered === 'string'
      ? [decidedAs(asked, 'blocked', entered), null]
      : [decidedAs(asked, 'executed', 'entered by itself: the stage is auto and every check passed'), entered];
  }
}
