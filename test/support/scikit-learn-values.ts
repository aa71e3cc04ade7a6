/** Reference values computed once with scikit-learn 1.2.1 and scipy 1.10.1. */
import { readFileSync } from 'node:fs';

interface ReferenceValues {
  readonly isotonic: readonly {
    readonly x: number[];
    readonly y: number[];
    readonly weight: number[];
    readonly fitted: number[];
    readonly at: number[];
    readonly predicted: number[];
  }[];
  readonly sigmoid: {
    readonly value: number[];
    readonly target: number[];
    readonly slope: number;
    readonly intercept: number;
  };
  readonly metrics: {
    readonly probability: number[];
    readonly target: number[];
    readonly weight: number[];
    readonly auc: number;
    readonly logLoss: number;
    readonly brier: number;
    readonly balanced: number;
  };
  readonly normal: readonly (readonly [number, number])[];
  readonly student: readonly (readonly [number, number, number])[];
  readonly gamma: readonly (readonly [number, number, number])[];
}

export const referenceValues = JSON.parse(
  readFileSync(new URL('../fixtures/learning/scikit-learn-1.2.1.json', import.meta.url), 'utf8'),
) as ReferenceValues;
