import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { EnhancedRecord, EnhancedWindow } from '#contract/areas/models.ts';
import { EnhancedSection } from '#renderer/features/models/EnhancedSection.tsx';

const MONDAY = Date.UTC(2026, 0, 5);

function windowOf(days: number, difference: EnhancedWindow['difference']): EnhancedWindow {
  const rate = (taken: number, value: number) => ({
    taken,
    won: difference === null ? null : { value, low: value - 0.1, high: value + 0.1 },
  });
  return {
    ...{ days, scored: 64, pending: 4, difference },
    ...{ all: rate(60, 0.42), base: rate(41, 0.44), enhanced: rate(29, 0.55) },
  };
}

const RECORD: EnhancedRecord = {
  windows: [
    windowOf(7, null),
    windowOf(30, { value: 0.11, low: -0.02, high: 0.23 }),
    windowOf(90, { value: 0.11, low: 0.03, high: 0.19 }),
  ],
  weeks: [
    { start: MONDAY, resolved: 31, base: { taken: 24, won: 9 }, enhanced: { taken: 12, won: 6 } },
    { start: MONDAY + 604_800_000, resolved: 3, base: { taken: 0, won: 0 }, enhanced: { taken: 1, won: 1 } },
  ],
};

/** With plain spaces. */
const textOf = ({ textContent }: Element) => textContent.replaceAll(/\s/g, ' ');

const cellsOf = (table: HTMLElement, name: string) =>
  within(within(table).getByRole('rowheader', { name }).closest('tr') as HTMLElement).getAllByRole('cell');

afterEach(cleanup);

describe('enhanced scores against their base', () => {
  it('ML-45: shows both rates with intervals over three periods, and colours only a difference that is sure', () => {
    render(<EnhancedSection record={RECORD} />);
    const [table] = screen.getAllByRole('table');
    if (table === undefined) throw new Error('there is a table');
    expect(cellsOf(table, 'Base won').map(textOf)).toEqual(['too few', ...['44.0 %34–54', '44.0 %34–54']]);
    const [few, unsure, sure] = cellsOf(table, 'Difference');
    expect(few?.textContent).toBe('too few');
    expect(unsure === undefined ? null : textOf(unsure)).toBe('+11.0 pts−2.0 to 23.0');
    expect(sure?.textContent).toContain('better than no model');
  });

  it('ML-45: shows each week with its counts, newest first, and says where none was let through', () => {
    render(<EnhancedSection record={RECORD} />);
    const weeks = screen.getByRole('table', { name: /by week/ });
    const rows = within(weeks).getAllByRole('row').slice(1);
    expect(rows.map(textOf)).toEqual([
      expect.stringMatching(/12 Jan.*3none100.0 %of 1$/),
      expect.stringMatching(/5 Jan.*3137.5 %of 2450.0 %of 12$/),
    ]);
  });

  it('ML-45: shows nothing for a model whose scores are no enhanced ones', () => {
    const { container } = render(<EnhancedSection record={null} />);
    expect(container.textContent).toBe('');
  });
});
