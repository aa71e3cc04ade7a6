import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { TruthSection } from '#renderer/features/phantoms/TruthSection.tsx';

afterEach(cleanup);

it('ST-20: the real result of a truth log is shown beside ours, and where they differ ours counts', () => {
  const truth = {
    ...{
      completed: true,
      outcome: 'WIN_TP' as const,
      maxFavorablePips: 120,
      maxAdversePips: null,
      runtimeSeconds: 3_600,
    },
    ...{ fileName: 'truth.jsonl', importedAt: 0, agrees: false },
  } as const;
  const { container, rerender } = render(<TruthSection truth={truth} />);
  expect(screen.getByText('Target')).toBeDefined();
  expect(container.textContent).toContain('differs from ours, which counts');
  expect(container.textContent).toContain('120.0 ticks');
  expect(container.textContent).toContain('truth.jsonl');
  rerender(<TruthSection truth={{ ...truth, agrees: true }} />);
  expect(container.textContent).not.toContain('differs');
});
