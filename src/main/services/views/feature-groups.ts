/** The recorded vectors of a phantom by set, in the names and words they were recorded with (PL-10). */
import type { FeatureGroup } from '#contract/areas/phantoms.ts';
import type { Phantom } from '#core/domain/phantom.ts';
import type { FeatureVector } from '#core/domain/signal.ts';
import { FEATURES, featureRange } from '#core/signals/features/feature-catalogue.ts';
import type { RecordedFeatureSet } from '#main/store/phantom-history.ts';

const TITLES: Readonly<Record<string, string>> = {
  trend: 'Trend',
  range: 'Range',
  range_facts: 'Range, for the gates',
  scalp: 'Scalp',
  scalp_facts: 'Scalp, for the gates',
  session: 'Sessions and opening ranges',
  structure_facts: 'Patterns of the structure',
  market: 'Market',
  quality: 'Signal quality',
  immediate: 'First days',
  volatility: 'Volatility on 1h',
};

/** First the set that the strategy's model reads, then those recorded beside it. */
export function featureGroups(
  { features, besideFeatures }: Pick<Phantom, 'features' | 'besideFeatures'>,
  recorded: readonly RecordedFeatureSet[],
): readonly FeatureGroup[] {
  const vectors = features === null ? besideFeatures : [features, ...besideFeatures];
  return vectors.flatMap((vector) => {
    const set = recorded.find((one) => one.setHash === vector.setHash);
    return set === undefined ? [] : [groupOf(vector, set)];
  });
}

function groupOf({ setId, values }: FeatureVector, { features }: RecordedFeatureSet): FeatureGroup {
  return {
    set: setId,
    title: TITLES[setId] ?? setId.replaceAll('_', ' '),
    features: features.map(({ name, meaning, unit }, index) => {
      const value = values[index] ?? Number.NaN;
      return { name, meaning, unit, ...rangeOf(name), value: Number.isNaN(value) ? null : value };
    }),
  };
}

/** Of the catalogue as it is now; a feature that is gone has none. */
function rangeOf(name: string): { readonly range?: string } {
  const feature = FEATURES.find((one) => one.name === name);
  const range = feature === undefined ? '' : featureRange(feature);
  return range === '' ? {} : { range };
}
