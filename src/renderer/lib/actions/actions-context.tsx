/** The window's list of actions for components: buttons look theirs up by name, sheets list them all. */
import { createContext, useContext } from 'react';
import type { Action } from './action.ts';

const ActionsContext = createContext<readonly Action[]>([]);

export const ActionsProvider = ActionsContext.Provider;

export function useActions(): readonly Action[] {
  return useContext(ActionsContext);
}

export function useAction(name: string): Action | null {
  return useContext(ActionsContext).find((action) => action.name === name) ?? null;
}
