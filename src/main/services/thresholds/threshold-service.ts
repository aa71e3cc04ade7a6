/** The calls of the contract on thresholds and on the watch over phantoms; health alerts go to the log. */
import type { Contract } from '#contract/contract.ts';
import type { CallHandlers } from '#contract/service.ts';
import type { Profile } from '#main/store/database.ts';
import type { DeskLog } from '../desk-log.ts';
import type { LiveSession } from '../live-session.ts';
import type { SettingsService } from '../settings-service.ts';
import { HealthAlerts } from './health-alerts.ts';
import { phantomWatch } from './phantom-watch.ts';
import { thresholdHistory, thresholdsNow } from './threshold-views.ts';

export interface ThresholdParts {
  readonly profile: Profile;
  readonly session: LiveSession;
  readonly settings: SettingsService;
  readonly log: DeskLog;
  readonly tellHealth: (message: string) => void;
}

type ThresholdCalls = Pick<CallHandlers<Contract>, 'thresholds.contexts' | 'thresholds.history' | 'phantoms.watch'>;

export function thresholdCalls({ profile, session, settings, log, tellHealth }: ThresholdParts): ThresholdCalls {
  const { thresholds } = profile;
  const alerts = new HealthAlerts(log, tellHealth);
  const openPhantoms = () => session.keeper?.engine.openPhantoms.all() ?? [];
  session.stepped.on(({ input }) => {
    if (input.kind === 'bars' && input.origin === 'live') alerts.look(openPhantoms(), input.closeTime);
  });
  session.reopened.on(() => alerts.forget());
  return {
    'thresholds.contexts': (input) => thresholdsNow(thresholds, settings.current, input),
    'thresholds.history': ({ before, limit, ...filter }) => thresholdHistory(thresholds, filter, before, limit),
    'phantoms.watch': ({ days }) => phantomWatch(thresholds, openPhantoms(), session.now(), days),
  };
}
