/** How many of the examples that a first fit needs are there. */
import type { ModelOverview } from '#contract/areas/models.ts';
import { Bar } from '../../ui/controls.tsx';

export function LearningBar({ overview }: { readonly overview: ModelOverview }) {
  const { trainable, firstFit } = overview;
  return <Bar label={`Examples: ${trainable} of ${firstFit}`} fraction={firstFit > 0 ? trainable / firstFit : null} />;
}
