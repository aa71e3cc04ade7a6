/** Run by `npm run verify`: prints every dead file and export of `src`, and ends with 1 when there is one. */
import { checkDeadCode } from './check-dead-code.ts';
import { readSources } from './source.ts';

const faults = checkDeadCode(readSources('src'), readSources('test', 'scripts'));
process.stdout.write(faults.length === 0 ? 'No dead code.\n' : `${faults.join('\n')}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
