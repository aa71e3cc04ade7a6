/** The guide's page of features as text, made from the catalogue: what the window's tooltips and exports say too. */
import type { FeatureDefinition, WarmUp } from '#core/signals/features/feature.ts';
import { FEATURE_SETS, FEATURES, type FeatureSet, featureRange } from '#core/signals/features/feature-catalogue.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';

const INTRODUCTION = `# Features

Made from the catalogue by \`scripts/feature-docs.ts\`; a test holds it up to date. The window's tooltips, the record and the exports say the same.

A feature is a number that was known at the close of a signal's bar. It is recorded with the signal and never changed. What could not be known is missing: an empty cell in an export, \`null\` in JSON, never 0.

*own* is the timeframe of the strategy that found the signal. *From* is the history that a feature needs; before that it is missing. Facts of the exchange (spread, book, trades, funding) exist on live bars only, where the exchange tells them.
`;

export function featurePage(): string {
  const shared = new Map(FEATURES.map((feature) => [feature.name, setsWith(feature)]));
  return [
    INTRODUCTION,
    '## Sets\n',
    table(
      ['set', 'features', 'recorded by', 'hash'],
      FEATURE_SETS.map((set) => [
        `[\`${set.id}\`](#${set.id})`,
        String(set.names.length),
        recorders(set),
        `\`${set.hash.slice(0, 12)}\``,
      ]),
    ),
    ...FEATURE_SETS.map((set) => section(set, shared)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function section(set: FeatureSet, shared: ReadonlyMap<string, readonly string[]>): string {
  const rows = set.features.map((feature) => [
    `\`${feature.name}\``,
    feature.meaning.replaceAll('|', '\\|'),
    feature.unit,
    featureRange(feature),
    warmUpText(feature.warmUp),
    (shared.get(feature.name) ?? []).filter((id) => id !== set.id).join(', '),
  ]);
  const scope =
    set.scope === 'instrument' ? 'One vector serves every signal of an instrument at the close of a bar.\n\n' : '';
  return `\n## ${set.id}\n\n${scope}${table(['name', 'meaning', 'unit', 'range', 'from', 'also in'], rows)}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function setsWith(feature: FeatureDefinition): readonly string[] {
  return FEATURE_SETS.filter((set) => set.names.includes(feature.name)).map((set) => set.id);
}

function recorders({ id }: FeatureSet): string {
  if (id === 'immediate' || id === 'quality') return 'every strategy';
  const own = STRATEGIES.filter(({ featureSet, besideSets }) => featureSet === id || besideSets.includes(id));
  return own.map((strategy) => `\`${strategy.id}\``).join(', ') || 'none';
}

function warmUpText(warmUp: WarmUp | null): string {
  return warmUp === null ? '' : `${warmUp.bars} x ${warmUp.timeframe}`;
}
