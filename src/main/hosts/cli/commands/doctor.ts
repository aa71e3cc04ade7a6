/** `desk doctor`: what is there, what is missing, and how to get it (WS-3). */
import { join } from 'node:path';
import { ok } from '#core/base/result.ts';
import { type DoctorReport, examine } from '#main/services/doctor.ts';
import { readProfile } from '#main/store/database.ts';
import type { Command } from '../command.ts';
import { findBrowser, findElectron } from '../machine-parts.ts';
import { ownVersion } from '../own-version.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check versions, folders and the database, and say how to get what is missing',
  options: {},
  notes: [
    'ok: works. warning: works, but do something. missing: a part is not there, the rest works. failed: unusable, exit code 1.',
    'JSON: {usable, versions, profile, checks: [{name, state, detail, remedy}]}.',
  ],
  examples: ['desk doctor --profile ~/trading'],
  async run({ ground, profileDir }) {
    const { machine, projectDir } = ground;
    const report = examine({
      version: ownVersion(projectDir),
      nodeVersion: ground.nodeVersion,
      platform: `${machine.platform} ${process.arch}`,
      profileDir,
      openProfile: () => readProfile(profileDir),
      browserPath: findBrowser(machine),
      electronPath: findElectron(projectDir),
      windowDir: join(projectDir, 'out', 'renderer'),
    });
    return ok({ json: report, lines: describe(report), exitCode: report.usable ? 0 : 1 });
  },
};

function describe({ versions, profile, checks, usable }: DoctorReport): readonly string[] {
  const { shadowdesk, node, sqlite, platform } = versions;
  const width = Math.max(...checks.map((check) => check.name.length));
  return [
    `Shadowdesk ${shadowdesk} on Node ${node}, SQLite ${sqlite ?? '(no record yet)'}, ${platform}`,
    `Profile: ${profile}`,
    '',
    ...checks.flatMap(({ name, state, detail, remedy }) => [
      `${state.padEnd(8)} ${name.padEnd(width)}  ${detail}`,
      ...(remedy === null ? [] : [`${' '.repeat(width + 11)}${remedy}`]),
    ]),
    '',
    usable ? 'Shadowdesk can run.' : 'Shadowdesk cannot run until what failed is mended.',
  ];
}
