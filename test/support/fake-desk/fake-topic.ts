/** One stream of the fake desk with its subscribers. */
import type { StreamSink } from '#contract/service.ts';

export class Topic<Delta> {
  readonly #sinks = new Set<StreamSink<Delta>>();
  open<Snapshot>(snapshot: Snapshot, sink: StreamSink<Delta>) {
    this.#sinks.add(sink);
    return { snapshot, stop: () => void this.#sinks.delete(sink) };
  }
  push(delta: Delta): void {
    for (const sink of this.#sinks) sink.push(delta);
  }
}
