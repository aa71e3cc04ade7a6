/** The truth log as JSON Lines (ST-20), in and out: `{signal_id, completed, outcome, max_favorable_pips, ...}` per line. */
import { createReadStream } from 'node:fs';
import { ok, type Result } from '#core/base/result.ts';
import { TRUTH_OUTCOMES, type TruthFacts, type TruthOutcome } from '#core/domain/truth-log.ts';
import { quote } from './candle-layout.ts';
import type { FileFault } from './file-fault.ts';
import { readTextFile } from './text-file.ts';

/** One line, counted from 1: what it says of a signal, or why it says nothing. */
export type TruthLine =
  | { readonly line: number; readonly name: string; readonly truth: TruthFacts }
  | { readonly line: number; readonly reason: string };

const KNOWN = [
  'signal_id',
  'completed',
  'outcome',
  'max_favorable_pips',
  'max_adverse_pips',
  'runtime_seconds',
] as const;
const LONGEST_NAME = 300;

export async function readTruthFile(path: string): Promise<Result<readonly TruthLine[], FileFault>> {
  const text = await readTextFile(createReadStream(path));
  return text.ok ? ok(parseTruth(text.value)) : text;
}

export function parseTruth(text: string): readonly TruthLine[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line, index): TruthLine[] => (line.trim() === '' ? [] : [lineOf(line, index + 1)]));
}

/** A line of ours, without its line break. Fields that are not known are null. */
export function truthLine(name: string, truth: TruthFacts): string {
  return JSON.stringify({
    signal_id: name,
    completed: truth.completed,
    outcome: truth.outcome,
    max_favorable_pips: truth.maxFavorablePips,
    max_adverse_pips: truth.maxAdversePips,
    runtime_seconds: truth.runtimeSeconds,
  });
}

function lineOf(text: string, line: number): TruthLine {
  const fields = objectOf(text);
  if (fields === null) return { line, reason: 'this is no JSON object' };
  // Others write more than is needed here (prices, notes): it is passed over, a misspelt field is then one that is missing.
  const { signal_id: name, completed, outcome = null } = fields;
  if (typeof name !== 'string' || name.trim() === '' || name.length > LONGEST_NAME) {
    return { line, reason: `signal_id must be text of 1 to ${LONGEST_NAME} characters` };
  }
  if (typeof completed !== 'boolean') return { line, reason: 'completed must be true or false' };
  if (outcome !== null && !isOutcome(outcome)) {
    const given = typeof outcome === 'string' ? quote(outcome) : String(typeof outcome);
    return { line, reason: `outcome must be ${TRUTH_OUTCOMES.join(', ')} or null, not ${given}` };
  }
  if (completed !== (outcome !== null)) {
    return { line, reason: completed ? 'a completed signal needs its outcome' : 'a running signal has no outcome yet' };
  }
  const figures: (number | null)[] = [];
  for (const field of KNOWN.slice(3)) {
    const value = fields[field] ?? null;
    if (value !== null && !(typeof value === 'number' && Number.isFinite(value) && value >= 0)) {
      return { line, reason: `${field} must be a number of 0 or more, or null` };
    }
    figures.push(value);
  }
  const [maxFavorablePips = null, maxAdversePips = null, runtimeSeconds = null] = figures;
  return { line, name, truth: { completed, outcome, maxFavorablePips, maxAdversePips, runtimeSeconds } };
}

function isOutcome(value: unknown): value is TruthOutcome {
  return (TRUTH_OUTCOMES as readonly unknown[]).includes(value);
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    // Only what the line itself says: `__proto__` in it is a field like any other.
    return Object.assign(Object.create(null), Object.fromEntries(Object.entries(value)));
  } catch {
    return null;
  }
}
