/** Puts theme, colour pair and text size on the document, and remembers them for the first paint of the next start. */
import type { Settings } from '#contract/areas/settings.ts';
import { type Memory, recall, remember } from './memory.ts';

export type Appearance = Pick<Settings, 'theme' | 'upDownColors' | 'textScale'>;
export type Theme = 'dark' | 'light';

const FIRST: Appearance = { theme: 'dark', upDownColors: 'green-red', textScale: 1 };

function isAppearance(value: unknown): value is Appearance {
  if (typeof value !== 'object' || value === null) return false;
  const { theme, upDownColors, textScale } = value as Partial<Appearance>;
  return (
    (theme === 'dark' || theme === 'light' || theme === 'system') &&
    (upDownColors === 'green-red' || upDownColors === 'blue-orange') &&
    typeof textScale === 'number' &&
    textScale >= 0.8 &&
    textScale <= 1.6
  );
}

/** `system` resolved by what the system prefers now. */
export function resolvedTheme(theme: Appearance['theme'], systemPrefersLight: boolean): Theme {
  if (theme !== 'system') return theme;
  return systemPrefersLight ? 'light' : 'dark';
}

export function rememberedAppearance(memory: Memory): Appearance {
  return recall(memory, 'appearance', isAppearance, FIRST);
}

export function applyAppearance(root: HTMLElement, appearance: Appearance, systemPrefersLight: boolean): void {
  root.dataset.theme = resolvedTheme(appearance.theme, systemPrefersLight);
  root.dataset.pair = appearance.upDownColors;
  root.style.setProperty('--text-scale', String(appearance.textScale));
}

export function rememberAppearance(memory: Memory, { theme, upDownColors, textScale }: Appearance): void {
  remember(memory, 'appearance', { theme, upDownColors, textScale });
}

/** Tells `changed` whenever the document's look changes, so that canvases can repaint. */
export function onAppearanceChange(root: HTMLElement, changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(root, { attributes: true, attributeFilter: ['data-theme', 'data-pair', 'style'] });
  return () => observer.disconnect();
}
