/** The look of the document as components see it. */
import { useSyncExternalStore } from 'react';
import { onAppearanceChange } from './appearance.ts';

const subscribe = (changed: () => void) => onAppearanceChange(document.documentElement, changed);

export function useIsLight(): boolean {
  return useSyncExternalStore(subscribe, () => document.documentElement.dataset.theme === 'light');
}
