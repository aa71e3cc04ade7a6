/** Where the data lies, which copies there are, one button for a whole one, and how to bring one back (WS-22). */
import { HardDriveDownload } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { BackupFile, BackupList } from '#contract/areas/backup.ts';
import { problemOf } from '../../lib/client.ts';
import { useDesk } from '../../lib/desk-context.tsx';
import { formatBytes, formatDateTime } from '../../lib/format.ts';
import { Button } from '../../ui/Button.tsx';

const KIND_WORDS: Readonly<Record<BackupFile['kind'], string>> = {
  whole: 'whole profile',
  daily: 'record, of the day',
  upgrade: 'before an upgrade',
};

const WORDS = 'data backup back up restore copies copy profile folder size database';

export function isDataWanted(search: string): boolean {
  return WORDS.includes(search.trim().toLowerCase());
}

export function DataSection() {
  const { client } = useDesk();
  const [list, setList] = useState<BackupList | null>(null);
  const [isMaking, setMaking] = useState(false);
  const [said, setSaid] = useState('');
  const look = useCallback(async () => {
    try {
      setList(await client.call('backup.list', {}));
    } catch (thrown) {
      setSaid(problemOf(thrown).message);
    }
  }, [client]);
  useEffect(() => void look(), [look]);

  async function make(): Promise<void> {
    setMaking(true);
    setSaid('The profile is copied and packed; the desk works on meanwhile.');
    try {
      const { file, bytes } = await client.call('backup.make', {});
      setSaid(`${file}, ${formatBytes(bytes)}.`);
      await look();
    } catch (thrown) {
      const { message, remedy } = problemOf(thrown);
      setSaid(`${message} ${remedy}`);
    } finally {
      setMaking(false);
    }
  }

  return (
    <section id="settings-data" className="settings__section">
      <h3>Data</h3>
      <div className="setting">
        <div className="setting__words">
          <p className="setting__label">Backup of the whole profile</p>
          <p className="setting__meaning">
            Record, candles and settings in one checked file, without keys. It lies with the daily copies; keep one on
            another disk.
          </p>
          <output className="setting__meaning">{said}</output>
        </div>
        <div className="setting__control">
          <Button size="small" icon={<HardDriveDownload size={13} />} disabled={isMaking} onClick={() => void make()}>
            {isMaking ? 'Backing up…' : 'Back up now'}
          </Button>
        </div>
      </div>
      {list !== null && (
        <>
          <div className="setting">
            <div className="setting__words">
              <p className="setting__label">Where it lies</p>
              <p className="setting__meaning">{list.profile}</p>
            </div>
            <div className="setting__control number soft">
              {list.databases.map(({ fileName, bytes }) => `${fileName} ${formatBytes(bytes)}`).join(', ')}
            </div>
          </div>
          <div className="setting setting--tall">
            <div className="setting__words">
              <p className="setting__label">Copies</p>
              <p className="setting__meaning">{list.folder}</p>
            </div>
            {list.files.length === 0 && <p className="faint">None yet: the first daily one comes by itself.</p>}
            <ul className="copies" aria-label="Copies">
              {list.files.map(({ fileName, kind, bytes, madeAt }) => (
                <li key={fileName} className="row">
                  <span className="number soft">{formatDateTime(madeAt)}</span>
                  <span className="grow truncate">{fileName}</span>
                  <span className="faint">{KIND_WORDS[kind]}</span>
                  <span className="number">{formatBytes(bytes)}</span>
                </li>
              ))}
            </ul>
          </div>
          <div className="setting">
            <div className="setting__words">
              <p className="setting__label">Bring a whole one back</p>
              <p className="setting__meaning">
                Close the workstation and run <code>desk restore FILE</code>. The file is checked first, and the profile
                that is there is kept aside; <code>--check</code> only checks.
              </p>
            </div>
          </div>
        </>
      )}
    </section>
  );
}
