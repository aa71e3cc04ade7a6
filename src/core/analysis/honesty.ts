/** How far a strategy's result can be believed: chance, costs, luck of the search, doubtful outcomes, what is still open (TU-30). */
import { signedText } from '#core/base/number-text.ts';
import { wilsonInterval } from '#core/base/proportions.ts';
import type { HonestyFigures, HonestyPanel, HonestyVerdict } from '#core/domain/evidence-figures.ts';
import type { ResultColumns } from '#core/domain/result-columns.ts';
import type { ResultFigures } from '#core/domain/result-figures.ts';
import { BlockBootstrap } from './block-bootstrap.ts';
import { ENOUGH_RESOLVED, GroupedResults } from './result-figures.ts';
import { GATED, pick } from './scope-rows.ts';
import { type DeflatedSharpe, deflatedSharpe } from './sharpe.ts';

export interface HonestyInput {
  /** Rows of the scope with the placebo's among them. */
  readonly rows: ResultColumns;
  readonly isPlacebo: (strategyId: string) => boolean;
  /** Independent samples that overlapping lives are worth: opening and closing times, UTC ms, of resolved rows. */
  readonly effectiveSamples: (openedAt: Float64Array, exitAt: Float64Array, instrument: Int32Array) => number;
  /** Strategies and model versions that were tried, what was searched by. */
  readonly trials: number;
  readonly trialsMeaning: string;
}

/** A luck-adjusted Sharpe ratio must be positive with this probability. */
const CONFIDENCE = 0.95;

export function honestyOf(input: HonestyInput): HonestyFigures {
  const { rows, isPlacebo } = input;
  const bootstrap = new BlockBootstrap(rows.openedAt);
  const chance = rows.strategies.map(isPlacebo);
  const placebo = Int32Array.from(rows.strategy, (code) => (chance[code] === true ? 0 : -1));
  const placeboResults = new GroupedResults(bootstrap, placebo, 1, rows.netR);
  const panels = rows.strategies.flatMap((strategyId, code) => {
    if (chance[code] === true) return [];
    return (['strategy', 'model'] as const).flatMap((subject) => {
      const group = membership(rows, code, subject);
      return group.includes(0) ? [panelOf(input, bootstrap, placeboResults, strategyId, subject, group)] : [];
    });
  });
  const placeboSignals = placebo.reduce((count, group) => count + (group === 0 ? 1 : 0), 0);
  return { bootstrap: bootstrap.facts, placeboSignals, panels };
}

/** 0 for the rows of the subject, else -1. Gated signals were never followed: they are in no result. */
function membership(rows: ResultColumns, code: number, subject: 'strategy' | 'model'): Int32Array {
  const group = new Int32Array(rows.length).fill(-1);
  for (let row = 0; row < rows.length; row++) {
    if (rows.strategy[row] !== code || rows.outcome[row] === GATED) continue;
    const passed = rows.scoredByModel[row] === 1 && (rows.score[row] as number) >= (rows.threshold[row] as number);
    if (subject === 'strategy' || passed) group[row] = 0;
  }
  return group;
}

function panelOf(
  input: HonestyInput,
  bootstrap: BlockBootstrap,
  placebo: GroupedResults,
  strategyId: string,
  subject: 'strategy' | 'model',
  group: Int32Array,
): HonestyPanel {
  const { rows } = input;
  const results = new GroupedResults(bootstrap, group, 1, rows.netR);
  const figures = results.figures(0);
  const resolved = resolvedRows(rows, group);
  const values = pick(rows.netR, resolved);
  const enough = !figures.tooFew;
  const samples = input.effectiveSamples(
    pick(rows.openedAt, resolved),
    pick(rows.exitAt, resolved),
    Int32Array.from(resolved, (row) => rows.instrument[row] as number),
  );
  const sharpe = enough ? deflatedSharpe(values, samples, input.trials) : null;
  const doubled = rows.netR.map((netR, row) => 2 * netR - (rows.grossR[row] as number));
  const doubledFigures = new GroupedResults(bootstrap, group, 1, doubled).figures(0);
  const againstPlacebo = placeboGap(bootstrap, results, placebo);
  const facts = { figures, sharpe, samples, againstPlacebo, doubled: doubledFigures.netRPerTrade };
  const verdict = verdictOf(facts);
  return {
    strategyId,
    subject,
    figures,
    againstPlacebo,
    doubledCosts:
      doubledFigures.netRPerTrade === null
        ? null
        : { netRPerTrade: doubledFigures.netRPerTrade, interval: doubledFigures.netRInterval },
    deflatedSharpe: sharpe === null ? null : { ...sharpe, trials: input.trials, trialsMeaning: input.trialsMeaning },
    ...shares(rows, resolved),
    calibration: calibrationOf(rows, resolved),
    effectiveSamples: samples,
    unresolved: unresolvedOf(figures, results.sum(0), verdict),
    verdict,
    sentence: sentenceOf(verdict, facts),
  };
}

interface VerdictFacts {
  readonly figures: ResultFigures;
  readonly sharpe: DeflatedSharpe | null;
  readonly samples: number;
  readonly againstPlacebo: HonestyPanel['againstPlacebo'];
  readonly doubled: number | null;
}

/** The first reason that stands against "evidence of an edge", in words; null when none does. */
function objectionTo({ figures, sharpe, samples, againstPlacebo }: VerdictFacts): string | null {
  const { netRInterval, tooFew, resolved } = figures;
  if (tooFew) return `${resolved} results are too few`;
  if (samples < ENOUGH_RESOLVED)
    return `its ${resolved} results overlap so much that they are worth ${samples.toFixed(0)}`;
  if (netRInterval === null) return 'its results lie in too few days';
  if (netRInterval[0] <= 0) return 'the interval holds 0';
  if (againstPlacebo !== null && (againstPlacebo.interval?.[0] ?? 0) <= 0)
    return 'it is not clearly better than chance entries';
  if (sharpe !== null && sharpe.probability < CONFIDENCE)
    return 'the best of as many trials would look as good by luck';
  return null;
}

function verdictOf(facts: VerdictFacts): HonestyVerdict {
  const { netRInterval } = facts.figures;
  if (netRInterval !== null && netRInterval[1] < 0 && facts.samples >= ENOUGH_RESOLVED) return 'evidence against';
  return objectionTo(facts) === null ? 'evidence of an edge' : 'no evidence yet';
}

function sentenceOf(verdict: HonestyVerdict, facts: VerdictFacts): string {
  const { netRPerTrade, netRInterval, resolved } = facts.figures;
  const head = `${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}`;
  if (netRPerTrade === null || netRInterval === null) return `${head}: ${objectionTo(facts) ?? 'too few results'}.`;
  const [low, high] = netRInterval;
  const earned = `${signed(netRPerTrade)} R per trade over ${resolved} (95 %: ${signed(low)} to ${signed(high)})`;
  if (verdict === 'no evidence yet') return `${head}: ${earned}, but ${objectionTo(facts) ?? ''}.`;
  const costs =
    verdict === 'evidence of an edge' && (facts.doubled ?? 1) <= 0 ? '; at doubled costs nothing of it is left' : '';
  return `${head}: ${earned}${costs}.`;
}

function placeboGap(
  bootstrap: BlockBootstrap,
  results: GroupedResults,
  placebo: GroupedResults,
): HonestyPanel['againstPlacebo'] {
  const { netRPerTrade: own } = results.figures(0);
  const { netRPerTrade: chance, resolved } = placebo.figures(0);
  if (own === null || chance === null) return null;
  return {
    difference: own - chance,
    interval: bootstrap.differenceInterval(results.blocks(0), placebo.blocks(0)),
    placeboResolved: resolved,
    placeboNetR: chance,
  };
}

function shares(rows: ResultColumns, resolved: Int32Array) {
  if (resolved.length === 0) return { ambiguousShare: null, offlineShare: null, optimisticNetRPerTrade: null };
  let [ambiguous, offline, optimistic] = [0, 0, 0];
  for (const row of resolved) {
    ambiguous += rows.ambiguous[row] as number;
    offline += rows.offline[row] as number;
    const better = rows.optimisticNetR[row] as number;
    optimistic += Number.isNaN(better) ? (rows.netR[row] as number) : better;
  }
  const { length } = resolved;
  return {
    ambiguousShare: ambiguous / length,
    offlineShare: offline / length,
    optimisticNetRPerTrade: optimistic / length,
  };
}

/** A score of a model is a calibrated probability in percent (ML-11). Ten bins of equal width; empty ones are left out. */
function calibrationOf(rows: ResultColumns, resolved: Int32Array): HonestyPanel['calibration'] {
  const bins = Array.from({ length: 10 }, () => ({ predicted: 0, wins: 0, rows: 0 }));
  for (const row of resolved) {
    if (rows.scoredByModel[row] !== 1) continue;
    const probability = (rows.score[row] as number) / 100;
    const bin = bins[Math.min(9, Math.floor(probability * 10))] as (typeof bins)[number];
    bin.predicted += probability;
    bin.rows++;
    if ((rows.netR[row] as number) > 0) bin.wins++;
  }
  const sum = (name: 'predicted' | 'wins' | 'rows') => bins.reduce((total, bin) => total + bin[name], 0);
  const [count, wins] = [sum('rows'), sum('wins')];
  if (count < ENOUGH_RESOLVED) return null;
  const filled = bins.filter((bin) => bin.rows > 0);
  return {
    rows: count,
    predicted: sum('predicted') / count,
    observed: wins / count,
    observedInterval: wilsonInterval(wins, count),
    error: filled.reduce((total, bin) => total + Math.abs(bin.predicted - bin.wins), 0) / count,
    bins: filled.map((bin) => ({
      predicted: bin.predicted / bin.rows,
      observed: bin.wins / bin.rows,
      rows: bin.rows,
      interval: wilsonInterval(bin.wins, bin.rows),
    })),
  };
}

/**
 * What the unresolved would have to earn on average so that the bound of the interval reaches 0, its half width taken as
 * it is: the lower bound where there is evidence of an edge or none yet, the upper one where there is evidence against.
 */
function unresolvedOf(figures: ResultFigures, sum: number, verdict: HonestyVerdict): HonestyPanel['unresolved'] {
  const count = figures.signals - figures.resolved;
  if (count === 0) return { count, neededNetR: null, sentence: 'Every signal has a result.' };
  const { netRPerTrade, netRInterval, resolved } = figures;
  const what = `${count} signals are open or could not be followed`;
  if (netRPerTrade === null || netRInterval === null) {
    return { count, neededNetR: null, sentence: `${what}; there are too few results to say what they could change.` };
  }
  const isAgainst = verdict === 'evidence against';
  const halfWidth = isAgainst ? netRInterval[1] - netRPerTrade : netRPerTrade - netRInterval[0];
  const wanted = isAgainst ? -halfWidth : halfWidth;
  const neededNetR = (wanted * (resolved + count) - sum) / count;
  const turn: Readonly<Record<HonestyVerdict, string>> = {
    'evidence of an edge': `they would have to end at ${signed(neededNetR)} R or worse on average to take the evidence away`,
    'no evidence yet': `they would have to end at ${signed(neededNetR)} R or better on average to lift the interval above 0`,
    'evidence against': `they would have to end at ${signed(neededNetR)} R or better on average to take the evidence away`,
  };
  return { count, neededNetR, sentence: `${what}; ${turn[verdict]}.` };
}

function resolvedRows({ netR }: ResultColumns, group: Int32Array): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < group.length; row++) {
    if (group[row] === 0 && !Number.isNaN(netR[row] as number)) rows.push(row);
  }
  return Int32Array.from(rows);
}

function signed(value: number): string {
  return signedText(value, 3);
}
