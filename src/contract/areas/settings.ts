/** Settings of this issue: exchange, instruments, history, stage, risk, appearance. Each has a default that works (WS-5). */
import { z } from 'zod';
import { AVAILABLE_STAGES } from '#core/domain/score.ts';

export const settingsSchema = z
  .object({
    exchange: z.string().min(1).max(40),
    symbols: z.array(z.string().min(3).max(60)).min(1).max(100),
    baseTimeframe: z.enum(['1m', '5m']),
    /** Days of history run through the strategies at the first start (PL-11). */
    historyDays: z.number().int().min(1).max(730),
    /** Hybrid and auto come with the orders they need (DE-10). */
    stage: z.enum(AVAILABLE_STAGES),
    /** Share of equity, 0.005 = 0.5 %. */
    riskPerTrade: z.number().min(0.0001).max(0.05),
    fixedMinimumScore: z.number().min(0).max(100).nullable(),
    slippageBps: z.number().min(0).max(100),
    startingEquity: z.number().min(100).max(1_000_000_000),
    disabledStrategies: z.array(z.string().max(60)).max(50),
    /** By strategy id and parameter name; what is absent has the default of the strategy's schema (ST-1). */
    strategyParameters: z.record(z.string().max(60), z.record(z.string().max(60), z.number())),
    /** ST-12: the placebo runs beside the other strategies. */
    measureChance: z.boolean(),
    /** PH-2: signals that a gate ruled out are followed too. */
    trackGated: z.boolean(),
    /** ST-20: the web host takes signals from outside. */
    webhook: z.boolean(),
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
