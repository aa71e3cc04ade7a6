/** FE-3: refits the clusters of all instruments on Monday 00:00 UTC, before the first bars of the week are worked. */
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { UnixMs } from '#core/domain/timeframe.ts';
import { fitClusters, LEAST_INSTRUMENTS } from '#core/signals/features/cluster-fit.ts';
import { weekOf } from '#core/signals/features/symbol-cluster.ts';
import type { InstrumentState } from './instrument-state.ts';

/** Structured-cloneable; what a restart needs to go on (PL-6). A new object where anything changed. */
export interface ClusterState {
  /** Week of the newest fit, also where too few instruments gave none; -1: none yet. */
  readonly week: number;
  /** Codes 0-3 by instrument id; empty: each instrument's own cut. */
  readonly codes: readonly (readonly [InstrumentId, number])[];
}

const NO_CLUSTERS: ClusterState = { week: -1, codes: [] };

export class InstrumentClusters {
  readonly #states: ReadonlyMap<InstrumentId, InstrumentState>;
  #state: ClusterState = NO_CLUSTERS;

  constructor(states: ReadonlyMap<InstrumentId, InstrumentState>) {
    this.#states = states;
  }

  get state(): ClusterState {
    return this.#state;
  }

  /**
   * Call it before any bar that closes at `closeTime` is worked. With the first bars of a week every instrument's
   * cluster is found anew from bars that closed strictly before them; an instrument without three days keeps its cut.
   */
  beforeBars(closeTime: UnixMs): void {
    const week = weekOf(closeTime);
    // A late batch of last week changes nothing any more.
    if (week <= this.#state.week) return;
    const members = [...this.#states.keys()].sort().flatMap((instrumentId) => {
      const traits = this.#states.get(instrumentId)?.signals.clusterTraits(closeTime) ?? null;
      return traits === null ? [] : [{ instrumentId, traits }];
    });
    const codes =
      members.length < LEAST_INSTRUMENTS ? new Map() : fitClusters(members, new Map(this.#state.codes), week);
    this.#put({ week, codes: [...codes] });
  }

  /** With fewer instruments than clusters need, what was found among more of them says nothing. */
  restore(state: ClusterState): void {
    this.#put(this.#states.size < LEAST_INSTRUMENTS ? { week: state.week, codes: [] } : state);
  }

  #put(state: ClusterState): void {
    this.#state = state;
    const codes = new Map(state.codes);
    for (const [id, { signals }] of this.#states) signals.assignCluster(codes.get(id) ?? null);
  }
}
