/** Which threshold a decision uses, in the order of DE-1: context, expected value, adaptive minimum, default. */
import type { DecisionContext } from '#core/domain/context.ts';
import type { ScoreKind, Stage, Threshold } from '#core/domain/score.ts';
import { ADAPTIVE_RULES, type AdaptiveMinimum, adaptiveEvidence } from './adaptive-minimum.ts';
import { type BreakEven, thresholdFor } from './threshold.ts';
import { type BucketThreshold, bucketOf, type ThresholdBook } from './threshold-book.ts';
import { boundedThreshold, type ThresholdBounds, thresholdBounds } from './threshold-bounds.ts';
import { bucketEvidence, pooledEvidence } from './threshold-evidence.ts';

export interface ThresholdGround {
  readonly kind: ScoreKind;
  readonly stage: Stage;
  readonly context: DecisionContext;
  /** The trader's own number replaces every other. */
  readonly fixedMinimumScore: number | null;
  /** The newest of this strategy; one of another kind is not used, as kinds never mix. */
  readonly book: ThresholdBook | null;
  /** Of the scale `score`; for heuristic and enhanced scores. */
  readonly minimum: AdaptiveMinimum | null;
  /** Of the scale `margin`; for calibrated scores. */
  readonly margin: AdaptiveMinimum | null;
  /** What the model itself knows of break-even, until a book is there. */
  readonly modelBreakEven: BreakEven | null;
}

/** The bounds are those of the present stage and margin, also where the book was fitted under others. */
export function chooseThreshold(ground: ThresholdGround): Threshold {
  const { kind, stage, fixedMinimumScore, minimum } = ground;
  const book = ground.book !== null && ground.book.kind === kind ? ground.book : null;
  if (fixedMinimumScore !== null) return thresholdFor(kind, fixedMinimumScore, null);
  if (book !== null) {
    const { pooled } = book;
    const margin = ground.margin?.value ?? ADAPTIVE_RULES.margin.start;
    const bounds = thresholdBounds(book.kind, stage, pooled.breakEven, margin);
    const bucket = bucketOf(book, ground.context);
    if (bucket !== null && hasOwnThreshold(bucket)) {
      const value = boundedThreshold(bucket.own.crossing, bounds);
      return { value, source: 'context', evidence: evidenceOf(bucket, value, bounds), count: bucket.own.fittedOn };
    }
    const crossing = pooled.judged.verdict === 'did-not-hold-up' ? null : pooled.crossing;
    const value = boundedThreshold(crossing, bounds);
    const all = pooledEvidence(pooled, bounds);
    const evidence = bucket === null ? all : `${all}. ${evidenceOf(bucket, value, bounds)}`;
    return { value, source: 'expected-value', evidence, count: pooled.fittedOn };
  }
  if (kind !== 'model' && minimum !== null && minimum.resolved > 0) {
    const { value, resolved } = minimum;
    return { value, source: 'adaptive-minimum', evidence: adaptiveEvidence(minimum), count: resolved };
  }
  return thresholdFor(kind, null, ground.modelBreakEven);
}

function evidenceOf({ session, regime, expected, own }: BucketThreshold, pooledValue: number, bounds: ThresholdBounds) {
  return bucketEvidence(session, regime, expected?.count ?? 0, own, pooledValue, bounds);
}

function hasOwnThreshold(
  bucket: BucketThreshold,
): bucket is BucketThreshold & { readonly own: NonNullable<BucketThreshold['own']> } {
  return bucket.own !== null && !bucket.inherits;
}
