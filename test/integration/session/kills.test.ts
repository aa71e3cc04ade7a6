/** RE-2 in small: the whole desk killed a few times; `npm run chaos` does it two hundred times and at every moment. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const CHAOS = fileURLToPath(new URL('../../chaos/chaos.ts', import.meta.url));

describe('a killed desk', () => {
  it('RE-2, PL-6, PL-7: has all that it acknowledged, nothing half done, and goes on as if nothing had happened', async () => {
    // Ends with an exit code that is not 0, and so throws here, on any loss.
    const args = [CHAOS, '--kills', '3', '--days', '3', '--seed', 'suite'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const report: unknown = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(report).toMatchObject({ kills: 3, problems: 0 });
  });
});
