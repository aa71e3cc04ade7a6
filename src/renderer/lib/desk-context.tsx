/** Hands the desk to components, and subscribes them to its stores. */
import { createContext, useContext, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import type { UnixMs } from '#core/domain/timeframe.ts';
import type { Desk } from './desk.ts';
import type { Streamed } from './stores/stream-store.ts';

const DeskContext = createContext<Desk | null>(null);

export const DeskProvider = DeskContext.Provider;

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('Components run inside a DeskProvider.');
  return desk;
}

/** The whole state of a stream: phase, data, problem. */
export function useStream<T>(store: StoreApi<Streamed<T>>): Streamed<T> {
  return useStore(store);
}

/** A part of a stream's data; null until the first snapshot. The selector's result must be stable for equal data. */
export function useStreamed<T, P>(store: StoreApi<Streamed<T>>, select: (data: T) => P): P | null {
  return useStore(store, (state) => (state.data === null ? null : select(state.data)));
}

/** Exchange time, refreshed every `everyMs` of wall time while the component is on screen. */
export function useExchangeNow(everyMs: number): UnixMs | null {
  const { clock } = useDesk();
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(clock.now()), everyMs);
    setNow(clock.now());
    return () => window.clearInterval(timer);
  }, [clock, everyMs]);
  return now;
}
