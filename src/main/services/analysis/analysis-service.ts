/** The analysis part of the contract: questions go to a thread of their own, what runs now is added here. */
import type { AnalysisContract, ModelStatusLine } from '#contract/areas/analysis.ts';
import type { CallNames, InputOf, OutputOf } from '#contract/define.ts';
import type { CallHandlers } from '#contract/service.ts';
import type { ProfileReader } from '#main/store/database.ts';
import type { LearningNow } from '../learning/model-state.ts';
import { type ScoringStatus, type ScoringTimes, scoringStatuses } from '../learning/scoring-status.ts';

/** As `workers/reading-thread.ts` answers; the two rooms share only shapes. */
export interface AskAnalysis {
  ask<K extends CallNames<AnalysisContract>>(
    name: K,
    input: InputOf<AnalysisContract[K]>,
  ): Promise<OutputOf<AnalysisContract[K]>>;
}

/** What is needed to say what scores now. */
export interface StatusGround {
  readonly profile: Pick<ProfileReader, 'models' | 'history'>;
  readonly learning: LearningNow;
  readonly times: ScoringTimes;
}

export function analysisCalls(thread: AskAnalysis, ground: StatusGround): CallHandlers<AnalysisContract> {
  return {
    'analysis.ledger': (scope) => thread.ask('analysis.ledger', scope),
    'analysis.trader': (scope) => thread.ask('analysis.trader', scope),
    'analysis.rejections': (scope) => thread.ask('analysis.rejections', scope),
    'analysis.causes': (scope) => thread.ask('analysis.causes', scope),
    'analysis.patterns': (scope) => thread.ask('analysis.patterns', scope),
    'analysis.gates': (scope) => thread.ask('analysis.gates', scope),
    'analysis.honesty': (scope) => thread.ask('analysis.honesty', scope),
    'analysis.modelStatus': async (scope) => {
      const report = await thread.ask('analysis.modelStatus', scope);
      return { ...report, lines: withScoring(report.lines, scope.simulated, ground) };
    },
  };
}

/** What runs now: of the model that learns from this strategy alone, or of one that learns from it among others. */
export function withScoring(
  lines: readonly ModelStatusLine[],
  simulated: boolean,
  { profile, learning, times }: StatusGround,
): readonly ModelStatusLine[] {
  const statuses = scoringStatuses(profile, learning).filter((status) => status.simulated === simulated);
  return lines.map((line) => {
    const scoring = times.of(line.strategyId, simulated, learning);
    const status = statuses.find(({ strategyIds }) => strategyIds.includes(line.strategyId));
    return status === undefined ? { ...line, scoring } : { ...line, ...shown(status), scoring };
  });
}

function shown({ state, heads, model, lastFitAt, nextFit }: ScoringStatus) {
  return { state, heads, model, lastFitAt, nextFit };
}
