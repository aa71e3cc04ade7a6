/** Notices (DE-17): which kinds are told in which way, what the system allows, and Telegram's account. */
import { useState } from 'react';
import type { NoticeKind } from '#contract/areas/notices.ts';
import { SETTING_MEANINGS } from '#contract/areas/setting-defaults.ts';
import type { Settings } from '#contract/areas/settings.ts';
import type { IntentAnswer } from '#contract/areas/trading.ts';
import { problemOf } from '../../lib/client.ts';
import { useDesk, useStream } from '../../lib/desk-context.tsx';
import { askForNotices, type NoticePermission, noticePermission } from '../../lib/desktop-notice.ts';
import { formatDateTime } from '../../lib/format.ts';
import { defines, tip } from '../../lib/glossary.ts';
import { updateSettings } from '../../lib/settings-intent.ts';
import { playTone } from '../../lib/tone.ts';
import { Button } from '../../ui/Button.tsx';
import { Badge } from '../../ui/controls.tsx';
import { NOTICE_KIND_LIST, NOTICE_KIND_WORDS } from './notice-kinds.ts';
import { NOTICE_KEYS, type NoticeKey } from './setting-rows.ts';
import './notices.css';

const COLUMNS: Readonly<Record<NoticeKey, string>> = {
  desktopNotices: 'Desktop',
  soundNotices: 'Sound',
  telegramNotices: 'Telegram',
};

const PERMISSION_WORDS: Readonly<Record<NoticePermission, string>> = {
  granted: '',
  default: 'The system asks you when you switch the first desktop notice on.',
  denied: 'The browser was told not to show notices of this page; its own settings can allow them again.',
  unavailable: 'This browser cannot show notices on the desktop.',
};

/** Chosen here, and not yet allowed there. */
const UNANSWERED =
  'The browser asks whether this page may show notices: until you allow it there, none appears on the desktop.';

export function NoticeSettings({ settings }: { readonly settings: Settings }) {
  const desk = useDesk();
  const { data: telegram } = useStream(desk.telegram);
  const [permission, setPermission] = useState(noticePermission);

  async function change(key: NoticeKey, kind: NoticeKind, isOn: boolean): Promise<void> {
    const kinds = NOTICE_KIND_LIST.filter((one) => (one === kind ? isOn : settings[key].includes(one)));
    if (isOn && key === 'soundNotices') playTone(kind);
    // The browser may leave its question unanswered: the choice does not wait for it.
    if (isOn && key === 'desktopNotices') void askForNotices().then(setPermission);
    await updateSettings(desk, { [key]: kinds });
  }

  return (
    <>
      <div className="setting setting--tall">
        <table className="notice-kinds">
          <thead>
            <tr>
              <th scope="col" {...defines('noticeKind')}>
                What happens
              </th>
              {NOTICE_KEYS.map((key) => (
                <th key={key} scope="col" {...tip(SETTING_MEANINGS[key].meaning, SETTING_MEANINGS[key].label)}>
                  {COLUMNS[key]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {NOTICE_KIND_LIST.map((kind) => (
              <tr key={kind}>
                <th scope="row">
                  <span className="setting__label">{NOTICE_KIND_WORDS[kind].label}</span>
                  <span className="setting__meaning">{NOTICE_KIND_WORDS[kind].meaning}</span>
                </th>
                {NOTICE_KEYS.map((key) => (
                  <td key={key}>
                    <input
                      type="checkbox"
                      aria-label={`${NOTICE_KIND_WORDS[kind].label}: ${COLUMNS[key]}`}
                      checked={settings[key].includes(kind)}
                      onChange={(event) => void change(key, kind, event.target.checked)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        <p className="setting__meaning">
          <span className="faint">Default: none. </span>
          {permission === 'default' && settings.desktopNotices.length > 0 ? UNANSWERED : PERMISSION_WORDS[permission]}
          {telegram?.configured === false && settings.telegramNotices.length > 0 && ' Telegram is not configured yet.'}
        </p>
      </div>
      <TelegramAccount />
    </>
  );
}

/** The token goes to the services and is forgotten here; nothing ever brings it back. */
function TelegramAccount() {
  const desk = useDesk();
  const { data: status } = useStream(desk.telegram);
  const [token, setToken] = useState('');
  const [chatId, setChatId] = useState('');
  const [answer, setAnswer] = useState<IntentAnswer | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function ask(asking: Promise<IntentAnswer>): Promise<void> {
    setBusy(true);
    try {
      const came = await asking;
      setAnswer(came);
      if (came.done) setChatId('');
    } catch (thrown) {
      const { message, remedy } = problemOf(thrown);
      setAnswer({ done: false, message: `${message} ${remedy}` });
    }
    setToken('');
    setBusy(false);
  }

  return (
    <div className="setting setting--tall">
      <div className="setting__words">
        <p className="setting__label row">
          Telegram {status?.configured === true ? <Badge tone="good">configured</Badge> : <Badge>not configured</Badge>}
        </p>
        <p className="setting__meaning">
          BotFather gives a bot its token; write to the bot once, so that it may answer. The token is kept in a file of
          the profile that only you can read, is in no export, backup or log, and is never shown again. Messages are
          notices: nothing can be approved there.
        </p>
      </div>
      {status?.configured === true ? (
        <div className="row">
          <Button size="small" disabled={isBusy} onClick={() => void ask(desk.client.call('telegram.test', {}))}>
            Send a test
          </Button>
          <Button size="small" disabled={isBusy} onClick={() => void ask(desk.client.call('telegram.forget', {}))}>
            Delete the token
          </Button>
          {status.lastSentAt !== null && (
            <span className="caption number">last message arrived {formatDateTime(status.lastSentAt)}</span>
          )}
        </div>
      ) : (
        <form
          className="row telegram-form"
          autoComplete="off"
          onSubmit={(event) => {
            event.preventDefault();
            void ask(desk.client.call('telegram.configure', { token, chatId }));
          }}
        >
          <input
            className="field"
            type="password"
            aria-label="Bot token"
            placeholder="bot token"
            autoComplete="off"
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
          <input
            className="field"
            aria-label="Chat"
            placeholder="chat number or @channel"
            value={chatId}
            onChange={(event) => setChatId(event.target.value)}
          />
          <Button size="small" look="primary" type="submit" disabled={isBusy || token === '' || chatId === ''}>
            Configure
          </Button>
        </form>
      )}
      {(answer !== null || status?.failure) && (
        <p
          className={answer?.done === true && !status?.failure ? 'setting__meaning' : 'setting__fault'}
          aria-live="polite"
        >
          {status?.failure ?? answer?.message}
        </p>
      )}
    </div>
  );
}
