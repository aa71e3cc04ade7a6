/** Keeps a chart's shapes and shading in step with the stores, beside React. */
import type { Desk } from '../../lib/desk.ts';
import type { ChartController } from './chart-controller.ts';
import { type ChartStore, shapesOf } from './chart-store.ts';
import type { ChartsStore } from './charts-store.ts';

/** Keeps the controller's shapes in step with the phantoms, the filter and the one whose detail is open. */
export function followLevels(
  controller: ChartController,
  desk: Desk,
  charts: ChartsStore,
  store: ChartStore,
): () => void {
  function draw(): void {
    const state = store.getState();
    const detailId = desk.view.getState().detailId;
    const ticket = desk.tickets.getState().data?.open.find((one) => one.instrumentId === state.instrumentId);
    const focusedId = detailId ?? ticket?.id ?? null;
    controller.setLevels(shapesOf(state, charts.getState().choices, focusedId), focusedId);
  }
  draw();
  const ends = [
    store.subscribe(draw),
    charts.subscribe((state, before) => {
      if (state.choices !== before.choices) draw();
    }),
    desk.view.subscribe((state, before) => {
      draw();
      if (state.detailId === before.detailId || state.detailId === null) return;
      const row = store.getState().rows.find((one) => one.id === state.detailId);
      if (row !== undefined) controller.revealTime(row.openedAt);
    }),
    desk.tickets.subscribe(draw),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Keeps the shading behind the candles in step with what was chosen, and asks anew when session or regime change. */
export function followBackground(
  controller: ChartController,
  desk: Desk,
  charts: ChartsStore,
  store: ChartStore,
): () => void {
  const draw = () => {
    const { contexts } = store.getState();
    const { choices } = charts.getState();
    controller.setBackground({ contexts, showsSessions: choices.sessions, showsRegimes: choices.regimes });
  };
  const contextOf = () => {
    const row = desk.watchlist.getState().data?.find((one) => one.instrumentId === store.getState().instrumentId);
    return row === undefined ? '' : `${row.instrumentId} ${row.session} ${row.regime}`;
  };
  let known = contextOf();
  draw();
  const ends = [
    store.subscribe((state, before) => {
      if (state.contexts !== before.contexts) draw();
    }),
    charts.subscribe((state, before) => {
      if (state.choices !== before.choices) draw();
    }),
    desk.watchlist.subscribe(() => {
      const now = contextOf();
      if (now === known) return;
      known = now;
      store.refreshContexts();
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
