/** All shortcuts, and the meaning of every figure. */
import { useState } from 'react';
import { isMacPlatform, shortcutKeys } from '../lib/actions/action.ts';
import { useActions } from '../lib/actions/actions-context.tsx';
import { GLOSSARY } from '../lib/glossary.ts';
import { SearchField, Segmented } from '../ui/controls.tsx';
import { Dialog } from '../ui/overlays.tsx';

type Sheet = 'keys' | 'glossary';

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const [sheet, setSheet] = useState<Sheet>('keys');
  return (
    <Dialog
      title="Help"
      tall
      width="46rem"
      onClose={onClose}
      head={
        <Segmented
          small
          label="Sheet"
          value={sheet}
          choices={[
            { value: 'keys', label: 'Shortcuts' },
            { value: 'glossary', label: 'Glossary' },
          ]}
          onChoose={setSheet}
        />
      }
    >
      {sheet === 'keys' ? <Shortcuts /> : <Glossary />}
    </Dialog>
  );
}

function Shortcuts() {
  const actions = useActions().filter((action) => action.shortcut !== null);
  const groups = [...new Set(actions.map((action) => action.group))];
  const isMac = isMacPlatform();
  return (
    <div className="help">
      {groups.map((group) => (
        <section key={group}>
          <h3 className="eyebrow">{group}</h3>
          <dl>
            {actions
              .filter((action) => action.group === group)
              .map((action) => (
                <div key={action.name} className="help__row">
                  <dt>{action.label}</dt>
                  <dd>
                    {shortcutKeys(action.shortcut ?? '', isMac).map((key) => (
                      <kbd key={key} className="keycap">
                        {key}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
      <section>
        <h3 className="eyebrow">Everywhere</h3>
        <dl>
          <div className="help__row">
            <dt>Next field, panel or table</dt>
            <dd>
              <kbd className="keycap">Tab</kbd>
            </dd>
          </div>
          <div className="help__row">
            <dt>Rows of a table, tabs, choices; open a row</dt>
            <dd>
              <kbd className="keycap">↑</kbd>
              <kbd className="keycap">↓</kbd>
              <kbd className="keycap">↵</kbd>
            </dd>
          </div>
          <div className="help__row">
            <dt>Close a drawer, dialog or menu</dt>
            <dd>
              <kbd className="keycap">Esc</kbd>
            </dd>
          </div>
        </dl>
      </section>
    </div>
  );
}

function Glossary() {
  const [search, setSearch] = useState('');
  const needle = search.trim().toLowerCase();
  const terms = Object.entries(GLOSSARY).filter(([, term]) =>
    `${term.label} ${term.meaning}`.toLowerCase().includes(needle),
  );
  return (
    <div className="glossary">
      <SearchField label="Search the glossary" value={search} onChange={setSearch} width="16rem" />
      <dl>
        {terms.map(([name, term]) => (
          <div key={name} className="glossary__row">
            <dt>{term.label}</dt>
            <dd>{term.meaning}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
