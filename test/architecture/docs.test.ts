/** The documents name only what is there: rules, files, links, scripts, commands, settings, parameters, dependencies. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTING_MEANINGS } from '#contract/areas/setting-defaults.ts';
import { STRATEGIES } from '#core/signals/strategies/strategy-list.ts';
import { COMMON_OPTIONS } from '#main/hosts/cli/command.ts';
import { COMMANDS } from '#main/hosts/cli/commands/command-list.ts';
import { projectRoot, readSources } from './source.ts';

interface Document {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Pictures that the end-to-end tests take: named before they are there. */
const TAKEN_BY_TESTS: readonly string[] = ['docs/images/window-dark.png'];

const RULE = /\b(?:PL|MK|ST|FE|ML|PH|DE|TU|WS|RE|PE)-\d+\b/g;

const documents: readonly Document[] = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.split(sep).join('/')}`),
].map(document);

function document(path: string): Document {
  return { path, text: readFileSync(join(projectRoot, path), 'utf8') };
}

/** Every id that the specification explains: single ones, and ranges written as `**RE-20** to **RE-25**`. */
function explainedRules(texts: readonly string[]): ReadonlySet<string> {
  const rules = new Set<string>();
  for (const text of texts) {
    for (const [, rule = ''] of text.matchAll(/\*\*([A-Z]{2}-\d+)\*\*/g)) rules.add(rule);
    for (const [, area, first, last] of text.matchAll(/\*\*([A-Z]{2})-(\d+)\*\* to \*\*\1-(\d+)\*\*/g)) {
      for (let number = Number(first); number <= Number(last); number++) rules.add(`${area}-${number}`);
    }
  }
  return rules;
}

/** Rules that a text cites and the specification does not explain. */
function unexplained(file: Document, explained: ReadonlySet<string>): readonly string[] {
  const cited = new Set(file.text.match(RULE) ?? []);
  return [...cited].filter((rule) => !explained.has(rule)).map((rule) => `${file.path}: ${rule}`);
}

/** Rules of a specification file, each with its paragraphs up to the next rule or heading. Lists hold what is not built. */
function builtRules(text: string): readonly { readonly rule: string; readonly body: string }[] {
  return text
    .split(/^(?=\*\*[A-Z]{2}-\d+\*\*|#)/m)
    .map((body) => ({ rule: /^\*\*([A-Z]{2}-\d+)\*\*/.exec(body)?.[1] ?? '', body }))
    .filter(({ rule }) => rule !== '');
}

/** Paths in backticks that mean a place of this project; `src/core/...` with a wildcard is no path. */
function missingPaths({ path, text }: Document): readonly string[] {
  return [...text.matchAll(/`((?:src|test|scripts|docs|resources)\/[^`\s*]+)`/g)]
    .map(([, named = '']) => named)
    .filter((named) => !TAKEN_BY_TESTS.includes(named) && !existsSync(join(projectRoot, named)))
    .map((named) => `${path}: ${named}`);
}

function brokenLinks({ path, text }: Document): readonly string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const linked = file === '' ? path : posix.join(dirname(path), file);
      if (TAKEN_BY_TESTS.includes(linked)) return false;
      if (!existsSync(join(projectRoot, linked))) return true;
      return anchor !== undefined && !anchorsOf(document(linked).text).includes(anchor);
    })
    .map((target) => `${path}: ${target}`);
}

function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** `npm start`, `npm test` and `npm run x` that package.json does not know. */
function unknownScripts({ path, text }: Document, scripts: readonly string[]): readonly string[] {
  const called = [...text.matchAll(/\bnpm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g)];
  return called
    .map(([, run, short]) => run ?? short ?? '')
    .filter((name) => !scripts.includes(name))
    .map((name) => `${path}: npm run ${name}`);
}

/** The sections of the command line's page by the command they are about. */
function commandSections(text: string): ReadonlyMap<string, string> {
  const sections = text.split(/^## desk /m).slice(1);
  return new Map(sections.map((section) => [section.slice(0, section.indexOf('\n')).trim(), section]));
}

const specification = documents.filter(({ path }) => path.startsWith('docs/spec/'));
const explained = explainedRules(specification.map(({ text }) => text));
const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

describe('the documents', () => {
  it('WS-31: explain every rule that a test or a source cites', () => {
    const files = [...readSources('src', 'scripts', 'test'), ...documents];
    const own = 'test/architecture/docs.test.ts';
    const faults = files.filter(({ path }) => path !== own).flatMap((file) => unexplained(file, explained));
    expect(faults).toEqual([]);
  });

  it('WS-31: give every built rule a home in the code', () => {
    const homeless = specification.flatMap(({ path, text }) =>
      builtRules(text)
        .filter(({ body }) => !/^Home: /m.test(body))
        .map(({ rule }) => `${path}: ${rule}`),
    );
    expect(homeless).toEqual([]);
  });

  it('WS-31: name only files that exist', () => {
    expect(documents.flatMap(missingPaths)).toEqual([]);
  });

  it('WS-31: link only to what exists, headings included', () => {
    expect(documents.flatMap(brokenLinks)).toEqual([]);
  });

  it('WS-31: call only npm scripts that exist', () => {
    expect(documents.flatMap((file) => unknownScripts(file, Object.keys(manifest.scripts)))).toEqual([]);
  });

  it('WS-3, WS-31: have one section for each command of the command line, with options that it takes', () => {
    const sections = commandSections(document('docs/guide/command-line.md').text);
    expect([...sections.keys()].sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
    for (const command of COMMANDS) {
      const taken = Object.keys({ ...command.options, ...COMMON_OPTIONS });
      const named = [...(sections.get(command.name) ?? '').matchAll(/\bdesk [^\n`]*|`--[a-z-]+[^`]*`/g)]
        .filter(([call]) => call.startsWith('`') || call.startsWith(`desk ${command.name}`))
        .flatMap(([call]) => [...call.matchAll(/--([a-z-]+)/g)].map(([, option = '']) => option));
      expect(
        named.filter((option) => !taken.includes(option)),
        command.name,
      ).toEqual([]);
    }
  });

  it('WS-5, WS-31: say what each setting means', () => {
    const { text } = document('docs/guide/settings.md');
    const labels = Object.values(SETTING_MEANINGS).map(({ label }) => label);
    expect(labels.filter((label) => !text.includes(`| ${label} |`))).toEqual([]);
  });

  it('ST-1, WS-31: give the parameters of each strategy as its schema has them, and show its chart', () => {
    for (const { id, parameters } of STRATEGIES) {
      const { text } = document(`docs/guide/${id.replaceAll('_', '-')}.md`);
      for (const { name, default: usual, minimum, maximum, step, unit, meaning } of parameters) {
        const cells = [`\`${name}\``, usual, `${minimum} to ${maximum}`, step, unit, meaning];
        const row = `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`;
        expect(text, `${id}, ${name}`).toContain(row);
      }
      expect(text, id).toContain(`](../images/strategies/${id}.svg)`);
    }
  });

  it('RE-56: have a line of reason for each dependency, and for none that is gone', () => {
    const { text } = document('docs/decisions/0001-dependencies.md');
    const rows = [...text.matchAll(/^\| ([^|]+) \|/gm)]
      .map(([, cell = '']) => cell)
      .filter((cell) => cell !== 'package');
    const named = rows.flatMap((cell) => cell.split(', '));
    const installed = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(named.sort()).toEqual(installed.sort());
  });

  it('hold no path of a machine', () => {
    const places = /(?:^|[\s`("'])\/(?:home|root|Users|work|tmp|var|opt)\/\S*/g;
    expect(
      documents.flatMap(({ path, text }) => (text.match(places) ?? []).map((place) => `${path}: ${place}`)),
    ).toEqual([]);
  });
});

describe('planted faults', () => {
  const plant = (text: string): Document => ({ path: 'docs/planted.md', text });

  it('a rule that nobody explains is named', () => {
    const rules = explainedRules(['**PH-1** a phantom', '- **RE-20** to **RE-22** orders']);
    expect([...rules]).toEqual(['PH-1', 'RE-20', 'RE-22', 'RE-21']);
    expect(unexplained(plant('PH-1, RE-21 and PH-2'), rules)).toEqual(['docs/planted.md: PH-2']);
  });

  it('a rule without a home is seen, one in the list of what is not built is none', () => {
    const rules = builtRules(
      '# A\n\n**PH-1** text\nHome: `a`\n\n**PH-2** text\n\n## Not built yet\n\n- **PH-3** text\n',
    );
    expect(rules.map(({ rule, body }) => [rule, /^Home: /m.test(body)])).toEqual([
      ['PH-1', true],
      ['PH-2', false],
    ]);
  });

  it('a missing file, link, heading or script is named', () => {
    expect(missingPaths(plant('`src/core/none.ts` and `src/core/engine/run.ts`'))).toEqual([
      'docs/planted.md: src/core/none.ts',
    ]);
    expect(
      brokenLinks(plant('[a](none.md) [b](glossary.md#glossary) [c](glossary.md#none) [d](https://x.org)')),
    ).toEqual(['docs/planted.md: none.md', 'docs/planted.md: glossary.md#none']);
    expect(unknownScripts(plant('`npm run none`, `npm run -s desk`, `npm test`, `npm ci`'), ['desk', 'test'])).toEqual([
      'docs/planted.md: npm run none',
    ]);
  });
});
