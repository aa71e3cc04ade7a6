/** Whether one group earned more than another, where signals of one time share their fate (ML-44). */
import { studentQuantile } from '#core/base/distributions.ts';
import { type BlockSums, ENOUGH_OWN_BLOCKS, meanOf, occupied } from './block-bootstrap.ts';

/**
 * One-sided test of mean a - mean b against 0 at `level`, with the spread taken between blocks of time: the sandwich
 * estimate over blocks (Liang and Zeger 1986), Student's quantile with the blocks of the smaller group. Single signals as
 * independent rows would find a difference several times too often where a group lives on days of its own. Null where a
 * group lives in fewer than five blocks.
 */
export function earnsMore(a: BlockSums, b: BlockSums, level = 0.05): boolean | null {
  const blocks = Math.min(occupied(a.counts), occupied(b.counts));
  if (blocks < ENOUGH_OWN_BLOCKS) return null;
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const [countA, countB] = [total(a.counts), total(b.counts)];
  let variance = 0;
  for (let block = 0; block < a.sums.length; block++) {
    const ofA = ((a.sums[block] as number) - meanA * (a.counts[block] as number)) / countA;
    const ofB = ((b.sums[block] as number) - meanB * (b.counts[block] as number)) / countB;
    variance += (ofA - ofB) ** 2;
  }
  const error = Math.sqrt((variance * blocks) / (blocks - 1));
  // Without any spread there is nothing to tell a difference by.
  return error > 0 && meanA - meanB > studentQuantile(1 - level, blocks - 1) * error;
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
