/** A score in full: against its threshold, how sure it is, and what it is made of, by rules or by a model (WS-14, ML-42). */
import type { Score, Threshold } from '#core/domain/score.ts';
import type { SignalId } from '#core/domain/signal.ts';
import { useExplanation } from '../lib/use-explanation.ts';
import { isSameScore, Precedents, ScoreExplanation } from './ScoreExplanation.tsx';
import { ScoreGauge, type ScoreInterval, ScoreParts } from './ScoreGauge.tsx';

export interface ExplainedScoreProps {
  readonly signalId: SignalId;
  readonly score: Score;
  readonly threshold: Threshold;
}

export function ExplainedScore(props: ExplainedScoreProps) {
  return props.score.kind === 'model' ? <ModelScore {...props} /> : <RuleScore {...props} />;
}

/** Points by rules explain themselves; what became of signals like this one is asked for. */
function RuleScore({ signalId, score, threshold }: ExplainedScoreProps) {
  const { loaded } = useExplanation(signalId, score.version);
  const precedents = loaded.phase === 'ready' ? (loaded.explanation?.precedents ?? []) : [];
  return (
    <>
      <ScoreGauge score={score} threshold={threshold} />
      <ScoreParts score={score} />
      {precedents.length > 0 && (
        <div className="explanation">
          <Precedents precedents={precedents} />
        </div>
      )}
    </>
  );
}

function ModelScore({ signalId, score, threshold }: ExplainedScoreProps) {
  const { loaded, retry } = useExplanation(signalId, score.version);
  let interval: ScoreInterval = { phase: 'none' };
  if (loaded.phase === 'loading') interval = { phase: 'loading' };
  // The interval belongs to the score that was explained: another score has another one.
  else if (loaded.phase === 'ready' && loaded.explanation !== null && isSameScore(loaded.explanation, score)) {
    const range = loaded.explanation.interval;
    if (range !== null) interval = { phase: 'known', low: range.low, high: range.high };
  }
  return (
    <>
      <ScoreGauge score={score} threshold={threshold} interval={interval} />
      <ScoreExplanation loaded={loaded} score={score} onRetry={retry} />
    </>
  );
}
