/** A titled list of facts in the drawer of a phantom. */
import type { ReactNode } from 'react';
import { defines, type TermName } from '../../lib/glossary.ts';

interface SectionProps {
  readonly title: string;
  readonly term?: TermName;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, term, aside, children }: SectionProps) {
  return (
    <section className="facts">
      <h3 className="facts__title">
        <span {...(term === undefined ? {} : defines(term))}>{title}</span>
        {aside !== undefined && <span className="number">{aside}</span>}
      </h3>
      {children}
    </section>
  );
}
