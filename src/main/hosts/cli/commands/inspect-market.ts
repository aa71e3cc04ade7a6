/** `desk inspect signals|features|indicators`: what the engine sees on stored candles (PL-10). */
import { ok, type Result } from '#core/base/result.ts';
import { TIMEFRAMES } from '#core/domain/timeframe.ts';
import {
  type InspectAnswer,
  type InspectRequest,
  type InspectRow,
  inspectFeatures,
  inspectIndicators,
  inspectSignals,
} from '#main/services/inspect.ts';
import type { ResearchSettings } from '#main/services/research/research-engine.ts';
import type { CandleFolder } from '#main/services/research/stored-market.ts';
import { SettingsService } from '#main/services/settings-service.ts';
import type { UsageFault } from '../arguments.ts';
import type { Command, CommandCall, CommandOption, CommandResult } from '../command.ts';
import { choiceOption, listOption, PARAMETERS_OPTION, parametersOption, rangeOptions } from '../option-values.ts';
import { withReader } from '../profile-access.ts';
import { shortNumber, table } from '../table.ts';

const OPTIONS: Readonly<Record<string, CommandOption>> = {
  exchange: { value: 'ID', meaning: 'the exchange, as it was imported or recorded', required: true },
  symbol: { value: 'SYMBOL', meaning: 'the instrument, e.g. BTC/USDT', required: true },
  from: { value: 'TIME', meaning: 'rows of bars that open at or after it (ISO-8601, UTC)' },
  to: { value: 'TIME', meaning: 'bars that open before it; nothing later is looked at' },
  names: { value: 'a,b', meaning: 'only these columns, beside time' },
  strategies: { value: 'a,b', meaning: 'only these (default: all)' },
  parameters: PARAMETERS_OPTION,
  base: { value: 'TF', meaning: 'base bars: 1m or 5m (default: 1m where it is stored, else 5m)' },
};

const TIME_NOTE =
  'JSON: {rows: [{time, ...}]}; time is the close of the bar, ISO-8601 UTC. A row never depends on --from.';

export const inspectSignalsOf: Command = {
  name: 'inspect signals',
  summary: 'Show every signal on stored candles and what became of it',
  options: OPTIONS,
  notes: [TIME_NOTE, 'The outcome is what the resolver made of the candles up to --to.'],
  examples: ['desk inspect signals --exchange binance --symbol BTC/USDT --names side,entry,stop,target,qscore,outcome'],
  run: (call) => inspectWith(call, inspectSignals),
};

export const inspectFeaturesOf: Command = {
  name: 'inspect features',
  summary: 'Show the features of every signal, as they are recorded',
  options: OPTIONS,
  notes: [
    TIME_NOTE,
    'A missing feature is null; so is leader_correlation, except for BTC itself: only one instrument runs here.',
  ],
  examples: ['desk inspect features --exchange binance --symbol BTC/USDT --from 2025-01-01 --names adx,rsi,atr_pct'],
  run: (call) => inspectWith(call, inspectFeatures),
};

export const inspectIndicatorsOf: Command = {
  name: 'inspect indicators',
  summary: 'Show the indicators at every closed bar',
  options: { ...OPTIONS, timeframe: { value: 'TF', meaning: 'whose indicators: 15m (default), 1h' } },
  notes: [TIME_NOTE, 'null before an indicator is warm. complete is false where base bars are missing inside the bar.'],
  examples: ['desk inspect indicators --exchange binance --symbol BTC/USDT --timeframe 1h --names close,ema20,rsi14'],
  async run(call) {
    const timeframe = choiceOption(call.options, 'timeframe', TIMEFRAMES);
    if (!timeframe.ok) return timeframe;
    return inspectWith(call, (store, request) => inspectIndicators(store, request, timeframe.value ?? '15m'));
  },
};

type Inspection = (store: CandleFolder, request: InspectRequest, settings: ResearchSettings) => InspectAnswer;

async function inspectWith({ profileDir, options }: CommandCall, inspection: Inspection): Promise<CommandResult> {
  const request = requestOf(options);
  if (!request.ok) return request;
  return withReader(profileDir, async ({ candles, notes, desk }) => {
    const settings = new SettingsService(desk);
    const parameters = parametersOption(options, settings.current);
    if (!parameters.ok) return parameters;
    const asked = { ...request.value, parameters: parameters.value };
    const answer = inspection({ candles, notes }, asked, settings.engine());
    return answer.ok ? ok({ json: answer.value, lines: describe(answer.value.rows) }) : answer;
  });
}

function requestOf(options: CommandCall['options']): Result<InspectRequest, UsageFault> {
  const range = rangeOptions(options);
  if (!range.ok) return range;
  const names = listOption(options, 'names');
  if (!names.ok) return names;
  const strategies = listOption(options, 'strategies');
  if (!strategies.ok) return strategies;
  const base = choiceOption(options, 'base', ['1m', '5m'] as const);
  if (!base.ok) return base;
  const { exchange = '', symbol = '' } = options;
  return ok({
    ...range.value,
    exchange,
    symbol,
    names: names.value,
    strategies: strategies.value,
    baseTimeframe: base.value,
  });
}

function describe(rows: readonly InspectRow[]): readonly string[] {
  const first = rows[0];
  if (first === undefined) return ['No rows.'];
  const columns = Object.keys(first);
  return table([columns, ...rows.map((row) => columns.map((column) => cell(row[column])))]);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'number') return shortNumber(value);
  return Array.isArray(value) ? value.join('; ') : String(value);
}
