/** The heads inside a whole model's artefact: their headers in its header, their arrays beside each other as `head.array`. */
import type { HeadKind, ModelArtefact } from './dataset.ts';

export interface NamedHead {
  /** E.g. `forest`; unique within a model. */
  readonly id: string;
  readonly artefact: ModelArtefact;
}

/** What the whole model's header keeps of a head. */
export interface ListedHead {
  readonly id: string;
  readonly kind: ModelArtefact['kind'];
  readonly header: ModelArtefact['header'];
}

const HEAD_KINDS: readonly ModelArtefact['kind'][] = ['forest', 'boosting', 'network'] satisfies readonly HeadKind[];

export function isHead(kind: ModelArtefact['kind']): boolean {
  return HEAD_KINDS.includes(kind);
}

export function packHeads(heads: readonly NamedHead[]): {
  readonly listed: readonly ListedHead[];
  readonly arrays: ModelArtefact['arrays'];
} {
  return {
    listed: heads.map(({ id, artefact }) => ({ id, kind: artefact.kind, header: artefact.header })),
    arrays: Object.fromEntries(
      heads.flatMap(({ id, artefact }) =>
        Object.entries(artefact.arrays).map(([name, array]) => [`${id}.${name}`, array] as const),
      ),
    ),
  };
}

/** The heads of a whole artefact as artefacts of their own; what they hold is for their predictors to check. */
export function unpackHeads(whole: ModelArtefact, listed: readonly ListedHead[]): readonly NamedHead[] {
  return listed.map(({ id, kind, header }) => {
    const prefix = `${id}.`;
    const arrays = Object.entries(whole.arrays)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, array]) => [name.slice(prefix.length), array] as const);
    return { id, artefact: { kind, task: whole.task, names: whole.names, header, arrays: Object.fromEntries(arrays) } };
  });
}
