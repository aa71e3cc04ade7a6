/** What one instrument may read of another: the bars of its leader (FE-3). */
import type { InstrumentId } from '#core/domain/instrument.ts';
import { instrumentId as idOf } from '#core/domain/instrument.ts';
import type { PeerReader } from '#core/signals/instrument-signals.ts';
import type { InstrumentState } from './instrument-state.ts';

const LEADER_BASE = 'BTC';

export function peerReader(states: ReadonlyMap<InstrumentId, InstrumentState>): PeerReader {
  return {
    leader15m: (id) => {
      const own = states.get(id);
      if (own === undefined || own.instrument.base === LEADER_BASE) return null;
      const { exchange, quote, symbol } = own.instrument;
      const settled = symbol.slice(symbol.indexOf('/'));
      const leader =
        states.get(idOf(exchange, `${LEADER_BASE}${settled}`)) ?? states.get(idOf(exchange, `${LEADER_BASE}/${quote}`));
      return leader?.signals.bars('15m') ?? null;
    },
  };
}
