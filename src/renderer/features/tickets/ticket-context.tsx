/** Hands the ticket queue to its components. */
import { createContext, useContext } from 'react';
import type { TicketStore } from './ticket-store.ts';

const TicketContext = createContext<TicketStore | null>(null);

export const TicketProvider = TicketContext.Provider;

export function useTicketStore(): TicketStore {
  const store = useContext(TicketContext);
  if (store === null) throw new Error('Tickets run inside a TicketProvider.');
  return store;
}
