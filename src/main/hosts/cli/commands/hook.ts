/** `desk hook show` and `desk hook renew`: the webhook's address and token (ST-20). */
import { ok } from '#core/base/result.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import { readProfile } from '#main/store/database.ts';
import { HOOK_PATH } from '../../web/hook-door.ts';
import { hookToken, renewHookToken } from '../../web/hook-token.ts';
import { usualPort } from '../../web/run-web-host.ts';
import type { Command, CommandAnswer } from '../command.ts';

const NOTES = [
  'The web host takes signals with POST when the setting is on: desk serve --webhook on. The port is the one that desk serve',
  'prints. The token goes into the header (authorization: Bearer TOKEN) or, for senders that cannot set headers, into the',
  'address (?token=TOKEN): an address is written into logs more easily than a header, so renew it when in doubt.',
  'JSON: {on, url, urlWithToken, token}.',
];

export const hookShow: Command = {
  name: 'hook show',
  summary: 'Show address and token of the webhook',
  options: {},
  notes: NOTES,
  examples: ['desk hook show'],
  run: async ({ profileDir }) => ok(answer(profileDir, hookToken(profileDir))),
};

export const hookRenew: Command = {
  name: 'hook renew',
  summary: "Replace the webhook's token; the old one is refused at once, also by a running desk",
  options: {},
  notes: NOTES,
  examples: ['desk hook renew'],
  run: async ({ profileDir }) => ok(answer(profileDir, renewHookToken(profileDir))),
};

function answer(profileDir: string, token: string): CommandAnswer {
  const on = isOn(profileDir);
  const url = `http://127.0.0.1:${usualPort}${HOOK_PATH}`;
  const urlWithToken = `${url}?token=${token}`;
  const lines = [
    `The webhook is ${on ? 'on' : 'off; switch it on in the settings or with: desk serve --webhook on'}`,
    `Address: ${url}`,
    `Header:  authorization: Bearer ${token}`,
    `Or:      ${urlWithToken}`,
  ];
  return { json: { on, url, urlWithToken, token }, lines };
}

/** Off where there is no record yet. */
function isOn(profileDir: string): boolean {
  const profile = readProfile(profileDir);
  if (!profile.ok) return false;
  try {
    return new SettingsService(profile.value.desk).current.webhook;
  } finally {
    profile.value.close();
  }
}
