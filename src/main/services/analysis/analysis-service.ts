/** The analysis part of the contract: questions go to a thread of their own, what runs now is added here. */
import type { AnalysisContract, ModelStatusLine } from '#contract/areas/analysis.ts';
import type { ModelOverview } from '#contract/areas/models.ts';
import type { CallNames, InputOf, OutputOf } from '#contract/define.ts';
import type { CallHandlers } from '#contract/service.ts';

/** As `workers/reading-thread.ts` answers; the two rooms share only shapes. */
export interface AskAnalysis {
  ask<K extends CallNames<AnalysisContract>>(
    name: K,
    input: InputOf<AnalysisContract[K]>,
  ): Promise<OutputOf<AnalysisContract[K]>>;
}

export function analysisCalls(
  thread: AskAnalysis,
  models: () => readonly ModelOverview[],
): CallHandlers<AnalysisContract> {
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
      const known = models().filter(({ simulated, role }) => simulated === scope.simulated && role === 'scores');
      return { ...report, lines: report.lines.map((line) => withModel(line, known)) };
    },
  };
}

/** What runs now: of the model that learns from this strategy alone, or of one that learns from it among others. */
function withModel(line: ModelStatusLine, models: readonly ModelOverview[]): ModelStatusLine {
  const model = models.find(({ strategyIds }) => strategyIds?.includes(line.strategyId) === true);
  if (model === undefined) return line;
  const { state, nextFit, champion, title, versions } = model;
  const fitted = versions.map(({ createdAt }) => createdAt);
  return {
    ...line,
    state,
    nextFit,
    heads: champion?.heads ?? [],
    model: champion === null ? null : `${title} v${champion.version}`,
    lastFitAt: fitted.length === 0 ? null : Math.max(...fitted),
  };
}
