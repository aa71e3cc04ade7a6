/** The state of what scores, from the record alone: for the command line, where no desk runs (PH-30). */
import type { ModelStatusReport } from '#contract/areas/analysis.ts';
import type { AnalysisScope } from '#contract/areas/analysis-figures.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { ProfileReader } from '#main/store/database.ts';
import { recordedLearning, ScoringTimes } from '../learning/scoring-status.ts';
import { AnalysisDesk } from './analysis-desk.ts';
import { withScoring } from './analysis-service.ts';

export async function recordedStatus(
  profile: ProfileReader,
  scope: AnalysisScope,
  clocks: { readonly monotonic: () => number; readonly wallClock: () => UnixMs },
): Promise<ModelStatusReport> {
  const report = await new AnalysisDesk(profile.analysis, clocks.monotonic).calls['analysis.modelStatus'](scope);
  const engineClock = profile.desk.engineClock() ?? 0;
  const learning = recordedLearning(profile, scope.simulated, engineClock, clocks.wallClock());
  const times = new ScoringTimes(profile, clocks.monotonic);
  return { ...report, lines: withScoring(report.lines, scope.simulated, { profile, learning, times }) };
}
