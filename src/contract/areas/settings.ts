/** Settings of this issue: exchange, instruments, history, stage, risk, appearance. Each has a default that works (WS-5). */
import { z } from 'zod';
import { STAGES } from '#core/domain/score.ts';
import { NOTICE_KINDS } from './notices.ts';

export const settingsSchema = z
  .object({
    exchange: z.string().min(1).max(40),
    symbols: z.array(z.string().min(3).max(60)).min(1).max(100),
    baseTimeframe: z.enum(['1m', '5m']),
    /** Days of history run through the strategies at the first start (PL-11). */
    historyDays: z.number().int().min(1).max(730),
    /** Of the paper account (DE-10). */
    stage: z.enum(STAGES),
    /** Share of equity, 0.005 = 0.5 %. */
    riskPerTrade: z.number().min(0.0001).max(0.05),
    fixedMinimumScore: z.number().min(0).max(100).nullable(),
    slippageBps: z.number().min(0).max(100),
    /** DE-10: off, nothing is trained by itself; what is at work goes on. */
    learning: z.boolean(),
    /** DE-10: off, the rules' score decides; models go on answering and are measured. */
    scoreSignals: z.boolean(),
    /** DE-20. */
    volatilitySizing: z.boolean(),
    /** Quote units. */
    maximumNotional: z.number().min(1).max(1_000_000_000).nullable(),
    /** DE-21; shares as fractions, 0.02 = 2 %. */
    maximumPositions: z.number().int().min(1).max(100),
    positionsPerInstrument: z.number().int().min(1).max(100),
    positionsPerCluster: z.number().int().min(1).max(100),
    dailyLossLimit: z.number().min(0.001).max(1),
    exposureLimit: z.number().min(0.01).max(1),
    ordersPerMinute: z.number().int().min(1).max(100),
    priceSanity: z.number().min(0.001).max(0.2),
    /** DE-22. */
    breakerWinRate: z.number().min(0).max(1),
    breakerLosses: z.number().int().min(2).max(100),
    breakerDrawdown: z.number().min(0.01).max(1),
    breakerMissingBars: z.number().min(0.01).max(1),
    breakerOrderErrors: z.number().int().min(1).max(100),
    startingEquity: z.number().min(100).max(1_000_000_000),
    disabledStrategies: z.array(z.string().max(60)).max(50),
    /** By strategy id and parameter name; what is absent has the default of the strategy's schema (ST-1). */
    strategyParameters: z.record(z.string().max(60), z.record(z.string().max(60), z.number())),
    /** Strategies on trial that may open tickets; on the simulated market with `@demo` behind their id (ST-11). */
    promotedStrategies: z.array(z.string().max(60)).max(50),
    /** ST-12: the placebo runs beside the other strategies. */
    measureChance: z.boolean(),
    /** PH-2: signals that a gate ruled out are followed too. */
    trackGated: z.boolean(),
    /** PH-43: gates (PH-40) that a scalp must pass to be asked for or entered. */
    scalpGates: z.array(z.string().min(1).max(40)).max(40),
    /** ML-5: timeouts are examples too, by the sign of their net R; for trainings from now on. */
    learnTimeouts: z.boolean(),
    /** ML-25: a predecessor that did clearly better in shadow comes back by itself; else that is only told. */
    automaticRollback: z.boolean(),
    /** ST-20: the web host takes signals from outside. */
    webhook: z.boolean(),
    demoSpeed: z.number().min(0).max(100_000),
    slowForTickets: z.boolean(),
    theme: z.enum(['dark', 'light', 'system']),
    /** Colour-blind-safe pair for up and down. */
    upDownColors: z.enum(['green-red', 'blue-orange']),
    textScale: z.number().min(0.8).max(1.6),
    /** DE-17: kinds of notices that are told on the desktop, by a tone, by Telegram. */
    desktopNotices: z.array(z.enum(NOTICE_KINDS)).max(20),
    soundNotices: z.array(z.enum(NOTICE_KINDS)).max(20),
    telegramNotices: z.array(z.enum(NOTICE_KINDS)).max(20),
    /** WS-5: the first-run guide was closed once. */
    guideSeen: z.boolean(),
  })
  .strict();

export type Settings = z.infer<typeof settingsSchema>;

export const settingsPatch = settingsSchema.partial();
export type SettingsPatch = z.infer<typeof settingsPatch>;

/** A file of settings in YAML, or the gates that an analysis recommends (PH-43); with `checkOnly` nothing is changed. */
export const settingsImportInput = z.object({ text: z.string().max(256 * 1024), checkOnly: z.boolean() }).strict();

export interface SettingsFileText {
  readonly fileName: string;
  readonly text: string;
}

export interface SettingsFileAnswer {
  /** What was changed, or would be. */
  readonly changes: readonly { readonly key: keyof Settings; readonly from: unknown; readonly to: unknown }[];
  readonly message: string;
}

/** What speaks for letting a strategy on trial open tickets, on the kind of market that is chosen (ST-11). */
export interface PhaseEvidence {
  /** Its entry in `promotedStrategies`. */
  readonly key: string;
  /** Resolved signals whose calibrated score reached the threshold, all out of sample. */
  readonly signals: number;
  readonly needed: number;
  /** Net R per signal with its 95 % interval; null while there are too few. */
  readonly netR: { readonly value: number; readonly low: number; readonly high: number } | null;
  /** The whole interval lies above zero: the trader may promote it. */
  readonly isPositive: boolean;
  /** In words. */
  readonly message: string;
}
