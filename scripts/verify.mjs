/** Everything a change must pass before it is kept: format, lint, types, dead code, then the tests. */
import { projectRoot, requireGround, runLocalNode } from './launcher.mjs';

/** @type {readonly (readonly [name: string, entry: string, args: readonly string[]])[]} */
const steps = [
  ['format', 'node_modules/@biomejs/biome/bin/biome', ['format', '.']],
  ['lint', 'node_modules/@biomejs/biome/bin/biome', ['lint', '--error-on-warnings', '.']],
  ['types', 'scripts/types.mjs', []],
  ['dead code', 'test/architecture/dead-code.ts', []],
  ['test', 'scripts/test.mjs', []],
];

async function verify() {
  const failed = [];
  for (const [name, entry, args] of steps) {
    process.stdout.write(`\n== ${name}\n`);
    const { code } = await runLocalNode(entry, args, { cwd: projectRoot });
    if (code !== 0) failed.push(name);
  }
  process.stdout.write(failed.length === 0 ? '\nVerified.\n' : `\nNot verified: ${failed.join(', ')}.\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

requireGround();
verify();
