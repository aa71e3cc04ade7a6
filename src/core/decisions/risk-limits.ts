/** DE-21: each limit with its present value and its check, from one definition. What is unknown is never within a limit (RE-22). */
import type { InstrumentId } from '#core/domain/instrument.ts';
import type { LimitId, LimitReport, RiskSettings } from '#core/domain/risk.ts';

/** What the limits look at; amounts in quote units. */
export interface RiskBook {
  readonly positions: readonly {
    readonly instrumentId: InstrumentId;
    /** Null while unknown: all such instruments count as one cluster, because they may well be. */
    readonly cluster: number | null;
    readonly notional: number;
  }[];
  /** Realised plus unrealised; NaN where a price is unknown. */
  readonly equity: number;
  /** The same at 00:00 UTC. */
  readonly dayStartEquity: number;
  /** Entries within the last 60 s. */
  readonly recentOrders: number;
}

export interface EntryOrder {
  readonly instrumentId: InstrumentId;
  readonly cluster: number | null;
  readonly notional: number;
  /** What the order was planned at, and what it would be filled at. */
  readonly plannedPrice: number;
  readonly fillPrice: number;
  readonly marketPrice: number;
}

export interface Objection {
  readonly rule: string;
  /** In words, beginning with the rule. */
  readonly message: string;
}

interface LimitRule {
  readonly id: LimitId;
  readonly meaning: string;
  readonly unit: 'count' | 'share';
  maximum(settings: RiskSettings): number;
  /** Null: it exists only for an order. */
  value(book: RiskBook): number | null;
  /** What the value would be with the order. */
  after(book: RiskBook, order: EntryOrder): number;
  /** A value at the maximum is a breach, not only one beyond it. */
  readonly isStrict?: boolean;
}

const RULES: readonly LimitRule[] = [
  {
    id: 'open-positions',
    meaning: 'Positions open at once.',
    unit: 'count',
    maximum: ({ maximumPositions }) => maximumPositions,
    value: ({ positions }) => positions.length,
    after: ({ positions }) => positions.length + 1,
  },
  {
    id: 'per-instrument',
    meaning: 'Positions open on one instrument.',
    unit: 'count',
    maximum: ({ positionsPerInstrument }) => positionsPerInstrument,
    value: ({ positions }) => most(positions.map(({ instrumentId }) => instrumentId)),
    after: ({ positions }, order) => 1 + positions.filter((one) => one.instrumentId === order.instrumentId).length,
  },
  {
    id: 'per-cluster',
    meaning: 'Positions open on instruments that move alike.',
    unit: 'count',
    maximum: ({ positionsPerCluster }) => positionsPerCluster,
    value: ({ positions }) => most(positions.map(({ cluster }) => cluster)),
    after: ({ positions }, order) => 1 + positions.filter((one) => one.cluster === order.cluster).length,
  },
  {
    id: 'daily-loss',
    meaning: 'Loss since 00:00 UTC, open positions included, as a share of the equity then.',
    unit: 'share',
    isStrict: true,
    maximum: ({ dailyLossLimit }) => dailyLossLimit,
    value: lossOfDay,
    after: lossOfDay,
  },
  {
    id: 'exposure',
    meaning: 'Value of all open positions as a share of equity.',
    unit: 'share',
    maximum: ({ exposureLimit }) => exposureLimit,
    value: (book) => exposureOf(book) / book.equity,
    // Equity that is gone or unknown bears nothing.
    after: (book, order) => (book.equity > 0 ? (exposureOf(book) + order.notional) / book.equity : Number.NaN),
  },
  {
    id: 'orders-per-minute',
    meaning: 'Entries within the last 60 seconds.',
    unit: 'count',
    maximum: ({ ordersPerMinute }) => ordersPerMinute,
    value: ({ recentOrders }) => recentOrders,
    after: ({ recentOrders }) => recentOrders + 1,
  },
  {
    id: 'price-sanity',
    meaning: 'Distance of an order from the market.',
    unit: 'share',
    maximum: ({ priceSanity }) => priceSanity,
    value: () => null,
    after: (_, { plannedPrice, fillPrice, marketPrice }) =>
      Math.max(Math.abs(plannedPrice - marketPrice), Math.abs(fillPrice - marketPrice)) / marketPrice,
  },
];

/** Rounding of sums of notionals never refuses a size that was cut to exactly the limit. */
const TOLERANCE = 1e-9;

/** The first limit that an entry would breach; null: it keeps them all. */
export function limitObjection(book: RiskBook, order: EntryOrder, settings: RiskSettings): Objection | null {
  for (const rule of RULES) {
    const maximum = rule.maximum(settings);
    const after = rule.after(book, order);
    if (isWithin(rule, after, maximum)) continue;
    return { rule: rule.id, message: `${rule.id}: ${wordsOf(rule, after, maximum)}` };
  }
  return null;
}

export function limitReports(book: RiskBook, settings: RiskSettings): readonly LimitReport[] {
  return RULES.map((rule) => {
    const value = rule.value(book);
    const maximum = rule.maximum(settings);
    const { id: limit, unit, meaning } = rule;
    // Per instrument and per cluster it depends on the entry's own: those stop some entries, never all.
    const stopsAll = limit !== 'per-instrument' && limit !== 'per-cluster';
    const isReached = value !== null && stopsAll && !(value < maximum);
    return { limit, value: value === null || Number.isNaN(value) ? null : value, maximum, unit, isReached, meaning };
  });
}

/** Quote units that a further position may be worth; 0 when equity is gone or unknown. */
export function exposureRoom(book: RiskBook, settings: RiskSettings): number {
  const room = book.equity * settings.exposureLimit - exposureOf(book);
  return room > 0 ? room : 0;
}

/** Written so that NaN is within nothing. */
function isWithin(rule: LimitRule, value: number, maximum: number): boolean {
  return rule.isStrict === true ? value < maximum : value <= maximum * (1 + TOLERANCE);
}

function wordsOf({ unit, meaning, isStrict }: LimitRule, value: number, maximum: number): string {
  const spell = (figure: number) => (unit === 'share' ? `${Number((figure * 100).toFixed(2))} %` : String(figure));
  const would = isStrict === true ? 'is' : 'would be';
  const figure = Number.isNaN(value) ? `${would} unknown` : `${would} ${spell(value)}`;
  return `${figure}, the limit is ${spell(maximum)}. ${meaning}`;
}

function lossOfDay({ equity, dayStartEquity }: RiskBook): number {
  const loss = (dayStartEquity - equity) / dayStartEquity;
  // A gain is no loss; NaN stays NaN.
  return loss < 0 ? 0 : loss;
}

function exposureOf({ positions }: RiskBook): number {
  return positions.reduce((sum, { notional }) => sum + notional, 0);
}

/** How often the most frequent one comes. */
function most(keys: readonly (string | number | null)[]): number {
  return Math.max(0, ...[...Map.groupBy(keys, (key) => key).values()].map((group) => group.length));
}
