/** Panels whose code is loaded when they are first shown, so that the window opens without it (PE-19). */
import { type ComponentType, lazy, Suspense } from 'react';
import { Skeleton } from './PanelState.tsx';

/** `what` is read out while the code is on its way. */
export function lazyPanel(what: string, load: () => Promise<ComponentType>): ComponentType {
  const Loaded = lazy(async () => ({ default: await load() }));
  return function LazyPanel() {
    return (
      <Suspense fallback={<Skeleton label={`Loading ${what}`} />}>
        <Loaded />
      </Suspense>
    );
  };
}
