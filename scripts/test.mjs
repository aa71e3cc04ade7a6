/**
 * `npm test`: finds a browser and builds what the end-to-end tests need, runs the tests in random order under the local
 * Node, and closes with `N passed, N failed, N skipped`. Further arguments go to the runner: `npm test -- test/unit/base`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { allParts, buildWhatIsStale, canBuild } from './build.mjs';
import { projectRoot, requireGround, runLocalNode } from './launcher.mjs';
import { closingLine } from './test-counts.mjs';
import { clearRunFolder, runFolder } from './test-folder.mjs';

requireGround();
const args = process.argv.slice(2);
run().then((code) => {
  process.exitCode = code;
});

/** Will the runner reach an end-to-end test? Only then are a browser and the bundles worth the wait. */
function reachesEndToEnd() {
  const folder = join(projectRoot, 'test', 'e2e');
  const exist =
    existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => /\.test\.tsx?$/.test(String(name)));
  if (!exist) return false;
  const projects = args.flatMap((argument, index) =>
    argument.startsWith('--project=') ? [argument.slice(10)] : argument === '--project' ? [args[index + 1] ?? ''] : [],
  );
  if (projects.length > 0) return projects.includes('e2e');
  const paths = args.filter((argument, index) => !argument.startsWith('-') && !args[index - 1]?.startsWith('--'));
  return paths.length === 0 || paths.some((path) => path.includes('e2e') || !path.includes('/'));
}

/** @returns {Promise<number>} */
async function run() {
  const folder = runFolder();
  let isGreen = false;
  const countsFile = join(folder, 'counts.json');
  /** @type {Record<string, string>} */
  const env = { SHADOWDESK_TEST_COUNTS: countsFile, TMPDIR: folder };
  try {
    if (reachesEndToEnd()) {
      const browser = ensureBrowser();
      if (browser.path === null) {
        process.stdout.write(`${browser.complaint}\n`);
        return 1;
      }
      env.CHROME_PATH = browser.path;
      const parts = allParts.filter((part) => canBuild(projectRoot, part));
      if (!(await buildWhatIsStale(parts, { quiet: true }))) return 1;
    }
    const { code } = await runLocalNode('node_modules/vitest/vitest.mjs', ['run', ...args], { cwd: projectRoot, env });
    if (!existsSync(countsFile)) {
      process.stdout.write('The test runner ended before it had a result.\n');
      return code === 0 ? 1 : code;
    }
    const counts = JSON.parse(readFileSync(countsFile, 'utf8'));
    process.stdout.write(`${closingLine(counts)}\n`);
    isGreen = code === 0;
    return code;
  } finally {
    clearRunFolder(folder, isGreen);
  }
}
