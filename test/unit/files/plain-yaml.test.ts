/** The YAML of settings: what is read, what is refused with which line, and that what is written is read again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readYaml, writeYaml, type YamlValue, yamlValue } from '#main/files/plain-yaml.ts';

function read(text: string): YamlValue {
  const parsed = readYaml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return yamlValue(parsed.value);
}

function refused(text: string) {
  const parsed = readYaml(text);
  return parsed.ok ? null : parsed.error;
}

describe('YAML of settings', () => {
  it('WS-18: reads mappings by indentation, lists both ways, scalars and comments', () => {
    const text = [
      '# a comment',
      'stage: hybrid # behind a value',
      'riskPerTrade: 5e-3',
      'maximumNotional: null',
      'sound: true',
      "symbols: [\"BTC/USDT\", ETH/USDT, 'a''b', ]",
      'empty: []',
      'none:',
      'list:',
      '- one # first',
      '- "two # not a comment"',
      'strategyParameters:',
      '    scalp:',
      '      targetR: 1.5',
      '    range_fade: {}',
      '',
    ];
    const expected = {
      stage: 'hybrid',
      riskPerTrade: 0.005,
      maximumNotional: null,
      sound: true,
      symbols: ['BTC/USDT', 'ETH/USDT', "a'b"],
      empty: [],
      none: null,
      list: ['one', 'two # not a comment'],
      strategyParameters: { scalp: { targetR: 1.5 }, range_fade: {} },
    };
    expect(read(text.join('\n'))).toEqual(expected);
    expect(read(`\uFEFF---\r\n${text.join('\r\n')}`)).toEqual(expected);
    expect(read('\n# nothing\n')).toEqual({});
  });

  it.each([
    ['a: 1\nb: &anchor 2', 2, 'not understood'],
    ['a: 1\n\nb: *anchor', 3, 'not understood'],
    ['a: !!js/function "x"', 1, 'not understood'],
    ['a: |\n  text', 1, 'not understood'],
    ['a: {b: 1}', 1, 'not understood'],
    ['a: 1\na: 2', 2, 'twice'],
    ['a:\n\tb: 1', 2, 'tab'],
    ['a: 1\n  b: 2', 2, 'deeper'],
    ['a:\n  b: 1\n c: 2', 3, 'indented'],
    ['just words', 1, 'name: value'],
    ['- a list', 1, 'name: value'],
    ['a: [1, 2', 1, 'same line'],
    ['a: [1, [2]]', 1, 'list'],
    ['a: "open', 1, 'double quotes'],
    ['a: "bad \\x"', 1, 'escape'],
    ["a: 'open", 1, 'quotes'],
    ['a: b: c', 1, 'not understood'],
    ['a:\n- 1\n  - 2', 3, 'deeper'],
  ])('refuses %j at its line', (text, line, words) => {
    expect(refused(text)).toMatchObject({ kind: 'invalid', line });
    expect(refused(text)?.message).toMatch(new RegExp(`^Line ${line}: .*${words}`));
  });

  it('a name that JavaScript keeps for itself is a name like any other', () => {
    const value = read('__proto__:\n  polluted: true') as Record<string, YamlValue>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('what is written is read again, whatever the texts hold', () => {
    const scalar = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    );
    const key = fc.string({ minLength: 1 });
    const { tree } = fc.letrec<{ tree: { [key: string]: YamlValue } }>((tie) => ({
      tree: fc.dictionary(key, fc.oneof({ maxDepth: 3 }, scalar, fc.array(scalar, { maxLength: 4 }), tie('tree')), {
        maxKeys: 4,
      }),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(JSON.stringify(read(writeYaml(value)))).toBe(JSON.stringify(value));
      }),
      { numRuns: 300 },
    );
  });

  it('whatever text comes, it is read or refused, never a bug', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', ':', ' ', '\n', '-', '[', ']', '"', "'", '#', '{', '}', ',', '1')),
        (parts) => {
          readYaml(parts.join(''));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
