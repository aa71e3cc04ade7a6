/** The one driver of the engine, for live, replay, bootstrap, backtest and tests: speed belongs to the feed (PL-1). */
import type { Engine } from './engine.ts';
import type { EngineEvent, EngineInput } from './messages.ts';

/** Receives each input with its events, before the next input is fed. */
export type EngineSink = (events: readonly EngineEvent[], input: EngineInput) => void;

/** Feeds all inputs in order. */
export function run(engine: Engine, inputs: Iterable<EngineInput>, sink: EngineSink): void {
  for (const input of inputs) sink(engine.step(input), input);
}
