#!/usr/bin/env node
/** The command line `desk`: checks the ground, then hands everything to the command-line host. */
import { requireGround, runLocalNode } from './launcher.mjs';

requireGround();
runLocalNode('src/main/hosts/cli/main.ts', process.argv.slice(2), { tied: true }).then(({ code }) => {
  process.exitCode = code;
});
