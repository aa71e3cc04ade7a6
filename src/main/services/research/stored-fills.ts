/** Fills at an exchange between the stored bars, where they came when they were live (DE-34, PL-6). */
import type { TakenFill } from '#core/domain/broker-fill.ts';
import type { EngineInput } from '#core/engine/messages.ts';

/** Each one follows the batch that it followed then; those of before the first bar come first. */
export function* withFills<T extends EngineInput>(
  inputs: Iterable<T>,
  taken: readonly TakenFill[],
): Generator<T | Extract<EngineInput, { kind: 'filled' }>, void, undefined> {
  let next = 0;
  for (const input of inputs) {
    if (input.kind === 'bars') {
      for (let one = taken[next]; one !== undefined && one.afterCloseTime < input.closeTime; one = taken[++next]) {
        yield { kind: 'filled', time: one.time, fill: one.fill };
      }
    }
    yield input;
  }
}
