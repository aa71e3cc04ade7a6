/** The columns of what can be exported beside phantoms (WS-20): signals, orders, fills, model figures, candles. */
import type { Candle } from '#core/domain/candle.ts';
import { splitInstrumentId } from '#core/domain/instrument.ts';
import type { ModelVersion } from '#core/domain/model.ts';
import type { Signal } from '#core/domain/signal.ts';
import type { Position, Ticket } from '#core/domain/trading.ts';
import { flag, number, text, time } from './table-columns.ts';
import type { TableColumn, TableForm } from './table-file.ts';

/** Exchange and symbol of what has an instrument. */
function instrumentColumns<Row extends { readonly instrumentId: string }>(): readonly TableColumn<Row>[] {
  return [
    text('exchange', ({ instrumentId }) => splitInstrumentId(instrumentId).exchange),
    text('symbol', ({ instrumentId }) => splitInstrumentId(instrumentId).symbol),
  ];
}

/** As the strategy issued them; what became of each is in the export of phantoms, under the same id. */
export const SIGNAL_TABLE: TableForm<Signal> = {
  schemaVersion: 1,
  columns: [
    text('id', ({ id }) => id),
    ...instrumentColumns<Signal>(),
    text('strategy', ({ strategyId }) => strategyId),
    number('strategy_version', ({ strategyVersion }) => strategyVersion),
    text('timeframe', ({ timeframe }) => timeframe),
    text('side', ({ side }) => side),
    time('time', (signal) => signal.time),
    time('expires_at', ({ expiresAt }) => expiresAt),
    number('timeout_ms', ({ timeoutMs }) => timeoutMs),
    number('entry', ({ entry }) => entry),
    number('stop', ({ stop }) => stop),
    number('tp1', ({ tp1 }) => tp1),
    number('tp1_fraction', ({ tp1Fraction }) => tp1Fraction),
    number('target', ({ target }) => target),
    number('planned_rr', ({ plannedRr }) => plannedRr),
    number('planned_net_rr', ({ plannedNetRr }) => plannedNetRr),
    text('session', ({ context }) => context.session),
    text('regime', ({ context }) => context.regime),
    number('cluster', ({ cluster }) => cluster),
    number('qscore', ({ qscore }) => qscore),
    text('quality_parts', ({ qualityParts }) => qualityParts.map((part) => `${part.name}: ${part.value}`).join('; ')),
    text('structure_key', ({ structureKey }) => structureKey),
    text('reasons', ({ reasons }) => reasons.join('; ')),
  ],
};

/** Paper: what was asked of the trader, at which size, and the answer. */
export const ORDER_TABLE: TableForm<Ticket> = {
  schemaVersion: 1,
  columns: [
    text('id', ({ id }) => id),
    text('account', () => 'paper'),
    ...instrumentColumns<Ticket>(),
    text('side', ({ terms }) => terms.side),
    time('opened_at', ({ openedAt }) => openedAt),
    time('expires_at', ({ expiresAt }) => expiresAt),
    text('state', ({ state }) => state),
    time('closed_at', ({ closedAt }) => closedAt),
    text('close_reason', ({ closeReason }) => closeReason),
    number('entry', ({ terms }) => terms.entry),
    number('stop', ({ terms }) => terms.stop),
    number('target', ({ terms }) => terms.target),
    number('amount', ({ size }) => size.amount),
    number('notional', ({ size }) => size.notional),
    number('risk_amount', ({ size }) => size.riskAmount),
    text('size_basis', ({ size }) => size.basis),
    number('score', ({ score }) => score.value),
    text('score_kind', ({ score }) => score.kind),
    number('threshold', ({ threshold }) => threshold.value),
    flag('below_threshold', ({ belowThreshold }) => belowThreshold),
  ],
};

/** Paper: intended against filled, and how it ended; empty results while it is open. */
export const FILL_TABLE: TableForm<Position> = {
  schemaVersion: 1,
  columns: [
    text('id', ({ id }) => id),
    text('account', () => 'paper'),
    ...instrumentColumns<Position>(),
    text('side', ({ terms }) => terms.side),
    text('state', ({ state }) => state),
    time('filled_at', ({ terms }) => terms.openedAt),
    number('intended_price', ({ intendedPrice }) => intendedPrice),
    number('fill_price', ({ terms }) => terms.entry),
    number('hesitation_r', ({ hesitationR }) => hesitationR),
    number('amount', ({ amount }) => amount),
    number('fee_bps', ({ terms }) => terms.costs.feeBps),
    number('slippage_bps', ({ terms }) => terms.costs.slippageBps),
    text('outcome', ({ result }) => result.outcome),
    text('exit_reason', ({ result }) => result.exitReason),
    time('exit_time', ({ result }) => result.exitTime),
    number('exit_price', ({ result }) => result.exitPrice),
    number('gross_r', ({ result }) => result.grossR),
    number('net_r', ({ result }) => result.netR),
    number('profit', ({ profit }) => profit),
  ],
};

/** One figure of one version. Figures that are lists or curves are one JSON text, in `detail`. */
export interface ModelFigure {
  readonly version: ModelVersion;
  /** Path in the version's metrics, e.g. `holdout.auc`. */
  readonly name: string;
  readonly value: number | null;
  readonly detail: string | null;
}

export const MODEL_TABLE: TableForm<ModelFigure> = {
  schemaVersion: 1,
  columns: [
    text('model_id', ({ version }) => version.id),
    text('model', ({ version }) => version.model),
    number('version', ({ version }) => version.version),
    text('state', ({ version }) => version.state),
    text('reason', ({ version }) => version.reason),
    time('created_at', ({ version }) => version.createdAt),
    time('trained_until', ({ version }) => version.trainedUntil),
    text('feature_set', ({ version }) => version.setId),
    number('examples', ({ version }) => version.examples),
    number('effective_examples', ({ version }) => version.effectiveExamples),
    text('metric', ({ name }) => name),
    number('value', ({ value }) => value),
    text('detail', ({ detail }) => detail),
  ],
};

/** Each figure of each version, lists as they are stored. */
export function* modelFigures(versions: Iterable<ModelVersion>): Generator<ModelFigure, void, undefined> {
  for (const version of versions) yield* figuresIn(version, version.metrics, '');
}

function* figuresIn(
  version: ModelVersion,
  figures: Readonly<Record<string, unknown>>,
  path: string,
): Generator<ModelFigure, void, undefined> {
  for (const [key, value] of Object.entries(figures)) {
    const name = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'number') yield { version, name, value, detail: null };
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      yield* figuresIn(version, value as Readonly<Record<string, unknown>>, name);
    } else if (value !== null && value !== undefined) {
      yield { version, name, value: null, detail: typeof value === 'string' ? value : JSON.stringify(value) };
    }
  }
}

export const CANDLE_TABLE: TableForm<Candle> = {
  schemaVersion: 1,
  columns: [
    time('open_time', ({ openTime }) => openTime),
    number('open', ({ open }) => open),
    number('high', ({ high }) => high),
    number('low', ({ low }) => low),
    number('close', ({ close }) => close),
    number('volume', ({ volume }) => volume),
  ],
};
