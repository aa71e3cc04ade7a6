/** Which events are worth a notice, and in which words (DE-17). */
import type { ModelNotice } from '#contract/areas/models.ts';
import type { DeskNotice, NoticeKind } from '#contract/areas/notices.ts';
import { type InstrumentId, splitInstrumentId } from '#core/domain/instrument.ts';
import type { TicketId } from '#core/domain/trading.ts';
import type { EngineEvent } from '#core/engine/messages.ts';

/** The instrument of an open position by its id, which is its signal's; null when it is not the trader's. */
export type FindOpenPosition = (id: TicketId) => InstrumentId | null;

/** Null: nothing that interrupts anybody. */
export function engineNotice(event: EngineEvent, findOpenPosition: FindOpenPosition): DeskNotice | null {
  switch (event.kind) {
    case 'ticket-opened': {
      const { instrumentId, terms, score } = event.ticket;
      const text = `Entry ${terms.entry}, stop ${terms.stop}; score ${score.value.toFixed(0)}. Decide in the window.`;
      return notice('ticket', event.time, `${nameOf(instrumentId)} ${terms.side}: a ticket waits`, text);
    }
    case 'phantom-tp1': {
      const instrumentId = findOpenPosition(event.phantomId);
      if (instrumentId === null) return null;
      return notice('tp1', event.time, `${nameOf(instrumentId)}: first target taken`, `At ${event.price}.`);
    }
    case 'position-closed': {
      const { instrumentId, result } = event.position;
      const text = result.netR === null ? 'Without a result.' : `${result.netR.toFixed(2)} R net of costs.`;
      return notice('closed', event.time, `${nameOf(instrumentId)}: paper position closed`, text);
    }
    case 'breaker-tripped':
      return notice('breaker', event.time, `Breaker ${event.breaker} tripped: nothing new is entered`, event.why);
    case 'kill-switch-set':
      return event.engaged
        ? notice('breaker', event.time, 'Kill switch engaged: nothing new is entered', '')
        : notice('breaker', event.time, 'Kill switch released', '');
    default:
      return null;
  }
}

const MODEL_TITLES: Readonly<Record<ModelNotice['kind'], string>> = {
  promoted: 'a new version scores from now on',
  rejected: 'a trained version was rejected',
  'rolled-back': 'rolled back to the version before',
  drift: 'drift',
  missing: 'inputs are missing',
  failed: 'a training failed',
  expired: 'expired',
};

export function modelNotice({ kind, model, time, message }: ModelNotice): DeskNotice {
  const isDrift = kind === 'drift' || kind === 'missing';
  return notice(isDrift ? 'drift' : 'model', time, `${model}: ${MODEL_TITLES[kind]}`, message);
}

export function notice(kind: NoticeKind, time: number, title: string, text: string): DeskNotice {
  return { kind, time, title, text };
}

/** A simulated market is never told as if it were a real one. */
function nameOf(id: InstrumentId): string {
  const { exchange, symbol } = splitInstrumentId(id);
  return exchange === 'demo' ? `${symbol} (simulated)` : symbol;
}
