/**
 * Counts a test run for the closing line of `npm test`, from what the runner reports.
 *
 * A file that cannot be loaded and an error outside any test count as one failure each: a run that ends red never
 * closes with "0 failed".
 */
import { writeFileSync } from 'node:fs';

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ ok: () => boolean, errors: () => readonly unknown[], children: { allTests: () => Iterable<{ result: () => { state: string } }> } }} Module
 */

/**
 * @param {readonly Module[]} modules
 * @param {readonly unknown[]} unhandledErrors
 * @returns {Counts}
 */
export function countRun(modules, unhandledErrors) {
  const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed += 1;
      else if (state === 'skipped') counts.skipped += 1;
      // A test that never ended (`pending`) was not passed.
      else failedHere += 1;
    }
    counts.failed += failedHere === 0 && !module.ok() ? 1 : failedHere;
  }
  return counts;
}

/** @param {Counts} counts */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The reporter that leaves the counts in the file that `SHADOWDESK_TEST_COUNTS` names. */
export default class TestCountsReporter {
  /** @param {readonly Module[]} modules @param {readonly unknown[]} unhandledErrors */
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.SHADOWDESK_TEST_COUNTS;
    if (file) writeFileSync(file, JSON.stringify(countRun(modules, unhandledErrors)));
  }
}
