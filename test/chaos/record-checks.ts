/** What must hold of a record that a kill left behind (RE-2): invariants of the business, and every acknowledged fact. */
import { join } from 'node:path';
import { timeframeMs } from '#core/domain/timeframe.ts';
import { Connection } from '#main/store/connection.ts';
import type { Profile } from '#main/store/database.ts';
import { RECORD_FILE } from '#main/store/schemas.ts';
import { canonicalJson } from '#test/support/canonical-json.ts';
import {
  type AcknowledgedRecord,
  type Acknowledgement,
  closedText,
  countOfRisk,
  decidedText,
  openedText,
  positionPlanText,
  RECORD_KINDS,
  ticketPlanText,
} from './acknowledgement.ts';

/** Each names what breaks it and counts the rows that do: all must be 0. */
const INVARIANTS: readonly (readonly [meaning: string, sql: string])[] = [
  [
    'an open phantom is in open_phantoms',
    `SELECT count(*) FROM phantoms p JOIN facets f ON f.no = p.facet_no
     WHERE f.outcome = 'open' AND p.no NOT IN (SELECT phantom_no FROM open_phantoms)`,
  ],
  [
    'no phantom is both open and closed',
    `SELECT count(*) FROM open_phantoms o JOIN phantoms p ON p.no = o.phantom_no JOIN facets f ON f.no = p.facet_no
     WHERE f.outcome <> 'open' OR p.exit_time IS NOT NULL OR p.net_r IS NOT NULL`,
  ],
  [
    'a resolved phantom has entry, exit, reason and result',
    `SELECT count(*) FROM phantoms p JOIN facets f ON f.no = p.facet_no WHERE f.outcome IN ('win', 'loss', 'timeout')
     AND (p.exit_price IS NULL OR p.exit_time IS NULL OR p.net_r IS NULL OR p.exit_reason IS NULL OR p.entry IS NULL)`,
  ],
  [
    'resolutions are exactly the resolved phantoms',
    `SELECT (SELECT count(*) FROM phantoms p JOIN facets f ON f.no = p.facet_no
       WHERE (f.outcome IN ('win', 'loss', 'timeout')) <> (p.no IN (SELECT phantom_no FROM resolutions)))`,
  ],
  [
    'each phantom has its document and its features',
    `SELECT count(*) FROM phantoms WHERE no NOT IN (SELECT phantom_no FROM phantom_documents)
       OR no NOT IN (SELECT phantom_no FROM phantom_features)`,
  ],
  [
    // One that was gated had its end when it began (PH-2).
    'each phantom opened once, and closed once when it is closed',
    `SELECT count(*) FROM (SELECT p.no, f.outcome, sum(e.kind = 'opened') AS opened, sum(e.kind = 'closed') AS closed
       FROM phantoms p JOIN facets f ON f.no = p.facet_no LEFT JOIN phantom_events e ON e.phantom_no = p.no GROUP BY p.no)
     WHERE opened <> 1 OR closed <> (outcome NOT IN ('open', 'gated'))`,
  ],
  [
    'facets count what has them',
    'SELECT count(*) FROM facets f WHERE f.count <> (SELECT count(*) FROM phantoms p WHERE p.facet_no = f.no)',
  ],
  [
    'a pending phantom has an open ticket, and the other way round',
    `SELECT count(*) FROM phantoms p JOIN facets f ON f.no = p.facet_no LEFT JOIN tickets t ON t.id = p.id
     WHERE (f.disposition = 'pending') <> (t.state IS 'open')`,
  ],
  [
    'a closed ticket and its decision agree',
    `SELECT count(*) FROM tickets t LEFT JOIN phantoms p ON p.id = t.id LEFT JOIN facets f ON f.no = p.facet_no
     WHERE t.state <> 'open' AND f.disposition IS NOT
       CASE t.state WHEN 'approved' THEN 'executed' ELSE t.state END`,
  ],
  [
    'a decided ticket was decided once',
    `SELECT count(*) FROM tickets t JOIN phantoms p ON p.id = t.id
     WHERE (t.state <> 'open') <> (SELECT count(*) FROM phantom_events WHERE phantom_no = p.no AND kind = 'decided')`,
  ],
  [
    'a position is an approved ticket, and the other way round',
    `SELECT (SELECT count(*) FROM positions WHERE id NOT IN (SELECT id FROM tickets WHERE state = 'approved'))
       + (SELECT count(*) FROM tickets WHERE state = 'approved' AND id NOT IN (SELECT id FROM positions))`,
  ],
  [
    'a closed position has an exit and a profit, an open one neither',
    `SELECT count(*) FROM positions WHERE (state = 'closed') <> (document ->> '$.profit' IS NOT NULL)
       OR (state = 'closed') <> (document ->> '$.result.exitTime' IS NOT NULL)`,
  ],
  [
    'each closed position changed the account once',
    `SELECT (SELECT count(*) FROM account_history) <> (SELECT count(*) FROM positions WHERE state = 'closed')`,
  ],
  [
    'the account is what it started with plus the profits',
    `SELECT count(*) FROM (SELECT equity, starting_equity FROM account_history ORDER BY sequence DESC LIMIT 1)
     WHERE abs(equity - starting_equity - (SELECT sum(document ->> '$.profit') FROM positions WHERE state = 'closed')) > 1e-6`,
  ],
  [
    'the clock is not behind anything that happened',
    `SELECT (SELECT count(*) FROM engine_clock WHERE time < (SELECT max(time) FROM phantom_events))
       + (SELECT count(*) FROM phantom_events WHERE NOT EXISTS (SELECT 1 FROM engine_clock))`,
  ],
  [
    'an open phantom was walked no further than the engine has worked, and not less',
    `SELECT count(*) FROM open_phantoms o JOIN phantoms p ON p.no = o.phantom_no JOIN facets f ON f.no = p.facet_no
     JOIN engine_bars b ON b.instrument_id = f.instrument_id
     WHERE coalesce(o.progress ->> '$.lastCloseTime', p.opened_at) <> max(p.opened_at, b.open_time + :baseMs)`,
  ],
];

/** Everything that was acknowledged so far, over all kills. */
export class AcknowledgedLedger {
  /** Not yet looked for; facts never change, so that finding one once is enough until the next full look. */
  #unseen: AcknowledgedRecord[] = [];
  readonly #all = new Map<string, AcknowledgedRecord>();
  readonly counts: Record<AcknowledgedRecord['kind'], number> = zeroCounts();
  steps = 0;
  clock = 0;
  settingsCount = 0;
  readonly bars = new Map<string, number>();

  add(line: Acknowledgement): void {
    this.steps++;
    if (line.clock !== null) this.clock = Math.max(this.clock, line.clock);
    if (line.settingsCount !== null) this.settingsCount = line.settingsCount;
    for (const [id, openTime] of line.bars) this.bars.set(id, Math.max(openTime, this.bars.get(id) ?? 0));
    for (const record of line.records) {
      const key = `${record.kind} ${record.id}`;
      if (this.#all.has(key))
        throw new Error(`${key} was acknowledged twice: an acknowledged step was lost and done again`);
      this.#all.set(key, record);
      this.#unseen.push(record);
      this.counts[record.kind]++;
    }
  }

  get records(): number {
    return this.#all.size;
  }

  takeUnseen(): readonly AcknowledgedRecord[] {
    const unseen = this.#unseen;
    this.#unseen = [];
    return unseen;
  }

  all(): Iterable<AcknowledgedRecord> {
    return this.#all.values();
  }
}

/** Problems found, empty when the record is whole. `everything` looks for all acknowledged facts, not only new ones. */
export function checkRecord(profile: Profile, ledger: AcknowledgedLedger, everything: boolean): readonly string[] {
  const problems = profile.check().map((problem) => `database: ${problem}`);
  problems.push(...brokenInvariants(profile));
  const open = profile.loadOpen();
  if ((open.clock ?? 0) < ledger.clock)
    problems.push(`the clock is ${open.clock}, but ${ledger.clock} was acknowledged`);
  const worked = new Map(open.workedBars.map((bar) => [bar.instrumentId, bar.openTime]));
  for (const [id, openTime] of ledger.bars) {
    if ((worked.get(id) ?? -1) < openTime)
      problems.push(`${id}: bar ${openTime} was acknowledged, ${worked.get(id)} recorded`);
  }
  for (const [id, openTime] of worked) {
    const stored = profile.candles.last(id, '1m')?.openTime ?? -1;
    if (stored < openTime) problems.push(`${id}: bar ${openTime} was worked, but the newest stored one is ${stored}`);
  }
  const count = countOfRisk(Number(profile.desk.settings().get('riskPerTrade') ?? 0));
  if (count < ledger.settingsCount)
    problems.push(`setting ${ledger.settingsCount} was acknowledged, ${count} is stored`);
  const unseen = ledger.takeUnseen();
  const positions = positionDocuments(profile);
  for (const record of everything ? ledger.all() : unseen) {
    const found = storedText(profile, positions, record);
    if (found === record.text) continue;
    problems.push(
      `${record.kind} ${record.id} was acknowledged as\n  ${record.text}\nbut the record holds\n  ${found}`,
    );
  }
  return problems;
}

function brokenInvariants(profile: Profile): readonly string[] {
  const connection = new Connection(join(profile.folder, RECORD_FILE), { synchronous: 'FULL', readOnly: true });
  try {
    return INVARIANTS.flatMap(([meaning, sql]) => {
      const broken = connection.prepare(sql.replaceAll(':baseMs', String(timeframeMs('1m')))).get()?.[0] as number;
      return broken === 0 ? [] : [`broken ${broken} times: ${meaning}`];
    });
  } finally {
    connection.close();
  }
}

function positionDocuments(
  profile: Profile,
): ReadonlyMap<string, ReturnType<typeof profile.desk.closedPositions>[number]> {
  const open = profile.loadOpen().positions.map(({ position }) => position);
  const closed = profile.desk.closedPositions(Number.MAX_SAFE_INTEGER);
  return new Map([...open, ...closed].map((position) => [position.id, position]));
}

function storedText(
  profile: Profile,
  positions: ReturnType<typeof positionDocuments>,
  { kind, id }: AcknowledgedRecord,
): string | null {
  switch (kind) {
    case 'opened':
    case 'closed':
    case 'decided': {
      const phantom = profile.history.detail(id)?.phantom;
      if (phantom === undefined) return null;
      if (kind === 'opened') return openedText(phantom);
      return kind === 'closed' ? closedText(phantom.result, phantom.resolvedOffline) : decidedText(phantom.decision);
    }
    case 'ticket':
    case 'ticket-closed': {
      const ticket = profile.desk.ticket(id);
      if (ticket === null) return null;
      return kind === 'ticket' ? ticketPlanText(ticket) : canonicalJson(ticket);
    }
    case 'position':
    case 'position-closed': {
      const position = positions.get(id);
      if (position === undefined) return null;
      return kind === 'position' ? positionPlanText(position) : canonicalJson(position);
    }
  }
}

function zeroCounts(): Record<AcknowledgedRecord['kind'], number> {
  return Object.fromEntries(RECORD_KINDS.map((kind) => [kind, 0])) as Record<AcknowledgedRecord['kind'], number>;
}
