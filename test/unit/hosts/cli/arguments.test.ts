/** The command line's words: commands, options, suggestions, complaints (WS-3). */
import { describe, expect, it } from 'vitest';
import { closest, parseCall } from '#main/hosts/cli/arguments.ts';
import { COMMANDS } from '#main/hosts/cli/commands/command-list.ts';
import { commandHelp, generalHelp } from '#main/hosts/cli/help.ts';
import { choicesOption, listOption, numberOption, rangeOptions, timeOption } from '#main/hosts/cli/option-values.ts';

const REPLAY = ['replay', '--exchange', 'binance', '--symbols', 'BTC/USDT'];

function complaintOf(args: readonly string[]): string {
  const parsed = parseCall(args, COMMANDS);
  return parsed.ok ? 'none' : `${parsed.error.message} ${parsed.error.remedy}`;
}

describe('command line arguments', () => {
  it('finds commands of one and of two words, with options before and after them', () => {
    const parsed = parseCall(['--json', 'inspect', 'resolve', 'file.json', '--profile=/tmp/p'], COMMANDS);
    expect(parsed).toMatchObject({ ok: true, value: { command: { name: 'inspect resolve' }, file: 'file.json' } });
    expect(parsed.ok && parsed.value.options).toEqual({ profile: '/tmp/p' });
    expect(parsed.ok && [...parsed.value.switches]).toEqual(['json']);
  });

  it.each([
    [['replya'], 'Did you mean desk replay?'],
    [['import', 'candels'], 'desk import candles'],
    [['inspect'], 'desk inspect signals, desk inspect features'],
    [['replay', '--exchang', 'x'], 'Did you mean --exchange?'],
    [['replay', '--exchange', 'binance'], '--symbols A,B is missing.'],
    [[...REPLAY, '--from'], '--from needs a value'],
    [['replay', '--exchange', '--symbols', 'BTC/USDT'], '--exchange needs a value'],
    [[...REPLAY, '--json=yes'], '--json takes no value.'],
    [[...REPLAY, 'more'], '"more" is one word too many.'],
    [['inspect', 'resolve'], 'FILE is missing'],
    [[...REPLAY, '--out', 'x.csv'], 'There is no option --out here.'],
  ])('says what is wrong and what was probably meant: %j', (args, expected) => {
    expect(complaintOf(args)).toContain(expected);
  });

  it('help asks for nothing else', () => {
    expect(complaintOf(['replay', '--help'])).toBe('none');
  });

  it('every command has a summary, an example that parses, and the exit codes in its help', () => {
    for (const command of COMMANDS) {
      const help = commandHelp(command);
      expect(help).toContain('Example: desk ');
      expect(help).toContain('Exit codes: 0');
      for (const example of command.examples) expect(complaintOf(example.split(' ').slice(1))).toBe('none');
      expect(generalHelp(COMMANDS, '1.2.3')).toContain(command.summary);
    }
  });

  it('suggests only what is near enough to have been meant', () => {
    expect(closest('symbl', ['symbol', 'side'])).toBe('symbol');
    expect(closest('xyz', ['symbol', 'side'])).toBe(null);
  });
});

describe('option values', () => {
  it('times are UTC whatever the machine thinks, and days that do not exist are refused', () => {
    const time = (text: string) => timeOption({ from: text }, 'from');
    expect(time('2025-06-01')).toMatchObject({ value: Date.UTC(2025, 5, 1) });
    expect(time('2025-06-01T12:30')).toMatchObject({ value: Date.UTC(2025, 5, 1, 12, 30) });
    expect(time('2025-06-01T12:30:15.5Z')).toMatchObject({ value: Date.UTC(2025, 5, 1, 12, 30, 15, 500) });
    expect(time('2025-06-01T12:30:00+02:00')).toMatchObject({ value: Date.UTC(2025, 5, 1, 10, 30) });
    expect(time('1748779200000')).toMatchObject({ value: 1_748_779_200_000 });
    for (const wrong of ['2025-02-30', 'yesterday', '2025-13-01', '2025-06-01T25:00'])
      expect(time(wrong).ok).toBe(false);
  });

  it('a range runs forward', () => {
    expect(rangeOptions({ from: '2025-06-02', to: '2025-06-01' }).ok).toBe(false);
    expect(rangeOptions({})).toEqual({ ok: true, value: { from: null, to: null } });
  });

  it('lists, choices and numbers say what fits', () => {
    expect(listOption({ names: 'a, b,' }, 'names')).toEqual({ ok: true, value: ['a', 'b'] });
    expect(listOption({ names: ',' }, 'names').ok).toBe(false);
    const wrong = choicesOption({ outcome: 'win,los' }, 'outcome', ['win', 'loss']);
    expect(wrong.ok ? '' : wrong.error.message).toBe('--outcome takes win, loss, not "los"; did you mean loss?');
    expect(numberOption({ speed: '' }, 'speed', 0, 10).ok).toBe(false);
    expect(numberOption({ speed: '11' }, 'speed', 0, 10).ok).toBe(false);
    expect(numberOption({ speed: '2.5' }, 'speed', 0, 10)).toEqual({ ok: true, value: 2.5 });
  });
});
