/** What every figure of the window means, in one sentence each: the text of tooltips and of the glossary sheet. */
import { ANALYSIS_TERMS } from './glossary/analysis-terms.ts';
import { DESK_TERMS } from './glossary/desk-terms.ts';
import { MODEL_TERMS } from './glossary/model-terms.ts';

export interface Term {
  readonly label: string;
  readonly meaning: string;
}

export const GLOSSARY = { ...DESK_TERMS, ...ANALYSIS_TERMS, ...MODEL_TERMS } as const satisfies Readonly<
  Record<string, Term>
>;

export type TermName = keyof typeof GLOSSARY;

/** Attributes that give an element its definition as a tooltip; the tooltip layer shows them on hover and focus. */
export function defines(name: TermName): { 'data-tip': string; 'data-tip-title': string } {
  const term = GLOSSARY[name];
  return { 'data-tip': term.meaning, 'data-tip-title': term.label };
}

/** Attributes that give an element a tooltip of its own. */
export function tip(text: string, title?: string): { 'data-tip': string; 'data-tip-title'?: string } {
  return title === undefined ? { 'data-tip': text } : { 'data-tip': text, 'data-tip-title': title };
}
