/** Checks the types of every environment, one tsconfig after another, and says which of them failed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, requireGround, runLocalNode } from './launcher.mjs';

const compiler = 'node_modules/typescript/bin/tsc';

/** @param {string} folder @returns {boolean} */
function holdsSources(folder) {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true }).some((name) => /\.(ts|tsx|mts|mjs)$/.test(String(name)));
}

/** @param {string} config @returns {boolean} whether the compiler would find any input */
function hasInputs(config) {
  /** @type {{ include?: string[] }} */
  const { include = [] } = JSON.parse(readFileSync(join(projectRoot, config), 'utf8'));
  return include.some((pattern) => {
    const [folder = ''] = pattern.split('/*');
    return holdsSources(join(projectRoot, folder));
  });
}

async function checkAll() {
  const configs = ['core', 'node', 'preload', 'renderer', 'test'].map((name) => `tsconfig.${name}.json`);
  const failed = [];
  for (const config of configs.filter(hasInputs)) {
    const { code } = await runLocalNode(compiler, ['-p', config], { cwd: projectRoot });
    if (code !== 0) failed.push(config);
  }
  process.stdout.write(failed.length === 0 ? 'Types hold.\n' : `Types fail in ${failed.join(', ')}.\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

requireGround();
checkAll();
