/** `desk thresholds`: where scores start to pay, per strategy, kind and context, and how the numbers moved (DE-1 to DE-3). */

import { SESSION_TEXTS, THRESHOLD_TEXTS } from '#contract/areas/status-words.ts';
import {
  type EarnedView,
  type LearnedKind,
  THRESHOLD_KINDS,
  type ThresholdContexts,
  type ThresholdHistoryEntry,
  type ThresholdsNow,
} from '#contract/areas/thresholds.ts';
import { signedText } from '#core/base/number-text.ts';
import { err, ok } from '#core/base/result.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import { thresholdHistory, thresholdsNow } from '#main/services/thresholds/threshold-views.ts';
import { type Command, type CommandResult, USAGE } from '../command.ts';
import { withReader } from '../profile-access.ts';
import { grouped, percent, table } from '../table.ts';

const NEWEST_SHOWN = 50;

export const thresholds: Command = {
  name: 'thresholds',
  summary: 'Show learned thresholds by strategy, kind of score and context',
  options: {
    strategy: { value: 'ID', meaning: 'one strategy' },
    kind: {
      value: 'KIND',
      meaning: `one kind of score: ${THRESHOLD_KINDS.join(', ')} (the qscore, which does not decide)`,
    },
    history: { value: null, meaning: `the newest ${NEWEST_SHOWN} fits instead: when, why, and what moved` },
  },
  notes: [
    'A threshold is learned from 50 resolved signals on and fitted anew every 50, on the older 70 %, judged on the newest',
    '30 %. Net of costs; intervals are 95 %. A context with fewer than 20 signals of its own takes the number of all.',
    'JSON: {contexts: [{strategyId, kind, threshold, source, evidence, cells: 16 x {session, regime, earned, threshold,',
    'source, own, evidence}, ...}], minimums, fixedMinimumScore}; with --history {entries: [...], next}.',
  ],
  examples: ['desk thresholds --strategy trend_pullback --kind heuristic', 'desk thresholds --history --json'],
  run({ profileDir, options, switches }) {
    const { strategy: strategyId, kind } = options;
    if (kind !== undefined && !isKind(kind)) {
      const message = `There is no kind of score "${kind}".`;
      return Promise.resolve(err({ kind: USAGE, message, remedy: `Kinds: ${THRESHOLD_KINDS.join(', ')}.` }));
    }
    return withReader(profileDir, async (profile): Promise<CommandResult> => {
      if (switches.has('history')) {
        const page =
          kind === 'quality'
            ? { entries: [], next: null }
            : thresholdHistory(profile.thresholds, { strategyId, kind }, null, NEWEST_SHOWN);
        return ok({ json: page, lines: historyLines(page.entries) });
      }
      const now = thresholdsNow(profile.thresholds, new SettingsService(profile.desk).current, { strategyId, kind });
      return ok({ json: now, lines: contextLines(now) });
    });
  },
};

function isKind(text: string): text is LearnedKind {
  return (THRESHOLD_KINDS as readonly string[]).includes(text);
}

function contextLines({ contexts, minimums, fixedMinimumScore }: ThresholdsNow): string[] {
  const lines = contexts.flatMap((one) => [...describe(one), '']);
  if (contexts.length === 0) lines.push('No signal with a score has been resolved yet.');
  for (const { strategyId, evidence, moves } of minimums) {
    lines.push(`${strategyId}: ${evidence}`);
    for (const { time, from, to, executions } of moves) {
      lines.push(
        `  ${new Date(time).toISOString().slice(0, 16).replace('T', ' ')}  ${from} to ${to} after ${executions} executions`,
      );
    }
  }
  if (fixedMinimumScore !== null) lines.push(`Your fixed minimum, ${fixedMinimumScore}, replaces all of them.`);
  return lines;
}

function describe({ strategyId, kind, decides, threshold, evidence, records, version, cells }: ThresholdContexts) {
  const fit = version === null ? '' : `, fit ${version}`;
  return [
    `${strategyId}, ${kind}${decides ? '' : ' (does not decide)'}: ${threshold.toFixed(1)} (${grouped(records)} resolved${fit})`,
    `  ${evidence}`,
    ...table([
      ['session', 'volatility', 'signals', 'won', 'net R each', '95 %', 'threshold', 'source'],
      ...cells.map((cell) => [
        SESSION_TEXTS[cell.session].label,
        cell.regime,
        ...earnedCells(cell.earned),
        cell.threshold.toFixed(1),
        THRESHOLD_TEXTS[cell.source],
      ]),
    ]).map((line) => `  ${line}`),
  ];
}

function earnedCells(earned: EarnedView | null): readonly string[] {
  if (earned === null) return ['0', '', '', ''];
  const { count, winRate, netR, interval } = earned;
  if (interval === null) return [grouped(count), '', '', 'too few'];
  const [low, high] = interval;
  return [grouped(count), percent(winRate), signed(netR), `${signed(low)} to ${signed(high)}`];
}

function historyLines(entries: readonly ThresholdHistoryEntry[]): string[] {
  if (entries.length === 0) return ['No threshold has been fitted yet: the first fit needs 50 resolved signals.'];
  return entries.flatMap(({ time, strategyId, kind, version, who, why, threshold, moves }) => [
    `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')}  ${strategyId}, ${kind}, fit ${version} by the ${who}: ${why}; ${threshold.toFixed(1)}`,
    ...moves.map(({ context, from, to }) => {
      const where = context === null ? 'all' : `${SESSION_TEXTS[context.session].label}, ${context.regime}`;
      return `    ${where}: ${from === null ? '' : `${from.toFixed(1)} `}-> ${to.toFixed(1)}`;
    }),
  ]);
}

function signed(value: number): string {
  return signedText(value, 2);
}
