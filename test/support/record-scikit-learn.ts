/**
 * Records how good scikit-learn's heads are on the rows that tests compare ours on; needs Python with scikit-learn, and
 * the recorded candles beside the project for the real rows.
 *
 *   node test/support/record-scikit-learn.ts
 */
import { writeFileSync } from 'node:fs';
import { EQUALITY_SETS, measureScikitLearn, RECORDED_FILE } from './scikit-learn-heads.ts';

const recorded = Object.entries(EQUALITY_SETS).map(([name, makeSet]) => {
  const set = makeSet();
  const measured = set === null ? null : measureScikitLearn(set);
  if (measured === null) throw new Error('there is no scikit-learn, or there are no candles');
  return [name, measured] as const;
});
writeFileSync(RECORDED_FILE, `${JSON.stringify(Object.fromEntries(recorded), null, 2)}\n`);
