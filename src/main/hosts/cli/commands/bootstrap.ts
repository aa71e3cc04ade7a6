/** `desk bootstrap`: phantoms, models and statistics from stored history, in minutes instead of weeks (PL-11). */
import { ok } from '#core/base/result.ts';
import { retrainerOver } from '#main/services/learning/retrainer.ts';
import type { BootstrapModelReport } from '#main/services/research/bootstrap-models.ts';
import { type BootstrapReport, bootstrapRecord } from '#main/services/research/bootstrap-record.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import { createRetrainThreads } from '#main/workers/retrain-thread.ts';
import { sourceWorkerEntry } from '#main/workers/worker-entry.ts';
import type { Command } from '../command.ts';
import { choiceOption, listOption } from '../option-values.ts';
import { withProfile } from '../profile-access.ts';
import { grouped, percent } from '../table.ts';

export const bootstrapHistory: Command = {
  name: 'bootstrap',
  summary: 'Run stored candles through strategies and learning into the record',
  options: {
    exchange: { value: 'ID', meaning: 'the exchange, as it was imported or recorded', required: true },
    symbols: { value: 'A,B', meaning: 'one or more instruments', required: true },
    strategies: { value: 'a,b', meaning: 'only these (default: all)' },
    timeframe: { value: 'TF', meaning: 'base bars: 1m or 5m (default: 1m where it is stored, else 5m)' },
    'no-models': { value: null, meaning: 'train nothing: the heuristics score everything' },
  },
  notes: [
    'Every signal becomes a phantom with disposition bootstrap, never a ticket. Where a model falls due, simulated time',
    'waits for its fit, and what proved itself scores from the next base bar on: all figures are out of sample.',
    'Ctrl+C stops; the same command goes on where it stopped. The record must not be open in a running window.',
    'JSON: {candles, signals, phantoms, outcomes, strategies: [{strategy, signals, resolved}], models: [{model, task,',
    'trained, promoted, examples, auc, aucInterval, brier, brierOfBaseRate, balancedAccuracy, balancedAccuracyInterval,',
    'recalls: [{label, recall, interval}], rmse, rmseInterval, rmseOfMean}], seconds, candlesPerSecond, eventHash};',
    "what does not belong to a model's task is null.",
  ],
  examples: ['desk bootstrap --exchange binance --symbols BTC/USDT,ETH/USDT'],
  async run({ ground, profileDir, options, switches, progress }) {
    const symbols = listOption(options, 'symbols');
    if (!symbols.ok) return symbols;
    const strategies = listOption(options, 'strategies');
    if (!strategies.ok) return strategies;
    const baseTimeframe = choiceOption(options, 'timeframe', ['1m', '5m'] as const);
    if (!baseTimeframe.ok) return baseTimeframe;
    const abort = new AbortController();
    void ground.ended().then(() => abort.abort());
    const threads = createRetrainThreads(sourceWorkerEntry);
    return withProfile(profileDir, async (profile) => {
      const report = await bootstrapRecord(
        {
          exchange: options.exchange ?? '',
          symbols: symbols.value ?? [],
          strategies: strategies.value,
          baseTimeframe: baseTimeframe.value,
          learns: !switches.has('no-models'),
        },
        {
          profile,
          settings: new SettingsService(profile.desk),
          retrainer: retrainerOver(threads.retrain),
          wallClock: ground.wallClock,
          monotonic: ground.monotonic,
          signal: abort.signal,
          progress: ({ stage, fraction, note }) =>
            progress(`${stage} ${fraction === null ? '' : percent(fraction)} ${note}`),
        },
      );
      await threads.close();
      return report.ok ? ok({ json: report.value, lines: describe(report.value) }) : report;
    });
  },
};

function describe(report: BootstrapReport): readonly string[] {
  const outcomes = Object.entries(report.outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  return [
    `${grouped(report.candles)} candles in ${report.seconds.toFixed(1)} s (${grouped(report.candlesPerSecond)} per second).`,
    `${report.signals} new signals. In the record for these instruments: ${outcomes.join(', ')}.`,
    ...report.strategies.map(({ strategy, signals, resolved }) => {
      if (resolved === null) return `  ${strategy}: ${signals} signals, none resolved`;
      const { winRate, netRPerTrade, netRInterval } = resolved;
      const interval = netRInterval.map((bound) => bound.toFixed(3)).join(' to ');
      return `  ${strategy}: ${signals} signals, ${percent(winRate)} won, ${netRPerTrade.toFixed(3)} R net per trade (${interval})`;
    }),
    ...report.models.map((of) => {
      const { model, trained, promoted, examples } = of;
      return `  ${model}: ${examples} examples, ${trained} fits, ${promoted} promoted, ${figureOf(of)}`;
    }),
    `Event stream: ${report.eventHash}`,
  ];
}

/** The one figure by which such a model is judged, out of fold. */
function figureOf(of: BootstrapModelReport): string {
  const within = (interval: readonly number[] | null) => (interval ?? []).map((bound) => bound.toFixed(3)).join(' to ');
  if (of.auc !== null) return `AUC ${of.auc.toFixed(3)} out of fold (${within(of.aucInterval)})`;
  if (of.balancedAccuracy !== null) {
    const recalls = (of.recalls ?? []).map(({ label, recall }) => `${label} ${percent(recall)}`).join(', ');
    return `balanced accuracy ${of.balancedAccuracy.toFixed(3)} (${within(of.balancedAccuracyInterval)}), recall: ${recalls}`;
  }
  if (of.rmse !== null) {
    return `error ${of.rmse.toFixed(3)} (${within(of.rmseInterval)}), of the mean ${(of.rmseOfMean ?? Number.NaN).toFixed(3)}`;
  }
  return 'too little to measure';
}
