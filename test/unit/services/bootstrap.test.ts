/** The first start's history: all of it is worked, whatever happens while it is on its way (PL-11, MK-31). */
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '#core/domain/timeframe.ts';
import { bootstrap } from '#main/services/bootstrap.ts';
import { SYNTHETIC_START, syntheticCandles } from '#test/support/real-candles.ts';
import { answeringExchange, DESK_SETTINGS, MINUTE, smallDesk, smallInstrument } from '#test/support/small-desk.ts';

const DAYS = 3;
const CANDLES = syntheticCandles({ count: (DAYS * DAY_MS) / MINUTE, stepMs: MINUTE });
const END = SYNTHETIC_START + DAYS * DAY_MS;

function run(onHistory: (desk: ReturnType<typeof smallDesk>) => void) {
  const instrument = smallInstrument('AAA');
  const desk = smallDesk([instrument]);
  const { connection } = answeringExchange(
    () => END + 1_000,
    ({ from, to }) => {
      onHistory(desk);
      return CANDLES.filter(({ openTime }) => openTime >= from && openTime < to);
    },
  );
  const done = bootstrap({
    connection,
    store: desk.profile,
    keeper: desk.keeper,
    instruments: [instrument],
    historyDays: DAYS,
    learner: null,
    signal: new AbortController().signal,
    progress: () => {},
    monotonic: () => 0,
  });
  return { desk, done, instrument };
}

describe('bootstrap', () => {
  it('PL-11: a setting changed during the download skips none of the history', async () => {
    const quiet = run(() => {});
    expect(await quiet.done).toMatchObject({ ok: true });
    const changed = run(({ keeper }) => keeper.apply({ kind: 'settings', time: END, settings: DESK_SETTINGS }));
    expect(await changed.done).toMatchObject({ ok: true });
    const signals = (desk: ReturnType<typeof smallDesk>) => desk.profile.history.count({});
    expect(signals(quiet.desk)).toBeGreaterThan(0);
    expect(signals(changed.desk)).toBe(signals(quiet.desk));
    expect(changed.desk.keeper.engine.instrument(changed.instrument.id)?.lastOpenTime).toBe(END - MINUTE);
  });
});
