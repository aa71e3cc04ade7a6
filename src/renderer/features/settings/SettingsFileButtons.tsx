/** Settings out to a YAML file and in from one; what a file changes is told, and a bad file changes nothing (WS-18). */
import { useRef } from 'react';
import { problemOf } from '../../lib/client.ts';
import type { Desk } from '../../lib/desk.ts';
import { useDesk } from '../../lib/desk-context.tsx';
import { saveFile } from '../../lib/save-file.ts';
import { importSettings } from '../../lib/settings-intent.ts';

export function SettingsFileButtons() {
  const desk = useDesk();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <hr />
      <button type="button" onClick={() => void exportSettings(desk)}>
        Export as YAML
      </button>
      <button type="button" onClick={() => input.current?.click()}>
        Import YAML…
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="File of settings"
        accept=".yaml,.yml"
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file can be chosen again after it was corrected.
          event.target.value = '';
          if (file !== undefined) void file.text().then((text) => importSettings(desk, text));
        }}
      />
    </>
  );
}

type FileGround = Pick<Desk, 'client' | 'notices'>;

async function exportSettings(desk: FileGround): Promise<void> {
  try {
    const { fileName, text } = await desk.client.call('settings.export', {});
    saveFile(fileName, [text], 'application/yaml');
  } catch (thrown) {
    const problem = problemOf(thrown);
    desk.notices.show('danger', `Not exported: ${problem.message}`, problem.remedy);
  }
}
