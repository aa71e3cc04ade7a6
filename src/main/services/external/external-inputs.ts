/** Stored signals from outside between the stored bars, where they came when they were live (ST-20, PL-6). */
import type { TakenExternal } from '#core/domain/external-signal.ts';
import { signalTime } from '#core/domain/signal.ts';
import type { ExternalInput } from '#core/engine/external-signals.ts';
import type { EngineInput } from '#core/engine/messages.ts';

/**
 * Each one follows the batch that it followed then; a bar of its own instrument that came late comes after it where it
 * did. `origin`: as the bars' own, so that a replay decides it as a replay. Signals of before the first bar are left out.
 */
export function* withExternals<T extends EngineInput>(
  inputs: Iterable<T>,
  taken: readonly TakenExternal[],
  origin: ExternalInput['origin'] = 'replay',
): Generator<T | ExternalInput, void, undefined> {
  let waiting = taken.filter((one) => one.origin === 'live');
  let newestClose = Number.NEGATIVE_INFINITY;
  for (const input of inputs) {
    if (input.kind === 'bars' && waiting.length > 0) {
      const { closeTime, bars } = input;
      if (newestClose === Number.NEGATIVE_INFINITY) {
        waiting = waiting.filter(({ afterCloseTime }) => afterCloseTime >= closeTime);
      }
      const isDue = ({ afterCloseTime, instrumentId, signalId }: TakenExternal): boolean =>
        afterCloseTime <= newestClose &&
        (closeTime > afterCloseTime ||
          (closeTime > signalTime(signalId) && bars.some((bar) => bar.instrumentId === instrumentId)));
      if (waiting.some(isDue)) {
        for (const one of waiting.filter(isDue)) yield inputOf(one, origin);
        waiting = waiting.filter((one) => !isDue(one));
      }
      newestClose = Math.max(newestClose, closeTime);
    }
    yield input;
  }
  for (const one of waiting) if (one.afterCloseTime <= newestClose) yield inputOf(one, origin);
}

function inputOf({ time, instrumentId, signal }: TakenExternal, origin: ExternalInput['origin']): ExternalInput {
  return { kind: 'external', time, instrumentId, signal, origin };
}
