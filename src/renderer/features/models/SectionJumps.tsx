/** The parts of a model's page as buttons that stay in view: the panel is often lower than the page is long. */
import type { RefObject } from 'react';
import { Button } from '../../ui/Button.tsx';

export const JUMPS = ['Record', 'Out of sample', 'Own models', 'Importance', 'Versions'] as const;
export type Jump = (typeof JUMPS)[number];

/** Marks an element as the place that a jump goes to. */
export const jumpTarget = (jump: Jump) => ({ 'data-jump': jump });

export interface SectionJumpsProps {
  readonly title: string;
  readonly page: RefObject<HTMLElement | null>;
  readonly jumps: readonly Jump[];
}

export function SectionJumps({ title, page, jumps }: SectionJumpsProps) {
  return (
    <nav className="jumps" aria-label={`Parts of ${title}`}>
      {jumps.map((jump) => (
        <Button
          key={jump}
          size="small"
          look="ghost"
          onClick={(event) => jumpTo(page.current, event.currentTarget, jump)}
        >
          {jump}
        </Button>
      ))}
    </nav>
  );
}

/** Scrolls the panel alone: the window around it must not move. */
function jumpTo(page: HTMLElement | null, button: HTMLElement, jump: Jump): void {
  const target = page?.querySelector<HTMLElement>(`[data-jump="${jump}"]`);
  const scroller = page?.parentElement;
  const bar = button.closest<HTMLElement>('.jumps');
  if (target === null || target === undefined || scroller === null || scroller === undefined || bar === null) return;
  const top = target.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
  scroller.scrollTo?.({ top: top - bar.offsetHeight });
}
