import { expect, it, vi } from 'vitest';
import { type ListDelta, PolledList } from '#main/services/views/polled-list.ts';

interface Row {
  readonly id: string;
  readonly state: 'open' | 'closed';
}

it('DE-15: a row that leaves the list tells its last state with its removal, once', () => {
  vi.useFakeTimers();
  try {
    const rows = new Map<string, Row>([
      ['a', { id: 'a', state: 'open' }],
      ['b', { id: 'b', state: 'open' }],
    ]);
    const list = new PolledList<Row>({
      key: (row) => row.id,
      rows: () => [...rows.values()],
      everyMs: 250,
      last: (id) => (id === 'a' ? { id, state: 'closed' } : null),
    });
    const heard: ListDelta<Row>[] = [];
    const { snapshot } = list.open({ push: (delta) => heard.push(delta), end: () => {} });
    expect(snapshot.map((row) => row.id)).toEqual(['a', 'b']);
    rows.clear();
    list.touch(true);
    vi.runAllTimers();
    list.touch(true);
    vi.runAllTimers();
    expect(heard).toEqual([{ upserted: [{ id: 'a', state: 'closed' }], removed: ['a', 'b'] }]);
    list.close();
  } finally {
    vi.useRealTimers();
  }
});
