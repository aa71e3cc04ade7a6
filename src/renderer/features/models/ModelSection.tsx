/** One titled part of a model's page, and one named fact in it. */
import type { ReactNode } from 'react';
import { defines, type TermName } from '../../lib/glossary.ts';
import { type Jump, jumpTarget } from './SectionJumps.tsx';

export interface ModelSectionProps {
  readonly title: string;
  readonly term?: TermName;
  readonly aside?: ReactNode;
  /** Buttons at the right end of the title's line. */
  readonly actions?: ReactNode;
  readonly className?: string;
  /** The first section of a part of the page. */
  readonly jump?: Jump;
  readonly children: ReactNode;
}

export function ModelSection({ title, term, aside, actions, className, jump, children }: ModelSectionProps) {
  return (
    <section
      className={className === undefined ? 'model__section' : `model__section ${className}`}
      {...(jump === undefined ? {} : jumpTarget(jump))}
    >
      <div className="row">
        <h4 className="row grow">
          <span {...(term === undefined ? {} : defines(term))}>{title}</span>
          {aside}
        </h4>
        {actions}
      </div>
      {children}
    </section>
  );
}
