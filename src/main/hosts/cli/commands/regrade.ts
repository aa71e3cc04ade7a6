/** `desk regrade`: resolves recorded phantoms again with the rules of this version (PH-10). */
import { ok } from '#core/base/result.ts';
import { regrade } from '#main/services/analysis/regrade.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import type { Command } from '../command.ts';
import { withProfile } from '../profile-access.ts';
import { grouped } from '../table.ts';
import { signedR } from './analysis-scope-options.ts';

export const regradeHistory: Command = {
  name: 'regrade',
  summary: 'Resolve recorded phantoms again from stored candles, after the rules of resolving changed',
  options: {},
  notes: [
    'Only phantoms that another version of the resolver graded are looked at; what it said is kept beside (ledger and',
    'gates show it with --resolver N). Those without stored candles stay as they are. Ctrl+C stops; it goes on next time.',
    'JSON: {resolverVersion, graded, changed, netRChange, withoutCandles, stopped}.',
  ],
  examples: ['desk regrade'],
  async run({ ground, profileDir, progress }) {
    const abort = new AbortController();
    void ground.ended().then(() => abort.abort());
    return withProfile(profileDir, async (profile) => {
      const done = await regrade({
        profile,
        baseTimeframe: new SettingsService(profile.desk).current.baseTimeframe,
        wallClock: ground.wallClock,
        progress: (count, total) => progress(`graded ${grouped(count)} of ${grouped(total)}`),
        signal: abort.signal,
      });
      if (!done.ok) return done;
      const { graded, changed, netRChange, withoutCandles, resolverVersion, stopped } = done.value;
      const lines =
        graded + withoutCandles === 0
          ? [`Every result is of version ${resolverVersion} of the resolver already.`]
          : [
              `${grouped(graded)} phantoms graded by version ${resolverVersion} of the resolver; ${grouped(changed)} have another result, ${signedR(netRChange)} in all.`,
              ...(withoutCandles > 0 ? [`${grouped(withoutCandles)} stay as they were: candles are missing.`] : []),
              ...(stopped ? ['Stopped; the rest is graded next time.'] : []),
            ];
      return ok({ json: done.value, lines });
    });
  },
};
