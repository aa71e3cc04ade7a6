/** The look of the document as components see it. */
import { useSyncExternalStore } from 'react';
import { onAppearanceChange } from './appearance.ts';

const subscribe = (changed: () => void) => onAppearanceChange(document.documentElement, changed);

/** Changes whenever theme, colour pair or text size change. */
export function useLook(): string {
  return useSyncExternalStore(subscribe, () => {
    const root = document.documentElement;
    return `${root.dataset.theme ?? ''} ${root.dataset.pair ?? ''} ${root.style.getPropertyValue('--text-scale')}`;
  });
}

export function useIsLight(): boolean {
  return useSyncExternalStore(subscribe, () => document.documentElement.dataset.theme === 'light');
}
