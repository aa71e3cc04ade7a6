/** Files of other programs (ST-20): signals as CSV, truth logs as JSON Lines; each bad line by number and reason (RE-55). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSignals, readSignals } from '#main/files/signal-csv.ts';
import { parseTruth, truthLine } from '#main/files/truth-lines.ts';

const TIME = Date.UTC(2025, 0, 2, 3, 4);

function rows(text: string) {
  const parsed = parseSignals(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

describe('ST-20: a CSV of signals', () => {
  it('names columns as it likes, and lines are counted with the header', () => {
    const text =
      '\uFEFFTime;Symbol;Stop Loss;id\r\n2025-01-02T03:04:00Z;BTC/USDT;98;"a;""1"""\r\n\r\n1735787040;ETH;;\n';
    expect(rows(text)).toEqual([
      { line: 2, time: TIME, fields: { symbol: 'BTC/USDT', stop_loss: '98', id: 'a;"1"' } },
      { line: 4, time: TIME, fields: { symbol: 'ETH' } },
    ]);
  });

  it('WS-20: takes the apostrophe off that keeps a spreadsheet from running a cell', () => {
    expect(rows("time,reasons\n2025-01-02T03:04Z,'=1+1\n")).toEqual([
      { line: 2, time: TIME, fields: { reasons: '=1+1' } },
    ]);
  });

  it('RE-55: says which line and why', () => {
    expect(rows('time,symbol\nyesterday,a\n2025-02-31,a\n2025-01-02,a,b\n,a\n')).toEqual([
      { line: 2, reason: 'time is neither a number nor ISO 8601: "yesterday"' },
      { line: 3, reason: 'time does not exist: "2025-02-31"' },
      { line: 4, reason: 'it has 3 cells, the header 2' },
      { line: 5, reason: 'time is empty' },
    ]);
  });

  it.each([
    ['', 'empty'],
    ['symbol,side\na,b\n', 'no time'],
    ['time,stop,stop\n', 'stop twice'],
  ])('refuses a header that is none: %j', (text, words) => {
    const parsed = parseSignals(text);
    expect(parsed.ok ? '' : parsed.error.message).toContain(words);
  });

  it('RE-55: no bytes make it throw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const header = new TextEncoder().encode('time,symbol\n');
        const read = await readSignals([header, bytes]);
        if (read.ok) for (const row of read.value) expect('reason' in row || Number.isSafeInteger(row.time)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('ST-20: a truth log', () => {
  it('gives back exactly what was written', () => {
    const pips = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true, noDefaultInfinity: true }));
    const ended = fc.constantFrom('WIN_TP', 'LOSS_SL', 'BREAK_EVEN', 'TIMEOUT', null);
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), ended, pips, pips, pips, (name, outcome, a, b, c) => {
        fc.pre(name.trim() !== '');
        const truth = {
          completed: outcome !== null,
          outcome,
          maxFavorablePips: plain(a),
          maxAdversePips: plain(b),
          runtimeSeconds: plain(c),
        };
        expect(parseTruth(`${truthLine(name, truth)}\n`)).toEqual([{ line: 1, name, truth }]);
      }),
    );
  });

  it.each([
    ['nonsense', 'no JSON object'],
    ['[1]', 'no JSON object'],
    ['{"completed": true, "outcome": "WIN_TP"}', 'signal_id must be text'],
    ['{"__proto__": {"signal_id": "a"}, "completed": true, "outcome": "WIN_TP"}', 'signal_id must be text'],
    ['{"signal_id": "a", "completed": "yes"}', 'completed must be true or false'],
    ['{"signal_id": "a", "completed": true}', 'needs its outcome'],
    ['{"signal_id": "a", "completed": true, "outcome": "WON"}', 'outcome must be WIN_TP, LOSS_SL, BREAK_EVEN, TIMEOUT'],
    ['{"signal_id": "a", "completed": false, "outcome": "WIN_TP"}', 'no outcome yet'],
    ['{"signal_id": "a", "completed": false, "max_adverse_pips": -1}', 'max_adverse_pips must be a number'],
    ['{"signal_id": "a", "completed": false, "runtime_seconds": "3"}', 'runtime_seconds must be a number'],
    ['{"signal_id": "a", "completed": false, "runtime_seconds": 1e999}', 'runtime_seconds must be a number'],
  ])('RE-55: refuses %s with line and reason', (line, words) => {
    const [good, bad] = parseTruth(`{"signal_id": "a", "completed": false, "note": "passed over"}\r\n\n${line}`);
    expect(good).toMatchObject({ line: 1, name: 'a' });
    expect(bad?.line).toBe(3);
    expect(bad !== undefined && 'reason' in bad ? bad.reason : '').toContain(words);
  });
});

/** JSON knows no negative zero. */
function plain(value: number | null): number | null {
  return value === null ? null : value + 0;
}
