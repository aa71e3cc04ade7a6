/** Reads and parses the project's sources for the architecture tests: files, their imports, exports and syntax tree. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** A file by its path from the project's root, with `/` between the parts. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface ImportSite {
  /** As written: `./a.ts`, `#core/base/result.ts`, `node:fs`, `zod`. */
  readonly specifier: string;
  readonly typeOnly: boolean;
  /** Names taken from the module; `*` when it is taken as a whole. */
  readonly names: readonly string[];
  readonly line: number;
}

/** A node of the syntax tree (ESTree with TypeScript and JSX). */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

export interface ParsedFile extends SourceFile {
  readonly program: SyntaxNode;
  readonly imports: readonly ImportSite[];
  readonly exports: readonly { readonly name: string; readonly typeOnly: boolean; readonly line: number }[];
  /** Re-exports of other modules, `export ... from`. They are among `imports` too. */
  readonly reExports: readonly { readonly specifier: string; readonly everything: boolean; readonly line: number }[];
  /** `import(x)` with an `x` that no reader of the source can follow. */
  readonly computedImports: readonly { readonly line: number }[];
}

const parsable = /\.(ts|tsx|mts|mjs)$/;

/** Every TypeScript and module file below `folders` (from the project's root). A folder that is not there yet is empty. */
export function readSources(...folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) => {
    const absolute = join(projectRoot, folder);
    if (!existsSync(absolute)) return [];
    return readdirSync(absolute, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && parsable.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => ({
        path: file.slice(projectRoot.length).split(sep).join('/').replace(/^\//, ''),
        text: readFileSync(file, 'utf8'),
      }))
      .sort((one, other) => (one.path < other.path ? -1 : 1));
  });
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';
}

/** Calls `visit` for every node below and including `node`, with its parent and the key under which the parent holds it. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, parent: SyntaxNode | null, key: string) => void,
  parent: SyntaxNode | null = null,
  key = '',
): void {
  visit(node, parent, key);
  for (const [childKey, child] of Object.entries(node)) {
    if (Array.isArray(child)) for (const item of child) isNode(item) && walk(item, visit, node, childKey);
    else if (isNode(child)) walk(child, visit, node, childKey);
  }
}

/** `node` as a node, or null; for the untyped children of a syntax tree. */
export function nodeAt(node: SyntaxNode | null, key: string): SyntaxNode | null {
  const child = node?.[key];
  return isNode(child) ? child : null;
}

/** The text of a string literal, or null. */
export function stringOf(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis) || node.quasis.length !== 1) return null;
  const [quasi] = node.quasis as readonly { readonly value: { readonly cooked: string } }[];
  return quasi?.value.cooked ?? null;
}

/** `import.meta`, `import.meta.url`, `a.b` as text; null for anything else. */
export function dottedName(node: SyntaxNode | null): string | null {
  if (node?.type === 'Identifier') return String(node.name);
  if (node?.type === 'MetaProperty') return 'import.meta';
  if (node?.type !== 'MemberExpression') return null;
  const object = dottedName(nodeAt(node, 'object'));
  const property = node.computed === true ? stringOf(node.property) : dottedName(nodeAt(node, 'property'));
  return object === null || property === null ? null : `${object}.${property}`;
}

export function parse(file: SourceFile): ParsedFile {
  const parsed = parseSync(file.path, file.text);
  const [fault] = parsed.errors;
  if (fault !== undefined) throw new Error(`${file.path}: ${fault.message}`);
  const program = parsed.program as unknown as SyntaxNode;
  const lineAt = (offset: number) => file.text.slice(0, offset).split('\n').length;

  // With `import { type A }` the module is still loaded; only `import type` leaves nothing behind.
  const typeStatements = new Set(
    (program.body as readonly SyntaxNode[])
      .filter((statement) => statement.importKind === 'type' || statement.exportKind === 'type')
      .map((statement) => statement.start),
  );

  const imports: ImportSite[] = parsed.module.staticImports.map((site) => ({
    specifier: site.moduleRequest.value,
    typeOnly: typeStatements.has(site.start),
    names: site.entries.map(
      (entry) => entry.importName.name ?? (entry.importName.kind === 'Default' ? 'default' : '*'),
    ),
    line: lineAt(site.start),
  }));
  const exports: { name: string; typeOnly: boolean; line: number }[] = [];
  const reExports: { specifier: string; everything: boolean; line: number }[] = [];
  for (const site of parsed.module.staticExports) {
    const line = lineAt(site.start);
    for (const entry of site.entries) {
      const everything = entry.importName.kind === 'All' || entry.importName.kind === 'AllButDefault';
      if (entry.moduleRequest !== null) {
        const specifier = entry.moduleRequest.value;
        imports.push({
          specifier,
          typeOnly: typeStatements.has(site.start),
          names: [everything ? '*' : (entry.importName.name ?? '*')],
          line,
        });
        reExports.push({ specifier, everything, line });
      }
      const name = entry.exportName.name ?? (entry.exportName.kind === 'Default' ? 'default' : null);
      if (name !== null) exports.push({ name, typeOnly: entry.isType, line });
    }
  }
  const computedImports: { line: number }[] = [];
  walk(program, (node) => {
    const specifier = lazySpecifier(node);
    const line = lineAt(node.start);
    if (specifier !== null) imports.push({ specifier, typeOnly: node.type === 'TSImportType', names: ['*'], line });
    else if (node.type === 'ImportExpression' && stringOf(node.source) === null) computedImports.push({ line });
  });
  return { ...file, program, imports, exports, reExports, computedImports };
}

/** The module named by `import('x')`, `require('x')`, `import.meta.resolve('x')`, `new URL('./x', import.meta.url)`. */
function lazySpecifier(node: SyntaxNode): string | null {
  if (node.type === 'ImportExpression' || node.type === 'TSImportType') return stringOf(node.source);
  const [first, second] = Array.isArray(node.arguments) ? (node.arguments as readonly SyntaxNode[]) : [];
  const callee = dottedName(nodeAt(node, 'callee'));
  if (node.type === 'CallExpression' && ['require', 'require.resolve', 'import.meta.resolve'].includes(callee ?? '')) {
    return stringOf(first);
  }
  if (node.type === 'NewExpression' && callee === 'URL' && dottedName(second ?? null) === 'import.meta.url') {
    const path = stringOf(first);
    // A folder or a picture is not a module.
    return path !== null && parsable.test(path) ? path : null;
  }
  return null;
}

/** The file inside the project that `specifier` in `from` means (`src/core/base/result.ts`), or null for a package. */
export function resolveInside(from: string, specifier: string): string | null {
  const [bare = ''] = specifier.split('?');
  if (bare.startsWith('.')) return posix.normalize(posix.join(posix.dirname(from), bare));
  if (bare.startsWith('#test/')) return `test/${bare.slice('#test/'.length)}`;
  return bare.startsWith('#') ? `src/${bare.slice(1)}` : null;
}
