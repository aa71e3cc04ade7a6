/** Which vectors the feature columns of an imported history stand for: each line names its sets, `set@hash` (FE-1). */
import type { FeatureVector } from '#core/domain/signal.ts';
import { FEATURE_SETS } from '#core/signals/features/feature-catalogue.ts';
import { setLabel } from '#main/files/phantom-csv.ts';
import type { FilePhantom } from '#main/files/phantom-import.ts';
import type { RecordedFeatureSet } from '#main/store/phantom-history.ts';

type NamedFeature = RecordedFeatureSet['features'][number];

interface Layout {
  readonly set: RecordedFeatureSet;
  /** The file's column of each value; -1 where the file has none. */
  readonly columns: readonly number[];
}

const LABEL = /^([^@\s.]+)@([^@\s]+)$/;

export class ImportedSets {
  /** By label: recorded here, or in the catalogue. */
  readonly #known: ReadonlyMap<string, RecordedFeatureSet>;
  readonly #recorded: ReadonlySet<string>;
  /** Number of each feature column, by set and feature. */
  readonly #columns = new Map<string, Map<string, number>>();
  readonly #layouts = new Map<string, Layout>();

  constructor(recorded: readonly RecordedFeatureSet[], featureNames: readonly string[]) {
    const catalogue = FEATURE_SETS.map(({ id, hash, features }): RecordedFeatureSet => {
      return {
        setId: id,
        setHash: hash,
        features: features.map(({ name, meaning, unit }) => ({ name, meaning, unit })),
      };
    });
    const known = new Map([...catalogue, ...recorded].map((set) => [setLabel(set.setId, set.setHash), set]));
    // A set that was recorded before its features were named says nothing of them.
    this.#known = known;
    this.#recorded = new Set(recorded.filter(({ features }) => features.length > 0).map(({ setHash }) => setHash));
    for (const [column, name] of featureNames.entries()) {
      const dot = name.indexOf('.');
      const setId = name.slice(0, dot);
      const columns = this.#columns.get(setId) ?? new Map<string, number>();
      this.#columns.set(setId, columns.set(name.slice(dot + 1), column));
    }
  }

  /** What is wrong with the sets of a line; null when its cells are exactly those of its sets. */
  problem({ ownSet, besideSets, values }: FilePhantom): string | null {
    const labels = ownSet === null ? besideSets : [ownSet, ...besideSets];
    if (new Set(labels).size < labels.length) return 'feature_sets names a set twice';
    const belongs = new Set<number>();
    for (const label of labels) {
      if (!LABEL.test(label)) return 'feature_sets is not a list of set@hash';
      for (const column of this.#layout(label).columns) belongs.add(column);
    }
    const strange = values.findIndex((value, column) => !Number.isNaN(value) && !belongs.has(column));
    return strange === -1
      ? null
      : `feature column ${strange + 1} has a value, but none of its feature sets has the feature`;
  }

  vector(label: string, values: Float64Array): FeatureVector {
    const { set, columns } = this.#layout(label);
    const { setId, setHash } = set;
    return { setId, setHash, values: Float64Array.from(columns, (column) => values[column] ?? Number.NaN) };
  }

  /** Sets of the lines seen so far that the record does not know yet. */
  unrecorded(): readonly RecordedFeatureSet[] {
    const used = [...this.#layouts.values()].map(({ set }) => set);
    return used.filter(({ setHash }) => !this.#recorded.has(setHash));
  }

  #layout(label: string): Layout {
    const before = this.#layouts.get(label);
    if (before !== undefined) return before;
    const [, setId = '', hash = ''] = LABEL.exec(label) ?? [];
    const known = this.#known.get(label);
    const columns = this.#columns.get(setId) ?? new Map<string, number>();
    // A set of another version: its columns are its features, its hash is what the file shows of it. No model has it.
    const named: readonly NamedFeature[] = [...columns.keys()].map((name) => ({ name, meaning: '', unit: '' }));
    const features = known === undefined || known.features.length === 0 ? named : known.features;
    const set = { setId, setHash: known?.setHash ?? hash, features };
    const layout = { set, columns: features.map(({ name }) => columns.get(name) ?? -1) };
    this.#layouts.set(label, layout);
    return layout;
  }
}
