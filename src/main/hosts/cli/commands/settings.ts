/** `desk settings export` and `desk settings import`: the trader's settings as YAML, out and in (WS-18, PH-43). */
import { createReadStream } from 'node:fs';
import { ok } from '#core/base/result.ts';
import { readTextFile } from '#main/files/text-file.ts';
import { encoded, writeExportFile } from '#main/services/export-file.ts';
import { importSettings } from '#main/services/settings-calls.ts';
import { type SettingChange, settingsText } from '#main/services/settings-file.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import type { Command } from '../command.ts';
import { withProfile, withReader } from '../profile-access.ts';
import { table } from '../table.ts';

export const settingsExport: Command = {
  name: 'settings export',
  summary: 'Write the settings as a YAML file',
  file: { name: 'FILE', meaning: 'the file to write, e.g. settings.yaml; one that is there is replaced' },
  options: {},
  notes: [
    'Keys of exchanges and tokens are not in it. Each line can be taken out or changed before it is imported.',
    'JSON: {file, settings}.',
  ],
  examples: ['desk settings export settings.yaml'],
  run: ({ profileDir, file }) =>
    withReader(profileDir, async ({ desk }) => {
      const { current } = new SettingsService(desk);
      const text = settingsText(current);
      const written = await writeExportFile({ file, chunks: encoded([{ text, rows: 1 }]), total: null });
      if (!written.ok) return written;
      return ok({ json: { file, settings: current }, lines: [`${file}: ${Object.keys(current).length} settings.`] });
    }),
};

export const settingsImport: Command = {
  name: 'settings import',
  summary: 'Take settings from a YAML file, e.g. the gates that `desk gates --yaml` recommends',
  file: { name: 'FILE', meaning: 'a file of `desk settings export` or of `desk gates --yaml`, whole or in part' },
  options: { check: { value: null, meaning: 'only say what it would change' } },
  notes: [
    'What the file does not name stays. One unknown name or bad value refuses the whole file, each with its line. Gates that',
    'a recommendation enables are added to those in force, what it disables is taken away. The record must not be open in a',
    'running window; there, use Settings.',
    'JSON: {changes: [{key, from, to}]}.',
  ],
  examples: ['desk settings import settings.yaml --check', 'desk settings import gates.yaml'],
  async run({ profileDir, file, switches }) {
    const text = await readTextFile(createReadStream(file));
    if (!text.ok) return text;
    return withProfile(profileDir, async (profile) => {
      const checkOnly = switches.has('check');
      const taken = importSettings(profile, new SettingsService(profile.desk), text.value, checkOnly);
      if (!taken.ok) return taken;
      const { changes } = taken.value;
      return ok({ json: { changes }, lines: changeLines(changes, checkOnly) });
    });
  },
};

function changeLines(changes: readonly SettingChange[], checkOnly: boolean): readonly string[] {
  if (changes.length === 0) return ['Everything in the file is set already.'];
  const rows = changes.map(({ key, from, to }) => [key, JSON.stringify(from), JSON.stringify(to)]);
  return [...table([['setting', checkOnly ? 'is' : 'was', checkOnly ? 'would be' : 'is'], ...rows])];
}
