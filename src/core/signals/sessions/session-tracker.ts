/** Follows the sessions of one instrument on closed 5m bars: windows of the day and opening ranges (FE-15). */
import type { Candle } from '#core/domain/candle.ts';
import type { StateReader, StateWriter } from '../indicators/indicator.ts';
import { OpeningRanges } from './opening-ranges.ts';
import { SessionWindows } from './session-windows.ts';

/** Read side, as features see it. */
export interface SessionFacts {
  readonly windows: Pick<SessionWindows, 'finished' | 'today'>;
  readonly openings: Pick<OpeningRanges, 'finished' | 'ofMinute' | 'before' | 'at'>;
}

export class SessionTracker implements SessionFacts {
  readonly windows = new SessionWindows();
  readonly openings = new OpeningRanges();

  /** One closed 5m bar; ascending time. */
  add({ openTime, open, high, low, close }: Candle, complete: boolean): void {
    this.windows.add(openTime, open, high, low, close, complete);
    this.openings.add(openTime, open, high, low, close, complete);
  }

  save(state: StateWriter): void {
    this.windows.save(state);
    this.openings.save(state);
  }

  load(state: StateReader): void {
    this.windows.load(state);
    this.openings.load(state);
  }
}
