/**
 * The part of YAML 1.2 that settings need, read strictly and written: block mappings, lists on one line or as `- ` items,
 * and scalars on one line. What is not understood is refused with its line, never guessed.
 */
import { err, type Fault, ok, type Result } from '#core/base/result.ts';

export type YamlScalar = string | number | boolean | null;

/** Each node knows the line that it begins on, counted from 1. */
export type YamlNode =
  | { readonly kind: 'scalar'; readonly line: number; readonly value: YamlScalar }
  | { readonly kind: 'list'; readonly line: number; readonly items: readonly YamlNode[] }
  | { readonly kind: 'mapping'; readonly line: number; readonly entries: ReadonlyMap<string, YamlEntry> };

export interface YamlEntry {
  readonly line: number;
  readonly node: YamlNode;
}

export interface YamlFault extends Fault<'invalid'> {
  readonly line: number;
}

export type YamlValue = YamlScalar | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** More is no file of settings. */
const LONGEST_TEXT = 256 * 1024;
const DEEPEST = 8;
const INDENT = 2;
/** What YAML reads as something else than a word: tags, anchors, aliases, block texts, directives. */
const SPECIAL = /^[&*!|>%@`?{}[\],]/;
const NUMBER = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;

interface Line {
  readonly number: number;
  readonly indent: number;
  readonly text: string;
}

/** The mapping that a document is; an empty one is an empty mapping. */
export function readYaml(text: string): Result<Extract<YamlNode, { kind: 'mapping' }>, YamlFault> {
  try {
    if (text.length > LONGEST_TEXT) throw new YamlFailure(1, 'the file is too long for settings');
    const reader = new BlockReader(linesOf(text));
    const node = reader.block(0, 0);
    if (node === null) return ok({ kind: 'mapping', line: 1, entries: new Map() });
    reader.end();
    if (node.kind !== 'mapping') throw new YamlFailure(node.line, 'settings are lines of the form "name: value"');
    return ok(node);
  } catch (error) {
    if (!(error instanceof YamlFailure)) throw error;
    const { line } = error;
    return err({ kind: 'invalid', line, message: `Line ${line}: ${error.message}.`, remedy: 'Correct the line.' });
  }
}

/** The plain value of a node. */
export function yamlValue(node: YamlNode): YamlValue {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(yamlValue);
    case 'mapping':
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, yamlValue(entry.node)]));
  }
}

/** Block mappings, lists on one line, texts double-quoted in JSON's notation. Each entry ends with a line feed. */
export function writeYaml(value: { readonly [key: string]: YamlValue }, indent = 0): string {
  return Object.entries(value)
    .map(([key, one]) => {
      const head = `${' '.repeat(indent)}${/^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key)}:`;
      if (!isMapping(one)) return `${head} ${flowText(one)}\n`;
      return Object.keys(one).length === 0 ? `${head} {}\n` : `${head}\n${writeYaml(one, indent + INDENT)}`;
    })
    .join('');
}

function isMapping(value: YamlValue): value is { readonly [key: string]: YamlValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function flowText(value: YamlValue): string {
  return Array.isArray(value) ? `[${value.map(flowText).join(', ')}]` : JSON.stringify(value);
}

class YamlFailure extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

function linesOf(text: string): Line[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .flatMap((raw, index) => {
      const number = index + 1;
      const bare = withoutComment(raw).trimEnd();
      const content = bare.trimStart();
      if (content === '' || (content === '---' && number === 1)) return [];
      const lead = bare.slice(0, bare.length - content.length);
      if (lead.includes('\t')) throw new YamlFailure(number, 'it begins with a tab; YAML indents with spaces');
      return [{ number, indent: lead.length, text: content }];
    });
}

/** A # begins a comment at the start or after a space, outside quotes. */
function withoutComment(line: string): string {
  let quote: string | null = null;
  for (let index = 0; index < line.length; index++) {
    const character = line[index] as string;
    if (quote !== null) {
      if (character === '\\' && quote === '"') index++;
      else if (character === quote) quote = null;
    } else if ((character === '"' || character === "'") && /^$|[\s[,:-]/.test(line[index - 1] ?? '')) quote = character;
    else if (character === '#' && /^$|\s/.test(line[index - 1] ?? '')) return line.slice(0, index);
  }
  return line;
}

class BlockReader {
  readonly #lines: readonly Line[];
  #next = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  /** The block whose lines stand exactly at `indent`; null where the next line stands less deep. */
  block(indent: number, depth: number): YamlNode | null {
    const first = this.#lines[this.#next];
    if (first === undefined || first.indent < indent) return null;
    if (depth > DEEPEST) throw new YamlFailure(first.number, 'it is nested too deep');
    return first.text === '-' || first.text.startsWith('- ') ? this.#list(first) : this.#mapping(first, depth);
  }

  end(): void {
    const left = this.#lines[this.#next];
    if (left !== undefined) throw new YamlFailure(left.number, 'it is indented as nothing before it');
  }

  #list({ number: line, indent }: Line): YamlNode {
    const items: YamlNode[] = [];
    for (let one = this.#lines[this.#next]; one !== undefined; one = this.#lines[this.#next]) {
      if (one.indent !== indent || !one.text.startsWith('- ')) break;
      items.push(inline(one.text.slice(2).trim(), one.number));
      this.#next++;
    }
    this.#refuseDeeper(indent);
    return { kind: 'list', line, items };
  }

  #mapping({ number: line, indent }: Line, depth: number): YamlNode {
    const entries = new Map<string, YamlEntry>();
    for (let one = this.#lines[this.#next]; one !== undefined; one = this.#lines[this.#next]) {
      if (one.indent !== indent) break;
      const { key, rest } = keyOf(one);
      if (entries.has(key)) throw new YamlFailure(one.number, `"${key}" stands here twice`);
      this.#next++;
      entries.set(key, { line: one.number, node: rest === '' ? this.#below(one, depth) : inline(rest, one.number) });
    }
    this.#refuseDeeper(indent);
    return { kind: 'mapping', line, entries };
  }

  /** What stands below `key:`; nothing is null. A list may stand at the depth of its key. */
  #below({ number, indent }: Line, depth: number): YamlNode {
    const next = this.#lines[this.#next];
    const isListHere = next?.indent === indent && next.text.startsWith('- ');
    const below = this.block(isListHere ? indent : indent + 1, depth + 1);
    return below ?? { kind: 'scalar', line: number, value: null };
  }

  #refuseDeeper(indent: number): void {
    const next = this.#lines[this.#next];
    if (next !== undefined && next.indent > indent) {
      throw new YamlFailure(next.number, 'it is indented deeper than the lines that it belongs to');
    }
  }
}

function keyOf({ number, text }: Line): { readonly key: string; readonly rest: string } {
  const quoted = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*:(?=\s|$)/.exec(text);
  const plain = /^([^\s"'#:[\]{},&*!|>%@`-][^:#]*?)\s*:(?=\s|$)/.exec(text);
  const found = quoted ?? plain;
  if (found === null) throw new YamlFailure(number, 'it is not of the form "name: value"');
  const name = found[1] as string;
  const key = quoted === null ? name : scalar(name, number);
  return { key: String(key), rest: text.slice(found[0].length).trim() };
}

/** A value on one line. */
function inline(text: string, line: number): YamlNode {
  if (text === '{}') return { kind: 'mapping', line, entries: new Map() };
  if (!text.startsWith('[')) return { kind: 'scalar', line, value: scalar(text, line) };
  if (!text.endsWith(']')) throw new YamlFailure(line, 'a list that begins with [ ends with ] on the same line');
  const inner = text.slice(1, -1).trim();
  const items = inner === '' ? [] : partsOf(inner, line).map((part) => scalar(part, line));
  return { kind: 'list', line, items: items.map((value) => ({ kind: 'scalar', line, value })) };
}

const LIST_PART = /\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,"'[\]{}]+?)\s*(,|$)/y;

function partsOf(inner: string, line: number): string[] {
  const parts: string[] = [];
  let isOver = false;
  LIST_PART.lastIndex = 0;
  while (!isOver) {
    const match = LIST_PART.exec(inner);
    if (match === null) throw new YamlFailure(line, 'the list is not understood');
    parts.push(match[1] as string);
    isOver = match[2] === '';
    // A comma at the very end, as YAML allows.
    if (!isOver && inner.slice(LIST_PART.lastIndex).trim() === '') isOver = true;
  }
  return parts;
}

function scalar(text: string, line: number): YamlScalar {
  if (text.startsWith('"')) return quotedText(text, line);
  if (text.startsWith("'")) {
    if (!/^'(?:[^']|'')*'$/.test(text)) throw new YamlFailure(line, 'a text in quotes does not end');
    return text.slice(1, -1).replaceAll("''", "'");
  }
  if (SPECIAL.test(text) || /:(\s|$)/.test(text) || text === '-') {
    throw new YamlFailure(line, `"${text.slice(0, 40)}" is not understood here; put a text in double quotes`);
  }
  if (text === '' || text === 'null' || text === '~') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  return NUMBER.test(text) ? Number(text) : text;
}

/** JSON's notation, which is what is written here, is part of YAML's. */
function quotedText(text: string, line: number): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return value;
  } catch {
    // Told below: the text is the reader's, not the program's.
  }
  throw new YamlFailure(line, 'a text in double quotes does not end, or has an escape that JSON does not know');
}
