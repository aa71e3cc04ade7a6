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

export function Fact({
  name,
  term,
  children,
}: {
  readonly name: string;
  readonly term?: TermName;
  readonly children: ReactNode;
}) {
  return (
    <div className="facts__row">
      <dt {...(term === undefined ? {} : defines(term))}>{name}</dt>
      <dd className="number">{children}</dd>
    </div>
  );
}
