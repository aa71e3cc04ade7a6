/** Settings of this issue: exchange, instruments, history, stage, risk, appearance. Each has a default that works (WS-5). */
import { z } from 'zod';
import { STAGES } from '#core/domain/score.ts';

export const settingsSchema = z
  .object({
    exchange: z.string().min(1).max(40),
    symbols: z.array(z.string().min(3).max(60)).min(1).max(100),
    baseTimeframe: z.enum(['1m', '5m']),
    /** Days of history run through the strategies at the first start (PL-11). */
    historyDays: z.number().int().min(1).max(730),
    stage: z.enum(STAGES),
    /** Share of equity, 0.005 = 0.5 %. */
    riskPerTrade: z.number().min(0.0001).max(0.05),
    fixedMinimumScore: z.number().min(0).max(100).nullable(),
    slippageBps: z.number().min(0).max(100),
    startingEquity: z.number().min(100).max(1_000_000_000),
    disabledStrategies: z.array(z.string().max(60)).max(50),
    demoSpeed: z.number().min(0).max(100_000),
    slowForTickets: z.boolean(),
    theme: z.enum(['dark', 'light', 'system']),
    /** Colour-blind-safe pair for up and down. */
    upDownColors: z.enum(['green-red', 'blue-orange']),
    textScale: z.number().min(0.8).max(1.6),
    sound: z.boolean(),
  })
  .strict();

export type Settings = z.infer<typeof settingsSchema>;

export const settingsPatch = settingsSchema.partial();
export type SettingsPatch = z.infer<typeof settingsPatch>;

export const DEFAULT_SETTINGS: Settings = {
  exchange: 'demo',
  symbols: ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'BNB/USDT', 'XRP/USDT', 'DOGE/USDT'],
  baseTimeframe: '1m',
  historyDays: 30,
  stage: 'advisory',
  riskPerTrade: 0.005,
  fixedMinimumScore: null,
  slippageBps: 2,
  startingEquity: 10_000,
  disabledStrategies: [],
  demoSpeed: 60,
  slowForTickets: true,
  theme: 'dark',
  upDownColors: 'green-red',
  textScale: 1,
  sound: false,
};

/** One line of meaning per setting, for the form, its search and the docs. */
export const SETTING_MEANINGS: Readonly<Record<keyof Settings, { readonly label: string; readonly meaning: string }>> = {
  exchange: { label: 'Exchange', meaning: 'Where candles come from. The demo exchange is built in and simulated.' },
  symbols: { label: 'Instruments', meaning: 'The instruments that are watched and for which strategies run.' },
  baseTimeframe: { label: 'Base timeframe', meaning: 'Bars that are fetched and stored; the others are rolled up from them.' },
  historyDays: { label: 'History', meaning: 'Days of history the strategies run over before going live.' },
  stage: { label: 'Stage', meaning: 'Shadow records only; advisory asks you about each signal that passes.' },
  riskPerTrade: { label: 'Risk per trade', meaning: 'Share of equity lost when a stop is hit, costs included.' },
  fixedMinimumScore: { label: 'Fixed minimum score', meaning: 'Replaces the threshold when set.' },
  slippageBps: { label: 'Slippage', meaning: 'Assumed per side, in basis points, on top of the taker fee.' },
  startingEquity: { label: 'Paper equity', meaning: 'What the paper account starts with.' },
  disabledStrategies: { label: 'Strategies switched off', meaning: 'These propose nothing until switched on again.' },
  demoSpeed: { label: 'Demo speed', meaning: 'How fast the demo market runs; 1 is real time.' },
  slowForTickets: { label: 'Slow down for tickets', meaning: 'The demo market runs at x5 while a ticket waits for you.' },
  theme: { label: 'Theme', meaning: 'Dark, light, or as the system says.' },
  upDownColors: { label: 'Up and down', meaning: 'Colour pair for rising and falling; blue and orange suit colour-blind eyes.' },
  textScale: { label: 'Text size', meaning: 'Scales all text of the window.' },
  sound: { label: 'Sound', meaning: 'A short tone when a ticket opens.' },
};
