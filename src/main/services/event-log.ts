/** Which of the engine's events a trader reads in the log, and in which words. */
import { splitInstrumentId } from '#core/domain/instrument.ts';
import type { EngineEvent } from '#core/engine/messages.ts';
import type { DeskLog } from './desk-log.ts';

export function logEvent(log: DeskLog, event: EngineEvent): void {
  switch (event.kind) {
    case 'ticket-opened': {
      const { instrumentId, terms } = event.ticket;
      const what = `${splitInstrumentId(instrumentId).symbol} ${terms.side} at ${terms.entry}`;
      return log.write('notice', 'tickets', `${what}: a ticket asks for your decision`, event.time);
    }
    case 'ticket-closed': {
      const { instrumentId, state, closeReason } = event.ticket;
      const why = closeReason === null ? '' : ` (${closeReason})`;
      return log.write(
        'info',
        'tickets',
        `${splitInstrumentId(instrumentId).symbol}: ticket ${state}${why}`,
        event.time,
      );
    }
    case 'position-opened': {
      const { instrumentId, amount, terms } = event.position;
      const what = `${terms.side} ${amount} ${splitInstrumentId(instrumentId).symbol} at ${terms.entry}`;
      return log.write('notice', 'paper account', `opened ${what}`, event.time);
    }
    case 'position-closed': {
      const { instrumentId, result } = event.position;
      const netR = result.netR === null ? 'without a result' : `with ${result.netR.toFixed(2)} R net of costs`;
      const what = `closed ${splitInstrumentId(instrumentId).symbol} ${netR}`;
      return log.write('notice', 'paper account', what, event.time);
    }
    case 'breaker-tripped':
      return log.write('warning', 'risk', `breaker ${event.breaker} tripped: ${event.why}`, event.time);
    case 'breaker-reset':
      return log.write('notice', 'risk', `breaker ${event.breaker} is reset`, event.time);
    case 'kill-switch-set': {
      const closed = event.closedPositions === 0 ? '' : `; ${event.closedPositions} positions closed`;
      const words = event.engaged ? 'engaged: nothing new is entered' : 'released';
      return log.write('warning', 'risk', `kill switch ${words}${closed}`, event.time);
    }
    case 'stage-set':
      return log.write('notice', 'risk', `stage ${event.stage}, before it ${event.before}`, event.time);
    case 'intent-refused':
      return log.write('warning', 'tickets', event.message, event.time);
    case 'fault-raised':
      return log.write('error', event.source, event.message, event.time);
    default:
      return;
  }
}
