/** The rule-based grade of a signal (ST-4): a weighted mean of named parts, so that the window can show why. */
import { invariant } from '#core/base/invariant.ts';
import { clamp } from '#core/base/statistics.ts';
import type { QualityPart } from '#core/domain/signal.ts';

/** 0-100: 100 x sum(weight x value) / sum(weight). Without any part there is nothing to grade: NaN. */
export function qualityScore(parts: readonly QualityPart[]): number {
  let weights = 0;
  let points = 0;
  for (const part of parts) {
    invariant(
      part.weight > 0 && part.value >= 0 && part.value <= 1,
      `quality part ${part.name} has a weight and lies in 0-1`,
    );
    weights += part.weight;
    points += part.weight * part.value;
  }
  return weights > 0 ? (100 * points) / weights : Number.NaN;
}

/** A part, cut to 0-1; null when it cannot be measured yet, so that it neither helps nor hurts. */
export function qualityPart(name: string, meaning: string, weight: number, value: number): QualityPart | null {
  return Number.isNaN(value) ? null : { name, meaning, weight, value: clamp(value, 0, 1) };
}

/** The parts that could be measured. */
export function measuredParts(parts: readonly (QualityPart | null)[]): QualityPart[] {
  return parts.filter((part) => part !== null);
}
