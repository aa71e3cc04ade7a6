/** What the webhook answers to one body (ST-20): the host carries it, checks who asks, and counts. */
import { readExternalFields } from '#contract/areas/external-signals.ts';
import type { Fault } from '#core/base/result.ts';
import type { DeskLog } from '../desk-log.ts';
import type { SettingsService } from '../settings-service.ts';
import { type ExternalDesk, type ExternalFault, takeExternal } from './take-external.ts';

/** Who sends without a name. */
const USUAL_SOURCE = 'webhook';

export interface HookAnswer {
  readonly status: number;
  /** Written as JSON. */
  readonly body: object;
}

export interface SignalHook {
  /** The setting: off until the trader switches it on. */
  readonly isOn: boolean;
  take(body: string): HookAnswer;
}

/** Statuses that a sender can act on: 4xx it must mend, 503 it may repeat. */
const STATUS_OF: Readonly<Record<ExternalFault['kind'], number>> = {
  duplicate: 409,
  'same-bar': 409,
  'unknown-instrument': 404,
  'switched-off': 403,
  'no-price': 503,
  levels: 422,
  'not-live': 503,
  'not-recorded': 503,
};

export interface SignalHookParts extends ExternalDesk {
  readonly settings: Pick<SettingsService, 'current'>;
  readonly log: Pick<DeskLog, 'write'>;
}

export function createSignalHook(parts: SignalHookParts): SignalHook {
  const { settings, log } = parts;
  return {
    get isOn() {
      return settings.current.webhook;
    },
    take(body) {
      const given = parsed(body);
      const fields = given === undefined ? null : readExternalFields(given);
      if (fields === null || !fields.ok) {
        const message = fields === null ? 'The body is no JSON.' : `${fields.error}.`;
        log.write('warning', 'webhook', `refused: ${message}`);
        return refusal(400, {
          kind: 'bad-signal',
          message,
          remedy: 'The guide has an example: docs/guide/external-signals.md.',
        });
      }
      const taken = takeExternal(parts, fields.value, USUAL_SOURCE);
      if (taken.ok) return { status: 202, body: taken.value };
      log.write('warning', 'webhook', `refused: ${taken.error.message}`, parts.session.now());
      return refusal(STATUS_OF[taken.error.kind], taken.error);
    },
  };
}

export function refusal(status: number, { kind, message, remedy }: Fault): HookAnswer {
  return { status, body: { error: { kind, message, remedy } } };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
