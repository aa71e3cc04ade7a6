/** `desk regrade`: resolves recorded phantoms again with the rules and candles of now (PH-10, MK-3, PH-12). */
import { ok } from '#core/base/result.ts';
import { regrade } from '#main/services/analysis/regrade.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import type { Command } from '../command.ts';
import { withProfile } from '../profile-access.ts';
import { grouped } from '../table.ts';
import { signedR } from './analysis-scope-options.ts';

export const regradeHistory: Command = {
  name: 'regrade',
  summary: 'Resolve recorded phantoms again, after rules or candles changed or finer candles came',
  options: {},
  notes: [
    'Looked at is what another version of the resolver graded, what rests on a bar that the exchange changed later, and,',
    'on a 5m base, every phantom of an instrument whose 1m candles are stored: a bar that touches two levels is walked on',
    'them. What was said before is kept beside (ledger and gates show older versions with --resolver N). Phantoms without',
    'stored candles stay as they are. Not while the desk runs. Ctrl+C stops; it goes on next time.',
    'JSON: {resolverVersion, graded, changed, netRChange, ambiguousBefore, ambiguousAfter, withoutCandles, stopped}.',
  ],
  examples: ['desk regrade'],
  async run({ ground, profileDir, progress }) {
    const abort = new AbortController();
    void ground.ended().then(() => abort.abort());
    return withProfile(profileDir, async (profile) => {
      const done = await regrade({
        profile,
        baseTimeframe: new SettingsService(profile.desk).current.baseTimeframe,
        scope: 'all',
        wallClock: ground.wallClock,
        progress: (count, total) => progress(`graded ${grouped(count)} of ${grouped(total)}`),
        signal: abort.signal,
      });
      if (!done.ok) return done;
      const { graded, changed, netRChange, withoutCandles, resolverVersion, stopped } = done.value;
      const { ambiguousBefore, ambiguousAfter } = done.value;
      const lines =
        graded + withoutCandles === 0
          ? [`Every result is of version ${resolverVersion} of the resolver already, on the newest candles there are.`]
          : [
              `${grouped(graded)} phantoms graded by version ${resolverVersion} of the resolver; ${grouped(changed)} have another result, ${signedR(netRChange)} in all.`,
              ...(graded > 0
                ? [`Ambiguous: ${share(ambiguousBefore, graded)} before, ${share(ambiguousAfter, graded)} now.`]
                : []),
              ...(withoutCandles > 0 ? [`${grouped(withoutCandles)} stay as they were: candles are missing.`] : []),
              ...(stopped ? ['Stopped; the rest is graded next time.'] : []),
            ];
      return ok({ json: done.value, lines });
    });
  },
};

/** e.g. `12 (3.0 %)`. */
function share(count: number, of: number): string {
  return `${grouped(count)} (${((100 * count) / of).toFixed(1)} %)`;
}
