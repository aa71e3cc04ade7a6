import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyAppearance, rememberAppearance, rememberedAppearance, resolvedTheme } from '#renderer/lib/appearance.ts';
import { forgetfulMemory } from '#renderer/lib/memory.ts';

const css = readFileSync(join(import.meta.dirname, '../../../../src/renderer/ui/tokens.css'), 'utf8');

/** The colours of one theme and pair: the blocks of the file whose selectors apply, in order. */
function colors(theme: string, pair: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, selector = '', body = ''] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const applies = selector
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .split(',')
      .some((part) => {
        const wanted = [...part.matchAll(/\[data-(theme|pair)="([^"]+)"\]/g)];
        return wanted.every(([, name, value]) => value === (name === 'theme' ? theme : pair));
      });
    if (!applies) continue;
    for (const [, name = '', value = ''] of body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\s*;/g)) found[name] = value;
  }
  return found;
}

/** WCAG 2.2 relative luminance and contrast. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const looks = ['dark', 'light'].flatMap((theme) => ['green-red', 'blue-orange'].map((pair) => [theme, pair] as const));

describe.each(looks)('the %s theme with %s', (theme, pair) => {
  const tokens = colors(theme, pair);
  const texts = ['text', 'text-soft', 'text-faint', 'accent-text', 'warning', 'danger', 'good', 'up-text', 'down-text'];

  it.each(texts)('%s can be read on every surface it stands on (4.5:1)', (name) => {
    for (const surface of ['ground', 'surface', 'surface-raised', 'surface-sunken']) {
      const ratio = contrast(tokens[name] ?? '', tokens[surface] ?? '');
      expect(ratio, `${name} on ${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('the words on the primary button can be read', () => {
    expect(contrast(tokens['on-accent'] ?? '', tokens['accent-strong'] ?? '')).toBeGreaterThanOrEqual(4.5);
  });

  it('candles and the focus ring stand out from the surface (3:1)', () => {
    for (const name of ['up', 'down', 'focus']) {
      expect(contrast(tokens[name] ?? '', tokens.surface ?? ''), name).toBeGreaterThanOrEqual(3);
    }
  });
});

describe('the appearance', () => {
  it('is on the document and comes back at the next start', () => {
    const memory = forgetfulMemory();
    const appearance = { theme: 'light', upDownColors: 'blue-orange', textScale: 1.25 } as const;
    rememberAppearance(memory, appearance);
    const root = document.createElement('div');
    applyAppearance(root, rememberedAppearance(memory), false);
    expect(root.dataset).toMatchObject({ theme: 'light', pair: 'blue-orange' });
    expect(root.style.getPropertyValue('--text-scale')).toBe('1.25');
  });

  it('follows the system only when told to', () => {
    expect(resolvedTheme('system', true)).toBe('light');
    expect(resolvedTheme('system', false)).toBe('dark');
    expect(resolvedTheme('dark', true)).toBe('dark');
  });
});
