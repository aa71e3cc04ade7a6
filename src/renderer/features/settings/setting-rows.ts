/** The settings as the form shows them: sections, order and units. */
import { DEFAULT_SETTINGS, SETTING_MEANINGS } from '#contract/areas/setting-defaults.ts';
import type { Settings } from '#contract/areas/settings.ts';

export type SettingKey = keyof Settings;

export interface SettingSection {
  readonly id: string;
  readonly title: string;
  readonly keys: readonly SettingKey[];
}

export const SECTIONS: readonly SettingSection[] = [
  { id: 'market', title: 'Market', keys: ['exchange', 'symbols', 'baseTimeframe', 'historyDays'] },
  {
    id: 'trading',
    title: 'Decisions and risk',
    keys: [
      'stage',
      'riskPerTrade',
      'volatilitySizing',
      'maximumNotional',
      'startingEquity',
      'slippageBps',
      'learning',
      'scoreSignals',
      'fixedMinimumScore',
    ],
  },
  {
    id: 'limits',
    title: 'Limits',
    keys: [
      'maximumPositions',
      'positionsPerInstrument',
      'positionsPerCluster',
      'dailyLossLimit',
      'exposureLimit',
      'ordersPerMinute',
      'priceSanity',
    ],
  },
  {
    id: 'breakers',
    title: 'Breakers',
    keys: ['breakerWinRate', 'breakerLosses', 'breakerDrawdown', 'breakerMissingBars', 'breakerOrderErrors'],
  },
  {
    id: 'strategies',
    title: 'Strategies',
    keys: [
      'disabledStrategies',
      'strategyParameters',
      'promotedStrategies',
      'scalpGates',
      'measureChance',
      'trackGated',
    ],
  },
  { id: 'models', title: 'Models', keys: ['learnTimeouts', 'automaticRollback'] },
  { id: 'external', title: 'External signals', keys: ['webhook'] },
  { id: 'demo', title: 'Demo market', keys: ['demoSpeed', 'slowForTickets'] },
  { id: 'notices', title: 'Notices', keys: ['desktopNotices', 'soundNotices', 'telegramNotices'] },
  { id: 'appearance', title: 'Appearance', keys: ['theme', 'upDownColors', 'textScale', 'guideSeen'] },
];

/** How a number of the settings is typed: factor and unit, with its range in that unit. */
export interface NumberSpelling {
  readonly unit: string;
  readonly factor: number;
  readonly minimum: number;
  readonly maximum: number;
}

export const NUMBER_SPELLINGS = {
  historyDays: { unit: 'days', factor: 1, minimum: 1, maximum: 730 },
  riskPerTrade: { unit: '% of equity', factor: 100, minimum: 0.01, maximum: 5 },
  startingEquity: { unit: 'quote units', factor: 1, minimum: 100, maximum: 1_000_000_000 },
  slippageBps: { unit: 'bp per side', factor: 1, minimum: 0, maximum: 100 },
  fixedMinimumScore: { unit: 'of 100', factor: 1, minimum: 0, maximum: 100 },
  maximumNotional: { unit: 'quote units', factor: 1, minimum: 1, maximum: 1_000_000_000 },
  maximumPositions: { unit: 'positions', factor: 1, minimum: 1, maximum: 100 },
  positionsPerInstrument: { unit: 'positions', factor: 1, minimum: 1, maximum: 100 },
  positionsPerCluster: { unit: 'positions', factor: 1, minimum: 1, maximum: 100 },
  dailyLossLimit: { unit: '% of equity', factor: 100, minimum: 0.1, maximum: 100 },
  exposureLimit: { unit: '% of equity', factor: 100, minimum: 1, maximum: 100 },
  ordersPerMinute: { unit: 'orders', factor: 1, minimum: 1, maximum: 100 },
  priceSanity: { unit: '% of price', factor: 100, minimum: 0.1, maximum: 20 },
  breakerWinRate: { unit: '% won', factor: 100, minimum: 0, maximum: 100 },
  breakerLosses: { unit: 'losses', factor: 1, minimum: 2, maximum: 100 },
  breakerDrawdown: { unit: '% of equity', factor: 100, minimum: 1, maximum: 100 },
  breakerMissingBars: { unit: '% of bars', factor: 100, minimum: 1, maximum: 100 },
  breakerOrderErrors: { unit: 'orders', factor: 1, minimum: 1, maximum: 100 },
  demoSpeed: { unit: '× real time', factor: 1, minimum: 0, maximum: 100_000 },
} as const satisfies Partial<Record<SettingKey, NumberSpelling>>;

export type NumberKey = keyof typeof NUMBER_SPELLINGS;

/** 0.005 as `0.5`, free of floating-point dust. */
export function toTyped(value: number, spelling: NumberSpelling): number {
  return Number((value * spelling.factor).toPrecision(10));
}

export function fromTyped(typed: number, spelling: NumberSpelling): number {
  return Number((typed / spelling.factor).toPrecision(10));
}

/** A default in words, as the form shows it. */
export function defaultText(key: SettingKey): string {
  if (key === 'fixedMinimumScore' || key === 'maximumNotional') return 'none';
  if (key === 'disabledStrategies') return 'all on';
  if (key === 'strategyParameters') return 'as each strategy came';
  if (key === 'promotedStrategies' || key === 'scalpGates' || isNoticeKey(key)) return 'none';
  if (isNumberKey(key)) {
    const spelling = NUMBER_SPELLINGS[key];
    return `${toTyped(DEFAULT_SETTINGS[key] ?? 0, spelling)} ${spelling.unit}`;
  }
  const value = DEFAULT_SETTINGS[key];
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (key === 'textScale') return '100 %';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

export const NOTICE_KEYS = ['desktopNotices', 'soundNotices', 'telegramNotices'] as const;
export type NoticeKey = (typeof NOTICE_KEYS)[number];

export function isNoticeKey(key: SettingKey): key is NoticeKey {
  return NOTICE_KEYS.some((one) => one === key);
}

export function isNumberKey(key: SettingKey): key is NumberKey {
  return key in NUMBER_SPELLINGS;
}

export function isDefault(settings: Settings, key: SettingKey): boolean {
  return JSON.stringify(settings[key]) === JSON.stringify(DEFAULT_SETTINGS[key]);
}

/** Sections with the settings whose label, meaning or name holds the text; empty sections are left out. */
export function searchSettings(text: string): readonly SettingSection[] {
  const needle = text.trim().toLowerCase();
  if (needle === '') return SECTIONS;
  return SECTIONS.map((section) => ({
    ...section,
    keys: section.keys.filter((key) => {
      const { label, meaning } = SETTING_MEANINGS[key];
      return `${section.title} ${key} ${label} ${meaning}`.toLowerCase().includes(needle);
    }),
  })).filter((section) => section.keys.length > 0);
}
