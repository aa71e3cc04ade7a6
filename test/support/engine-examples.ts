/** Training examples from a run of the engine: every phantom that won or lost is one, with the vector it was opened with. */
import { invariant } from '#core/base/invariant.ts';
import type { FeatureVector, Signal, SignalId } from '#core/domain/signal.ts';
import type { Engine } from '#core/engine/engine.ts';
import type { EngineInput } from '#core/engine/messages.ts';
import type { Dataset, ExampleLives } from '#core/learning/dataset.ts';
import { averageUniqueness, exampleWeight } from '#core/learning/uniqueness.ts';
import { findFeatureSet } from '#core/signals/features/feature-catalogue.ts';

export interface EngineExamples {
  readonly data: Dataset;
  readonly lives: ExampleLives;
}

interface Row {
  readonly openedAt: number;
  readonly resolvedAt: number;
  readonly netR: number;
  readonly values: Float64Array;
}

/**
 * Steps the engine through the inputs; returns the examples by what `groupOf` says of their signal, oldest first,
 * labelled and weighted as training does (ML-3, ML-5). Their vectors are of the set `setId`.
 */
export function engineExamples(
  engine: Engine,
  inputs: Iterable<EngineInput>,
  setId: string,
  groupOf: (signal: Signal) => string,
): ReadonlyMap<string, EngineExamples> {
  const open = new Map<SignalId, { readonly signal: Signal; readonly features: FeatureVector }>();
  const groups = new Map<string, Row[]>();
  for (const input of inputs) {
    for (const event of engine.step(input)) {
      if (event.kind === 'phantom-opened' && event.phantom.features !== null) {
        const { signal, features } = event.phantom;
        open.set(signal.id, { signal, features });
      } else if (event.kind === 'phantom-closed') {
        const opened = open.get(event.phantomId);
        const { outcome, exitTime, netR } = event.result;
        if (opened === undefined || (outcome !== 'win' && outcome !== 'loss') || netR === null) continue;
        const group = groupOf(opened.signal);
        const rows = groups.get(group) ?? [];
        groups.set(group, rows);
        const { values } = opened.features;
        rows.push({ openedAt: opened.signal.time, resolvedAt: exitTime ?? event.time, netR, values });
      }
    }
  }
  return new Map([...groups].map(([group, rows]) => [group, examplesOf(rows, setId)]));
}

function examplesOf(rows: Row[], setId: string): EngineExamples {
  const set = findFeatureSet(setId);
  invariant(set !== null, 'examples are of a known set');
  rows.sort((a, b) => a.openedAt - b.openedAt);
  const column = (of: (row: Row) => number) => Float64Array.from(rows, of);
  const lives = {
    openedAt: column((row) => row.openedAt),
    resolvedAt: column((row) => row.resolvedAt),
    netR: column((row) => row.netR),
  };
  const columns = set.names.map((_, feature) => column((row) => row.values[feature] ?? Number.NaN));
  const cluster = columns[set.names.indexOf('symbol_cluster')];
  const weight = averageUniqueness(lives).map((unique, row) => exampleWeight(false, cluster?.[row] ?? null, unique));
  const target = column((row) => (row.netR > 0 ? 1 : 0));
  return { data: { names: set.names, columns, rows: rows.length, target, weight }, lives };
}
