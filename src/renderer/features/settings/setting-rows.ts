/** The settings as the form shows them: sections, order, units, and what is locked for now. */
import { DEFAULT_SETTINGS, SETTING_MEANINGS } from '#contract/areas/setting-defaults.ts';
import type { Settings } from '#contract/areas/settings.ts';
import type { Stage } from '#core/domain/score.ts';

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
    keys: ['stage', 'riskPerTrade', 'startingEquity', 'slippageBps', 'fixedMinimumScore'],
  },
  {
    id: 'strategies',
    title: 'Strategies',
    keys: ['disabledStrategies', 'strategyParameters', 'measureChance', 'trackGated'],
  },
  { id: 'external', title: 'External signals', keys: ['webhook'] },
  { id: 'demo', title: 'Demo market', keys: ['demoSpeed', 'slowForTickets'] },
  { id: 'appearance', title: 'Appearance', keys: ['theme', 'upDownColors', 'textScale', 'sound'] },
];

/** Stages that this version does not offer, and why. */
export const LOCKED_STAGES: Readonly<Partial<Record<Stage, string>>> = {
  hybrid: 'Later: needs a trained model that scales the size.',
  auto: 'Locked: needs 90 days in shadow or advisory, 100 resolved signals in 30 days with a proven edge, and your typed approval.',
};

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
  if (key === 'fixedMinimumScore') return 'none';
  if (key === 'disabledStrategies') return 'all on';
  if (key === 'strategyParameters') return 'as each strategy came';
  if (isNumberKey(key)) {
    const spelling = NUMBER_SPELLINGS[key];
    return `${toTyped(DEFAULT_SETTINGS[key] ?? 0, spelling)} ${spelling.unit}`;
  }
  const value = DEFAULT_SETTINGS[key];
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (key === 'textScale') return '100 %';
  return Array.isArray(value) ? value.join(', ') : String(value);
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
