/** One line of a list of facts: its name, explained where the glossary knows it, and its value. */
import type { ReactNode } from 'react';
import { defines, type TermName } from '../lib/glossary.ts';

export interface FactProps {
  readonly name: string;
  readonly term?: TermName;
  readonly children: ReactNode;
}

export function Fact({ name, term, children }: FactProps) {
  return (
    <div className="fact" {...(term === undefined ? {} : defines(term))}>
      <dt>{name}</dt>
      <dd className="number">{children}</dd>
    </div>
  );
}
