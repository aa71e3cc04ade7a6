/** What the record keeps beside its rows so that reading stays quick: made anew in pieces, in pauses of the desk. */
import { err, ok, type Result } from '#core/base/result.ts';
import { type PackedFeatures, packBlocks } from './analysis-blocks.ts';
import type { Connection } from './connection.ts';
import { storeFigures } from './facet-figures.ts';
import type { RecordSteps } from './record.ts';
import { StoreFailure, type StoreFault, storeFault } from './store-fault.ts';

/** Each step is a piece of some ten milliseconds; what a fault ends is taken up by the next upkeep. */
export type Upkeep = Generator<void, Result<void, StoreFault>, undefined>;

export function* recordUpkeep(connection: Connection, steps: RecordSteps, features: PackedFeatures): Upkeep {
  // It may be lost, and goes with the commit of whatever is being written.
  const write = (work: () => void) => {
    const written = steps.join(work);
    if (!written.ok) throw new StoreFailure(written.error);
  };
  try {
    yield* storeFigures(connection, write);
    yield* packBlocks(connection, features, write);
    return ok(undefined);
  } catch (error) {
    const fault = storeFault(error);
    if (fault === null) throw error;
    return err(fault);
  }
}
