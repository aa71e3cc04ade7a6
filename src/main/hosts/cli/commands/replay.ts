/** `desk replay`: stored candles through the engine, as fast as the machine can (PL-1). */
import { ok } from '#core/base/result.ts';
import { type ReplayReport, replay } from '#main/services/replay.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import type { Command } from '../command.ts';
import { choiceOption, listOption, PARAMETERS_OPTION, parametersOption, rangeOptions } from '../option-values.ts';
import { withReader } from '../profile-access.ts';
import { grouped } from '../table.ts';

export const replayMarket: Command = {
  name: 'replay',
  summary: 'Run stored candles through the engine and count what comes out',
  options: {
    exchange: { value: 'ID', meaning: 'the exchange, as it was imported or recorded', required: true },
    symbols: { value: 'A,B', meaning: 'one or more instruments', required: true },
    from: { value: 'TIME', meaning: 'bars that open at or after it (ISO-8601, UTC)' },
    to: { value: 'TIME', meaning: 'bars that open before it' },
    strategies: { value: 'a,b', meaning: 'only these (default: all)' },
    parameters: PARAMETERS_OPTION,
    timeframe: { value: 'TF', meaning: 'base bars: 1m or 5m (default: 1m where it is stored, else 5m)' },
  },
  notes: [
    'Nothing is recorded: stage shadow, costs and parameters from the settings. Several instruments are merged by',
    'close time, so that they see each other as they would live. 1m bars stored beside a 5m base decide bars that touch two levels.',
    'With --from, up to 45 days before it warm the indicators without deciding anything; they are not counted.',
    'Signals from outside that the record has taken come again where they came then, unless --strategies is given.',
    'JSON: {candles, signals, phantoms, outcomes: {win, loss, timeout, unavailable, gated, open}, ambiguous, seconds,',
    'candlesPerSecond, marketFeatures: {asked, remembered}, eventHash}; the same candles give the same eventHash.',
  ],
  examples: ['desk replay --exchange binance --symbols BTC/USDT --from 2025-01-01 --strategies trend_pullback'],
  async run({ ground, profileDir, options, progress }) {
    const range = rangeOptions(options);
    if (!range.ok) return range;
    const symbols = listOption(options, 'symbols');
    if (!symbols.ok) return symbols;
    const strategies = listOption(options, 'strategies');
    if (!strategies.ok) return strategies;
    const baseTimeframe = choiceOption(options, 'timeframe', ['1m', '5m'] as const);
    if (!baseTimeframe.ok) return baseTimeframe;
    return withReader(profileDir, async ({ candles, notes, desk, externals, fills }) => {
      const settings = new SettingsService(desk);
      const parameters = parametersOption(options, settings.current);
      if (!parameters.ok) return parameters;
      const report = replay({
        store: { candles, notes },
        request: {
          ...range.value,
          exchange: options.exchange ?? '',
          symbols: symbols.value ?? [],
          strategies: strategies.value,
          parameters: parameters.value,
          baseTimeframe: baseTimeframe.value,
        },
        settings: settings.engine(),
        externals: externals.taken(),
        fills: fills(),
        monotonic: ground.monotonic,
        progress: (count) => progress(`${grouped(count)} candles`),
      });
      return report.ok ? ok({ json: report.value, lines: describe(report.value) }) : report;
    });
  },
};

function describe(report: ReplayReport): readonly string[] {
  const outcomes = Object.entries(report.outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  return [
    `${grouped(report.candles)} candles in ${report.seconds.toFixed(2)} s (${grouped(report.candlesPerSecond)} per second).`,
    `${report.signals} signals, each followed by a phantom: ${outcomes.join(', ')}.`,
    `${report.ambiguous} of them touched target and stop inside one bar and count as losses.`,
    `Market features: ${report.marketFeatures.asked} asked for, ${report.marketFeatures.remembered} of them from memory.`,
    `Event stream: ${report.eventHash}`,
  ];
}
