/** Settings as a file, out and in (WS-18), with the gates that an analysis recommends (PH-43). Keys of exchanges are no settings. */
import { DEFAULT_SETTINGS, SETTING_MEANINGS } from '#contract/areas/setting-defaults.ts';
import { type Settings, type SettingsPatch, settingsSchema } from '#contract/areas/settings.ts';
import { err, type Fault, ok, type Result } from '#core/base/result.ts';
import {
  readYaml,
  writeYaml,
  type YamlEntry,
  type YamlNode,
  type YamlValue,
  yamlValue,
} from '#main/files/plain-yaml.ts';
import { gateObjections } from './scalp-gate-settings.ts';
import { parameterObjections } from './strategy-settings.ts';

export interface SettingChange {
  readonly key: keyof Settings;
  readonly from: YamlValue;
  readonly to: YamlValue;
}

export interface SettingsReading {
  /** What differs from the settings in force, and nothing else. */
  readonly patch: SettingsPatch;
  readonly changes: readonly SettingChange[];
}

/** A file with more is not corrected line by line. */
const OBJECTIONS_SHOWN = 12;
const ADVICE_VERSION = 1;

/** All settings with their labels as comments; ends with a line feed. */
export function settingsText(settings: Settings): string {
  const lines = Object.keys(DEFAULT_SETTINGS).map((key) => {
    const name = key as keyof Settings;
    return `# ${SETTING_MEANINGS[name].label}\n${writeYaml({ [name]: settings[name] as YamlValue })}`;
  });
  return ['# Settings of Shadowdesk. Keys of exchanges and tokens are not in it.', ...lines].join('\n');
}

/**
 * What a file would change. Its entries are settings by name; `scalpGates` may also be the mapping that the gate analysis
 * writes: what it enables is added to the gates in force, what it disables is taken away, its best combination is left to
 * the trader. One bad line refuses the whole file, with every objection and its line.
 */
export function readSettings(text: string, current: Settings): Result<SettingsReading, Fault<'invalid'>> {
  const parsed = readYaml(text);
  if (!parsed.ok) return parsed;
  const objections: string[] = [];
  const changes: SettingChange[] = [];
  const patch: Record<string, unknown> = {};
  for (const [name, entry] of parsed.value.entries) {
    if (!isSetting(name)) {
      objections.push(`line ${entry.line}: there is no setting "${name}"`);
      continue;
    }
    const before = objections.length;
    const value = name === 'scalpGates' ? gatesOf(entry, current.scalpGates, objections) : yamlValue(entry.node);
    if (objections.length === before) objections.push(...valueObjections(name, value, entry));
    if (objections.length > before || isSame(value, current[name])) continue;
    patch[name] = value;
    changes.push({ key: name, from: current[name] as YamlValue, to: value });
  }
  if (objections.length === 0) return ok({ patch: patch as SettingsPatch, changes });
  const shown = objections.slice(0, OBJECTIONS_SHOWN);
  const more = objections.length - shown.length;
  return err({
    kind: 'invalid',
    message: `The file is not taken: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
    remedy: 'Correct the lines; nothing was changed.',
  });
}

function isSetting(name: string): name is keyof Settings {
  return Object.hasOwn(DEFAULT_SETTINGS, name);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function valueObjections(name: keyof Settings, value: YamlValue, entry: YamlEntry): readonly string[] {
  const checked = settingsSchema.shape[name].safeParse(value);
  if (!checked.success) {
    return checked.error.issues.map(({ path, message }) => {
      const where = [name, ...path.map(String)].join('.');
      return `line ${lineAt(entry, path)}: ${where}: ${message}`;
    });
  }
  const fits =
    name === 'strategyParameters'
      ? parameterObjections(checked.data as Settings['strategyParameters'])
      : name === 'scalpGates'
        ? gateObjections(checked.data as Settings['scalpGates'])
        : [];
  return fits.map((objection) => `line ${entry.line}: ${name}: ${objection}`);
}

/** The line of the value that a path leads to, as far as it goes. */
function lineAt({ line, node }: YamlEntry, path: readonly PropertyKey[]): number {
  const [first, ...rest] = path;
  if (first === undefined || node.kind === 'scalar') return line;
  const next = node.kind === 'list' ? listEntry(node.items[Number(first)]) : node.entries.get(String(first));
  return next === undefined ? line : lineAt(next, rest);
}

function listEntry(node: YamlNode | undefined): YamlEntry | undefined {
  return node === undefined ? undefined : { line: node.line, node };
}

function gatesOf({ line, node }: YamlEntry, current: readonly string[], objections: string[]): YamlValue {
  if (node.kind !== 'mapping') return yamlValue(node);
  const advice = yamlValue(node) as Readonly<Record<string, YamlValue>>;
  if (advice.version !== ADVICE_VERSION) {
    objections.push(
      `line ${line}: scalpGates: a recommendation of version ${ADVICE_VERSION} is understood, or a list of gates`,
    );
    return null;
  }
  const known = ['version', 'evidence', 'enable', 'disable', 'bestCombination'];
  for (const [name, entry] of node.entries) {
    if (!known.includes(name))
      objections.push(`line ${entry.line}: scalpGates: "${name}" is no part of a recommendation`);
  }
  const [enable, disable] = (['enable', 'disable'] as const).map((name) => {
    const checked = settingsSchema.shape.scalpGates.safeParse(advice[name] ?? []);
    const where = node.entries.get(name)?.line ?? line;
    const wrong = checked.success ? gateObjections(checked.data) : ['a list of names of gates is expected'];
    objections.push(...wrong.map((objection) => `line ${where}: scalpGates.${name}: ${objection}`));
    return checked.success ? checked.data : [];
  }) as [string[], string[]];
  const both = enable.filter((name) => disable.includes(name));
  if (both.length > 0)
    objections.push(`line ${line}: scalpGates: ${both.join(', ')} cannot be enabled and disabled at once`);
  return [...new Set([...current, ...enable])].filter((name) => !disable.includes(name));
}
