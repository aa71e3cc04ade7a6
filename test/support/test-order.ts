/**
 * The order of the test files: those of one project together, so that its threads are used again, long ones first, so that
 * none runs alone in the end, and otherwise as the seed of the run shuffles them.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { createRandom } from '#core/base/random.ts';

/** Folders by how long their files take; what is in none of them is short. */
const LONG_FIRST: readonly RegExp[] = [
  // Mixed: a window waits where a desk calculates, and not every worker has a browser at the same time.
  /\/test\/(e2e|integration\/(session|cli))\//,
  /\/test\/integration\//,
  /\/test\/(property|golden|architecture)\//,
  /\/test\/unit\/renderer\//,
];

export class TestOrder extends BaseSequencer {
  override async sort(files: readonly TestSpecification[]): Promise<TestSpecification[]> {
    const random = createRandom(String(this.ctx.config.sequence.seed));
    return files
      .map((file) => ({ file, turn: turnOf(file.moduleId), place: random.next() }))
      .sort((a, b) => a.turn - b.turn || a.place - b.place)
      .map(({ file }) => file);
  }
}

function turnOf(path: string): number {
  const found = LONG_FIRST.findIndex((pattern) => pattern.test(path));
  return found === -1 ? LONG_FIRST.length : found;
}
