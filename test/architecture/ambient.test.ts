/** Core has no clock, no randomness, no timers and no console of its own. */
import { describe, expect, it } from 'vitest';
import { checkAmbient } from './check-ambient.ts';
import { readSources } from './source.ts';

function planted(text: string): string[] {
  return checkAmbient([{ path: 'src/core/base/planted.ts', text }]);
}

it('PL-1: core uses no ambient state', () => {
  expect(checkAmbient(readSources('src/core'))).toEqual([]);
});

describe('planted ambient state is named', () => {
  it.each([
    'const now = Date.now();',
    'const now = Date["now"]();',
    'const now = new Date();',
    'const now = new Date;',
    'const now = Date();',
    'const local = new Date(2026, 0, 1);',
    'const { now } = Date;',
    'const clock = Date as unknown;',
    'const hour = new Date(0).getHours();',
    'const text = new Date(0).toLocaleDateString();',
    'names.sort((a, b) => a.localeCompare(b));',
    'const chance = Math.random();',
    'const chance = Math["random"]();',
    'const { random } = Math;',
    'setTimeout(() => {}, 1);',
    'const timers = { setInterval };',
    'queueMicrotask(step);',
    'const t = performance.now();',
    'console.log(1);',
    'const id = crypto.randomUUID();',
    'const home = process.env;',
    'const all = globalThis;',
    'const bytes = new TextEncoder().encode("a");',
    'const bytes = Buffer.from("a");',
    'await fetch("http://127.0.0.1");',
    'const zone = Intl.DateTimeFormat();',
    'function f(at = Date.now()) { return at; }',
    'function f({ t = performance.now() }) { return t; }',
  ])('%s', (text) => {
    const faults = planted(text);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults[0]).toMatch(/^src\/core\/base\/planted\.ts:1: core uses /);
  });
});

describe('what depends on its inputs alone passes', () => {
  it.each([
    'const day = new Date(openTime).getUTCDay();',
    'const at = Date.UTC(2026, 0, 1);',
    'const at = Date.parse(text);',
    'const is = value instanceof Date;',
    'function show(at: Date): Date { return at; }',
    'const root = Math.sqrt(2) + Math.PI;',
    'const report = { performance: 1, console: 2 }; report.performance;',
    'interface Report { readonly performance: number }',
    'function grade(performance: number): number { return performance; }',
    'type Grade = (performance: number) => number;',
    '// Date.now() and console.log() in a comment\nconst text = "Math.random()";',
  ])('%s', (text) => {
    expect(planted(text)).toEqual([]);
  });
});
