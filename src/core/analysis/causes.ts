/** Clusters of causes for what was not taken: reasons without their figures, each with what it saved or cost (PH-32). */
import type { CauseFigures } from '#core/domain/decision-figures.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import { DISPOSITIONS, type Disposition } from '#core/domain/score.ts';
import { BlockBootstrap } from './block-bootstrap.ts';
import { GroupedResults, negated } from './result-figures.ts';
import { dispositionCode } from './scope-rows.ts';

const CLUSTERS_SHOWN = 100;

/** For a blocked signal the rule before the colon; else the words with every figure as `#`. */
export function causeOf(disposition: Disposition, reason: string): string {
  const colon = reason.indexOf(':');
  if (disposition === 'blocked' && colon > 0) return reason.slice(0, colon);
  return reason.replaceAll(/[+-]?\d+(?:[.,]\d+)*/g, '#');
}

/** `reasonText` gives the text of a reason's number. */
export function causesOf(rows: ResultColumns, reasonText: (reason: number) => string): CauseFigures {
  const [executed, pending] = [dispositionCode('executed'), dispositionCode('pending')];
  const clusters = new Map<string, { at: number; disposition: Disposition; cause: string; example: string }>();
  // Few reasons are different where they hold no figures, many where they do: each is put into words once.
  const known = new Map<number, number>();
  const group = new Int32Array(rows.length).fill(-1);
  for (let row = 0; row < rows.length; row++) {
    const code = rows.disposition[row] as number;
    if (code === executed || code === pending) continue;
    const reason = rows.reason[row] as number;
    const key = reason * DISPOSITIONS.length + code;
    let at = known.get(key);
    if (at === undefined) {
      const example = reasonText(reason);
      const disposition = DISPOSITIONS[code] as Disposition;
      const cause = causeOf(disposition, example);
      const name = `${disposition}: ${cause}`;
      const cluster = clusters.get(name) ?? { at: clusters.size, disposition, cause, example };
      clusters.set(name, cluster);
      at = cluster.at;
      known.set(key, at);
    }
    group[row] = at;
  }
  const largest = largestFirst(group, clusters.size).slice(0, CLUSTERS_SHOWN);
  const place = new Int32Array(clusters.size).fill(-1);
  largest.forEach((at, index) => {
    place[at] = index;
  });
  const bootstrap = new BlockBootstrap(rows.openedAt);
  const placed = group.map((at) => (at < 0 ? -1 : (place[at] as number)));
  const results = new GroupedResults(bootstrap, placed, largest.length, rows.netR);
  const list = [...clusters.values()];
  return {
    bootstrap: bootstrap.facts,
    clusters: largest.map((at, index) => {
      const { disposition, cause, example } = list[at] as (typeof list)[number];
      const saved = { savedR: 0 - results.sum(index), savedRInterval: negated(results.sumInterval(index)) };
      return { disposition, cause, example, ...results.figures(index), ...saved };
    }),
    leftOff: clusters.size - largest.length,
  };
}

function largestFirst(group: Int32Array, groups: number): readonly number[] {
  const counts = new Int32Array(groups);
  for (const at of group) if (at >= 0) counts[at] = (counts[at] as number) + 1;
  return Array.from(counts, (_, at) => at).sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
}
