/** `desk inspect recompute`: holds recorded feature vectors against the stored candles (FE-6). */
import { ok } from '#core/base/result.ts';
import { type RecomputeReport, recompute } from '#main/services/inspect-recompute.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import type { Command } from '../command.ts';
import { listOption, PARAMETERS_OPTION, parametersOption, rangeOptions } from '../option-values.ts';
import { withReader } from '../profile-access.ts';
import { shortNumber, table } from '../table.ts';

/** Differences that are printed for people; `--json` has up to a thousand. */
const SHOWN = 20;

export const inspectRecompute: Command = {
  name: 'inspect recompute',
  summary: 'Recompute recorded features from stored candles and name the differences',
  options: {
    exchange: { value: 'ID', meaning: 'the exchange, as it was recorded', required: true },
    symbol: { value: 'SYMBOL', meaning: 'the instrument, e.g. BTC/USDT', required: true },
    from: { value: 'TIME', meaning: 'signals from it on (ISO-8601, UTC)' },
    to: { value: 'TIME', meaning: 'signals before it' },
    peers: { value: 'a,b', meaning: 'what ran beside it (default: all of the exchange that is stored)' },
    parameters: PARAMETERS_OPTION,
  },
  notes: [
    'Every stored bar is worked from the first one on, as in a replay; values are compared to the bit.',
    'JSON: {signals, vectors, values, differing, differences: [{signalId, set, feature, recorded, recomputed}],',
    'notFound: [signalId], otherVersions, onlyOnOneSide}. null is a missing value.',
    'Exit code 1 when anything differs or was not found.',
  ],
  examples: ['desk inspect recompute --exchange demo --symbol BTC/USDT --json'],
  async run({ profileDir, options }) {
    const range = rangeOptions(options);
    if (!range.ok) return range;
    const peers = listOption(options, 'peers');
    if (!peers.ok) return peers;
    const { exchange = '', symbol = '' } = options;
    return withReader(profileDir, async (profile) => {
      const settings = new SettingsService(profile.desk);
      const parameters = parametersOption(options, settings.current);
      if (!parameters.ok) return parameters;
      const request = { ...range.value, exchange, symbol, peers: peers.value, parameters: parameters.value };
      const report = recompute(profile, request, settings.engine());
      if (!report.ok) return report;
      const { differing, notFound } = report.value;
      const exitCode = differing + notFound.length > 0 ? 1 : 0;
      return ok({ json: report.value, lines: describe(report.value), exitCode });
    });
  },
};

function describe(report: RecomputeReport): readonly string[] {
  const { signals, vectors, values, differing, differences, notFound, otherVersions, onlyOnOneSide } = report;
  const lines = [`${signals} signals, ${vectors} vectors, ${values} values compared: ${differing} differ.`];
  if (notFound.length > 0) lines.push(`${notFound.length} recorded signals are not found in the stored candles.`);
  if (otherVersions > 0) lines.push(`${otherVersions} vectors are of another version of their set.`);
  if (onlyOnOneSide > 0) lines.push(`${onlyOnOneSide} vectors are on one side only.`);
  if (differences.length === 0) return lines;
  const rows = differences
    .slice(0, SHOWN)
    .map(({ signalId, set, feature, recorded, recomputed }) => [
      signalId,
      `${set}.${feature}`,
      cell(recorded),
      cell(recomputed),
    ]);
  return [...lines, ...table([['signal', 'feature', 'recorded', 'recomputed'], ...rows])];
}

function cell(value: number | null): string {
  return value === null ? '-' : shortNumber(value);
}
