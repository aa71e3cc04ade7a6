/** Answers every question of the analysis from the record: columns are read once and kept until the record changes. */
import type { AnalysisContract } from '#contract/areas/analysis.ts';
import type { AnalysisScope, ScopeFacts } from '#contract/areas/analysis-figures.ts';
import type { CallHandlers } from '#contract/service.ts';
import { causesOf } from '#core/analysis/causes.ts';
import { analyseGates } from '#core/analysis/gate-analysis.ts';
import { GATE_FACTS, GATE_VARIABLES, gateColumns } from '#core/analysis/gate-variables.ts';
import { honestyOf } from '#core/analysis/honesty.ts';
import { ledgerOf, ledgersByStrategy } from '#core/analysis/ledger.ts';
import { patternsOf } from '#core/analysis/patterns.ts';
import { rejectionsOf } from '#core/analysis/rejections.ts';
import { chooseRows, pick, type ScopeRows } from '#core/analysis/scope-rows.ts';
import { type StrategyStatus, strategyStatus } from '#core/analysis/strategy-status.ts';
import { traderGrades } from '#core/analysis/trader-grades.ts';
import { RESOLVER_VERSION } from '#core/domain/phantom.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import type { ThresholdSource } from '#core/domain/score.ts';
import { averageUniqueness } from '#core/learning/uniqueness.ts';
import type { PackedFeatures } from '#main/store/analysis-blocks.ts';
import type { AnalysisReader } from '#main/store/analysis-rows.ts';
import { isPlacebo } from '../phantom-filters.ts';
import { PLACEBO_IDS } from '../strategy-settings.ts';
import { recentDecisions } from './recent-decisions.ts';

const SCALP = 'scalp';
/** Sets that hold what the gates ask: the strategy's own vector and the facts beside it. */
const GATE_SETS = ['scalp', 'scalp_facts'];
/** Recorded with every signal (FE-14). */
const PATTERN_SETS = ['quality'];
const [VOLUME, STRENGTH] = ['volume_ratio', 'trend_strength'] as const;

/** What the record keeps in blocks for these questions (PE-14). */
export const PACKED_FEATURES: PackedFeatures = {
  ...Object.fromEntries(GATE_SETS.map((id) => [id, GATE_FACTS])),
  ...Object.fromEntries(PATTERN_SETS.map((id) => [id, [VOLUME, STRENGTH]])),
};

/** The record as the analysis reads it. */
export type AnalysisSource = Pick<AnalysisReader, keyof AnalysisReader>;

interface Read {
  readonly revision: string;
  readonly columns: ResultColumns;
}

export class AnalysisDesk {
  readonly #reader: AnalysisSource;
  readonly #monotonic: () => number;
  #read: Read | null = null;

  constructor(reader: AnalysisSource, monotonic: () => number) {
    this.#reader = reader;
    this.#monotonic = monotonic;
  }

  readonly calls: CallHandlers<AnalysisContract> = {
    'analysis.ledger': (scope) =>
      this.#on(scope, ({ facts, columns }) => ({
        scope: facts,
        ...ledgerOf(columns),
        strategies: ledgersByStrategy(columns),
      })),
    'analysis.trader': (scope) =>
      this.#on(scope, ({ facts, columns }) => {
        const positionR = this.#reader.positionResults(columns.no);
        const reasonText = this.#reasons();
        const recent = recentDecisions(this.#reader, columns, positionR, reasonText);
        return { scope: facts, ...traderGrades(columns, positionR, reasonText), recent };
      }),
    'analysis.rejections': (scope) =>
      this.#on(scope, ({ facts, columns }) => ({ scope: facts, ...rejectionsOf(columns) })),
    'analysis.causes': (scope) =>
      this.#on(scope, ({ facts, columns }) => ({ scope: facts, ...causesOf(columns, this.#reasons()) })),
    'analysis.modelStatus': (scope) =>
      this.#on(scope, ({ facts, columns }) => {
        const { bootstrap, lines } = strategyStatus(columns);
        return { scope: facts, bootstrap, lines: lines.map((line) => this.#statusLine(line)) };
      }),
    'analysis.patterns': (scope) =>
      this.#on(scope, ({ facts, columns }) => {
        const features = this.#reader.features(PATTERN_SETS, [VOLUME, STRENGTH], columns.no);
        const [volumeRatio, trendStrength] = [column(features, VOLUME), column(features, STRENGTH)];
        return { scope: facts, ...patternsOf(columns, { volumeRatio, trendStrength }) };
      }),
    'analysis.gates': (scope) => this.#gates(scope),
    'analysis.honesty': (scope) => this.#honesty(scope),
  };

  #gates(scope: AnalysisScope) {
    const begin = this.#monotonic();
    return this.#on({ ...scope, strategyIds: [SCALP] }, ({ facts, columns }) => {
      const resolved = rowsWithResult(columns.netR);
      if (resolved.length === 0) {
        return { scope: facts, findings: null, elapsedMs: this.#monotonic() - begin, analysisMs: 0 };
      }
      const no = resolved.map((row) => columns.no[row] as number);
      const recorded = this.#reader.features(GATE_SETS, GATE_FACTS, no);
      const netR = pick(columns.netR, resolved);
      const analysisBegin = this.#monotonic();
      const analysis = analyseGates({
        names: GATE_VARIABLES.map(({ name }) => name),
        columns: gateColumns(GATE_VARIABLES, resolved.length, (name) => recorded.get(name) ?? null),
        win: netR.map((value) => (value > 0 ? 1 : 0)),
        netR,
        times: pick(columns.openedAt, resolved),
      });
      const end = this.#monotonic();
      const variables = analysis.variables.map((variable) => ({ ...variable, meaning: meaningOf(variable.name) }));
      return {
        scope: facts,
        findings: { ...analysis, variables },
        elapsedMs: end - begin,
        analysisMs: end - analysisBegin,
      };
    });
  }

  #honesty(scope: AnalysisScope) {
    const { strategyIds, ...rest } = scope;
    // The placebo is always among the rows: it is what the others are measured against.
    const withChance =
      strategyIds === undefined
        ? undefined
        : [...strategyIds, ...PLACEBO_IDS.filter((id) => !strategyIds.includes(id))];
    const asked = { ...rest, includePlacebo: true, ...(withChance === undefined ? {} : { strategyIds: withChance }) };
    return this.#on(asked, ({ facts, columns }) => {
      const strategies = columns.strategies.filter((id) => !isPlacebo(id)).length;
      const versions = this.#reader.modelVersions();
      const honesty = honestyOf({
        rows: columns,
        isPlacebo,
        effectiveSamples: (openedAt, exitAt, instrument) =>
          averageUniqueness({ openedAt, resolvedAt: exitAt }, instrument).reduce((sum, share) => sum + share, 0),
        trials: Math.max(1, strategies + versions),
        trialsMeaning: `${strategies} strategies and ${versions} versions of models in the record`,
      });
      return { scope: facts, ...honesty };
    });
  }

  #statusLine({ newest, ...line }: StrategyStatus) {
    const threshold = newest === null ? null : this.#reader.lastThreshold(newest);
    return {
      ...line,
      threshold: threshold === null ? null : { ...threshold, source: threshold.source as ThresholdSource },
      // What is running is known where the models are: see `withModels`.
      state: null,
      heads: [],
      model: null,
      lastFitAt: null,
      nextFit: null,
      scoring: null,
    };
  }

  #on<T>(scope: AnalysisScope, work: (chosen: ScopeRows & { readonly facts: ScopeFacts }) => T): T {
    return this.#reader.onOneView(() => {
      const { includePlacebo, resolverVersion = RESOLVER_VERSION, ...rest } = scope;
      const named = scope.strategyIds ?? [];
      const exceptStrategyIds = includePlacebo === true ? [] : PLACEBO_IDS.filter((id) => !named.includes(id));
      const now = this.#columns();
      const columns = this.#reader.columnsOf(resolverVersion, now);
      return work(chooseRows(columns, { ...rest, resolverVersion, exceptStrategyIds }));
    });
  }

  #columns(): ResultColumns {
    const revision = this.#reader.revision();
    if (this.#read?.revision !== revision) this.#read = { revision, columns: this.#reader.columns() };
    return this.#read.columns;
  }

  /** Each text is looked up once per answer. */
  #reasons(): (no: number) => string {
    const known = new Map<number, string>();
    return (no) => {
      const text = known.get(no) ?? this.#reader.reason(no);
      known.set(no, text);
      return text;
    };
  }
}

function rowsWithResult(netR: Float64Array): Int32Array {
  const rows = new Int32Array(netR.length);
  let count = 0;
  for (let row = 0; row < netR.length; row++) if (!Number.isNaN(netR[row] as number)) rows[count++] = row;
  return rows.subarray(0, count);
}

function column(features: ReadonlyMap<string, Float64Array>, name: string): Float64Array {
  return features.get(name) ?? new Float64Array(0);
}

function meaningOf(name: string): string {
  return GATE_VARIABLES.find((variable) => variable.name === name)?.meaning ?? '';
}
