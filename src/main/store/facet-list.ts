/** The facets of a record in memory: every filter begins with them, and there are thousands (PE-12, RE-33). */
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { Outcome } from '#core/domain/phantom.ts';
import type { Disposition } from '#core/domain/score.ts';
import type { Side } from '#core/domain/signal.ts';
import type { Connection, Row } from './connection.ts';

export interface Facet {
  readonly no: number;
  readonly instrumentId: InstrumentId;
  readonly strategyId: string;
  readonly side: Side;
  readonly outcome: Outcome;
  readonly disposition: Disposition;
  readonly simulated: boolean;
  readonly count: number;
  /** Another one whenever figures of its phantoms changed. */
  readonly revision: number;
}

interface ReadFacets {
  /** As the connection marks its changes. */
  readonly mark: string;
  readonly facets: readonly Facet[];
}

const READ = new WeakMap<Connection, ReadFacets>();

/** Read by connections that only read, by file: each of them sees what was committed, and most of them see the same. */
const COMMITTED = new Map<string, { readonly state: string; readonly facets: readonly Facet[] }>();
/** A process has one profile open, or two. */
const FILES_KNOWN = 4;

/**
 * Those that phantoms have, by number, as this connection sees them now. The same list as before, as an object, where no
 * phantom came, went or changed: what is made of a list may be kept with it.
 */
export function facetsOf(connection: Connection): readonly Facet[] {
  const mark = connection.changeMark();
  const known = READ.get(connection);
  if (known?.mark === mark) return known.facets;
  const facets = connection.readOnly ? committedFacets(connection) : connection.prepare(FACETS).all().map(facetOf);
  READ.set(connection, { mark, facets });
  return facets;
}

/** For a file that is opened anew: another one may lie in its place. */
export function forgetFacets(path: string): void {
  COMMITTED.delete(path);
}

function committedFacets(connection: Connection): readonly Facet[] {
  // Facets only come, and revisions only rise: what was committed is known by their sum.
  const state = String(connection.prepare('SELECT count(*), sum(count), sum(revision) FROM facets').get());
  const known = COMMITTED.get(connection.path);
  if (known?.state === state) return known.facets;
  const facets = connection.prepare(FACETS).all().map(facetOf);
  COMMITTED.delete(connection.path);
  COMMITTED.set(connection.path, { state, facets });
  for (const path of COMMITTED.keys()) if (COMMITTED.size > FILES_KNOWN) COMMITTED.delete(path);
  return facets;
}

const FACETS = `SELECT no, instrument_id, strategy_id, side, outcome, disposition, simulated, count, revision
  FROM facets WHERE count > 0 ORDER BY no`;

function facetOf(row: Row): Facet {
  return {
    no: row[0] as number,
    instrumentId: row[1] as string,
    strategyId: row[2] as string,
    side: row[3] as Side,
    outcome: row[4] as Outcome,
    disposition: row[5] as Disposition,
    simulated: row[6] === 1,
    count: row[7] as number,
    revision: row[8] as number,
  };
}
