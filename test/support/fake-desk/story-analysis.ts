/** Story data for the Analysis panel: a desk with some months behind it, in the shapes of the contract. */
import type { RejectionLine, TraderLine } from '#contract/areas/analysis.ts';
import type { GateVariableView, HonestyPanel, Pattern } from '#contract/areas/analysis-evidence.ts';
import { REGIMES, SESSIONS } from '#core/domain/context.ts';
import type { AnalysisClient, Answers } from '#renderer/features/analysis/analysis-store.ts';
import { bootstrap, DAY, figures, NOW, scope, storyLedger } from './story-ledger.ts';
import { STORY_WATCH, storyStatus } from './story-state.ts';
import { storyContexts } from './story-thresholds.ts';

function graded(resolved: number, savedR: number, spread: number, verdict: TraderLine['verdict'], sentence: string) {
  return {
    ...figures(resolved, 0.44, -savedR / resolved),
    savedR,
    savedRInterval: [savedR - spread, savedR + spread] as const,
    wouldHaveWon: Math.round(resolved * 0.44),
    wouldHaveLost: Math.round(resolved * 0.56),
    verdict,
    sentence,
  };
}

function rejection(strategyId: string, resolved: number, savedR: number, spread: number): RejectionLine {
  return {
    ...figures(resolved, 0.36, -savedR / resolved),
    strategyId,
    open: 6,
    unavailable: 0,
    wouldHaveWon: Math.round(resolved * 0.36),
    wouldHaveLost: Math.round(resolved * 0.64),
    missedR: resolved * 0.5,
    avoidedR: resolved * 0.5 + savedR,
    missedPercent: resolved * 0.2,
    avoidedPercent: resolved * 0.21,
    savedR,
    savedRInterval: [savedR - spread, savedR + spread],
    matrix: {
      correctApprovals: 77,
      wrongApprovals: 87,
      correctRejections: 1_667,
      wrongRejections: 937,
      accuracy: 0.63,
      accuracyInterval: [0.612, 0.648],
    },
  };
}

function pattern(
  kind: Pattern['kind'],
  title: string,
  keys: readonly string[],
  verdict: Pattern['best']['verdict'],
): Pattern {
  const cells = keys.map((key, index) => ({
    key,
    label: key,
    ...figures(index === keys.length - 1 ? 12 : 180 - index * 4, 0.4, 0.18 * Math.sin(index * 1.3), 0.12),
  }));
  const best = { keys: keys.slice(1, 3), older: figures(300, 0.44, 0.11), later: figures(128, 0.39, -0.02) };
  return {
    kind,
    title,
    cells,
    unknown: 0,
    best: {
      ...best,
      laterAll: figures(1_266, 0.38, -0.02),
      verdict,
      sentence: 'Earned 0.11 R on the older signals and -0.02 R on the later ones: likely luck.',
    },
  };
}

function gate(
  name: string,
  delta: number,
  spread: number,
  retest: GateVariableView['retest'],
  total = 420,
): GateVariableView {
  const sufficient = total >= 20;
  return {
    name,
    meaning: `What ${name} asks for.`,
    passTotal: total,
    passWins: Math.round(total * (0.4 + delta / 2)),
    failTotal: 700 - total,
    failWins: Math.round((700 - total) * (0.4 - delta / 2)),
    missing: 3,
    passRate: 0.4 + delta / 2,
    failRate: 0.4 - delta / 2,
    passInterval: [0.35, 0.45],
    failInterval: [0.33, 0.43],
    passNetR: delta,
    failNetR: -delta,
    delta: sufficient ? delta : null,
    interval: sufficient ? [delta - spread, delta + spread] : null,
    deltaBaseline: delta / 2,
    sufficient,
    pValue: 0.01,
    adjustedPValue: Math.abs(delta) > spread ? 0.03 : 0.41,
    discovery: Math.abs(delta) > spread,
    retest,
  };
}

function combination(names: readonly string[], winRate: number, total: number) {
  return {
    names,
    total,
    wins: Math.round(winRate * total),
    winRate,
    interval: [winRate - 0.06, winRate + 0.06] as const,
    netR: winRate - 0.42,
    synergy: winRate - 0.45,
    sufficient: total >= 20,
    pValue: 0.02,
    adjustedPValue: 0.09,
    discovery: false,
  };
}

function honesty(strategyId: string, verdict: HonestyPanel['verdict'], netR: number, sentence: string): HonestyPanel {
  return {
    strategyId,
    subject: 'strategy',
    figures: figures(1_400, 0.4, netR, 0.05),
    againstPlacebo: {
      difference: netR + 0.04,
      interval: [netR - 0.03, netR + 0.11],
      placeboResolved: 800,
      placeboNetR: -0.04,
    },
    doubledCosts: { netRPerTrade: netR - 0.11, interval: [netR - 0.16, netR - 0.06] },
    deflatedSharpe: { sharpe: 0.06, luckySharpe: 0.05, probability: 0.62, trials: 14, trialsMeaning: 'versions tried' },
    ambiguousShare: 0.021,
    offlineShare: 0.18,
    optimisticNetRPerTrade: netR + 0.02,
    calibration: null,
    effectiveSamples: 610,
    unresolved: { count: 22, neededNetR: null, sentence: '22 are unresolved; nothing they do changes the verdict.' },
    verdict,
    sentence,
  };
}

export function storyAnswers(): Answers {
  const skips = graded(
    96,
    -6.8,
    9.9,
    'unclear',
    'Your 96 skips cost 6.8 R, but the interval holds zero: it may be luck.',
  );
  const names = ['htf', 'vol', 'body', 'align_15m', 'session_us', 'spread_low', 'atr_rising'];
  return {
    ledger: storyLedger(),
    state: { report: { scope, bootstrap, lines: [storyStatus(figures)] }, watch: STORY_WATCH },
    trader: {
      scope,
      bootstrap,
      skips,
      expiries: graded(88, 11.2, 6.1, 'right', 'Letting 88 tickets expire saved 11.2 R.'),
      approvals: {
        approved: 164,
        compared: 158,
        positionR: 17.1,
        phantomR: 19.4,
        hesitationR: 2.3,
        hesitationRPerTrade: 0.015,
        hesitationRInterval: [0.004, 0.026],
        verdict: 'wrong',
        sentence: 'Your 158 approvals earned 17.1 R; waiting cost 2.3 R of it.',
      },
      skipReasons: [
        { ...figures(41, 0.5, 0.2), reason: 'Too late', savedR: -8.4 },
        { ...figures(30, 0.3, -0.1), reason: 'no reason given', savedR: 3.1 },
      ],
      recent: Array.from({ length: 9 }, (_, index) => ({
        id: `demo:BTC/USDT|${index}`,
        instrumentId: 'demo:BTC/USDT',
        strategyId: ['trend_pullback', 'range_fade', 'scalp'][index % 3] ?? 'scalp',
        side: index % 2 === 0 ? 'long' : 'short',
        openedAt: NOW - index * 3_600_000,
        disposition: index % 3 === 0 ? 'executed' : index % 3 === 1 ? 'skipped' : 'expired',
        reason: index % 3 === 1 ? 'Too late' : '',
        phantomR: index === 0 ? null : index % 2 === 0 ? 1.42 : -1.04,
        positionR: index % 3 === 0 && index > 0 ? 1.38 : null,
        verdict: index === 0 ? 'open' : index % 2 === 0 ? 'wrong' : 'right',
      })) as Answers['trader']['recent'],
    },
    rejections: {
      report: {
        scope,
        bootstrap,
        all: rejection('all', 2_604, 161, 48),
        strategies: [
          rejection('trend_pullback', 1_300, 96, 33),
          rejection('range_fade', 840, 71, 28),
          rejection('scalp', 464, -6, 19),
        ],
      },
      causes: {
        scope,
        bootstrap,
        clusters: [
          {
            ...figures(2_604, 0.36, -0.062),
            disposition: 'rejected_score',
            cause: 'score # is below the threshold #',
            example: 'score 41 is below the threshold 46',
            savedR: 161,
            savedRInterval: [113, 209],
          },
          {
            ...figures(12, 0.3, -0.1),
            disposition: 'blocked',
            cause: 'costs',
            example: 'costs: 0.61 R of the risk',
            savedR: 1.2,
            savedRInterval: null,
          },
        ],
        leftOff: 0,
      },
    },
    contexts: {
      contexts: [
        storyContexts('trend_pullback', 'model', true),
        storyContexts('trend_pullback', 'quality', false),
        storyContexts('scalp', 'heuristic', true),
      ],
      minimums: [],
      fixedMinimumScore: null,
    },
    patterns: {
      scope,
      bootstrap,
      all: figures(4_220, 0.381, -0.02),
      patterns: [
        pattern(
          'hour',
          'Hour of the day',
          Array.from({ length: 24 }, (_, hour) => String(hour)),
          'did-not-hold-up',
        ),
        pattern('session', 'Session', SESSIONS, 'held-up'),
        pattern('weekday', 'Day of the week', ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], 'none'),
        pattern('regime', 'Volatility', REGIMES, 'too-few-later'),
      ],
    },
    gates: {
      scope,
      findings: {
        total: 700,
        wins: 280,
        baseline: 0.4,
        netR: -0.03,
        variables: [
          gate('htf', 0.14, 0.07, 'held-up'),
          gate('vol', 0.09, 0.075, 'did-not-hold-up'),
          gate('body', 0.03, 0.07, 'not-found'),
          gate('align_15m', -0.05, 0.08, 'not-found'),
          gate('atr_rising', 0, 0, 'not-found', 9),
        ],
        originals: {
          missing: 0,
          combinations: ['1111', '1110', '1101'].map((bitmap, index) => ({
            bitmap,
            total: 60 - index * 12,
            wins: 30 - index * 7,
            winRate: 0.5 - index * 0.02,
            netR: 0.1 - index * 0.06,
          })),
        },
        pairs: [combination(['htf', 'vol'], 0.52, 180), combination(['htf', 'body'], 0.49, 210)],
        triplets: [combination(['htf', 'vol', 'body'], 0.55, 92)],
        search: { cells: 187, falseDiscoveryRate: 0.1, nullHypotheses: { variable: '', combination: '' } },
        retest: {
          olderRows: 490,
          laterRows: 210,
          splitAt: NOW - 30 * DAY,
          variables: [],
          winner: {
            names: ['htf', 'vol'],
            older: combination(['htf', 'vol'], 0.53, 120),
            later: combination(['htf', 'vol'], 0.5, 60),
            laterPValue: 0.04,
            verdict: 'held-up',
          },
        },
        trend: names.slice(0, 4).map((name, at) => ({
          name,
          months: ['2026-08', '2026-09', '2026-10', '2026-11'].map((month, index) => ({
            month,
            passTotal: 60,
            passWins: 26,
            failTotal: 50,
            failWins: 20,
            delta: 0.1 - at * 0.05 + 0.03 * Math.sin(index * 2),
          })),
        })),
        advice: {
          enable: ['htf'],
          disable: ['align_15m'],
          bestCombination: ['htf', 'vol'],
          lines: [
            'Keep htf: passing it won 14 points more often, and it held up on later scalps.',
            'align_15m does not earn its place.',
          ],
          yaml: 'scalp:\n  gates:\n    htf: true\n    align_15m: false\n',
        },
      },
      elapsedMs: 412,
      analysisMs: 88,
    },
    honesty: {
      scope,
      bootstrap,
      placeboSignals: 810,
      panels: [
        honesty(
          'trend_pullback',
          'evidence of an edge',
          0.12,
          'Evidence of an edge: +0.12 R per signal, above chance and above zero, over 1,400 signals.',
        ),
        honesty(
          'range_fade',
          'no evidence yet',
          0.01,
          'No evidence yet: the interval of +0.01 R per signal holds zero.',
        ),
        honesty('scalp', 'evidence against', -0.14, 'Evidence against: -0.14 R per signal, below zero with certainty.'),
      ],
    },
  };
}

/** Answers every call from the story; `fail` may refuse one. */
export function storyClient(
  fail: (name: string) => Error | null = () => null,
): AnalysisClient & { readonly asked: { name: string; input: unknown }[] } {
  const story = storyAnswers();
  const byName: Record<string, unknown> = {
    'analysis.ledger': story.ledger,
    'analysis.trader': story.trader,
    'analysis.rejections': story.rejections.report,
    'analysis.causes': story.rejections.causes,
    'thresholds.contexts': story.contexts,
    'analysis.patterns': story.patterns,
    'analysis.gates': story.gates,
    'analysis.honesty': story.honesty,
    'analysis.modelStatus': story.state.report,
    'phantoms.watch': story.state.watch,
  };
  const asked: { name: string; input: unknown }[] = [];
  return {
    asked,
    async call(name, input) {
      asked.push({ name, input });
      const failure = fail(name);
      if (failure !== null) throw failure;
      return byName[name] as never;
    },
  };
}
