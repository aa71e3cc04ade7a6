/** Finds files that nothing loads and exports that nobody imports. */
import { type ParsedFile, parse, resolveInside, type SourceFile, walk } from './source.ts';

/** Files that a runtime or a bundler starts by name; their exports may be for it alone. */
const entryPoints: readonly RegExp[] = [
  /^src\/main\/hosts\/[^/]+\/(main|built)\.ts$/,
  /^src\/preload\/preload\.ts$/,
  /^src\/renderer\/boot\/[^/]+\.tsx?$/,
  /\.worker\.ts$/,
  /\.d\.ts$/,
];

/**
 * Every dead file and export among `sources`, one sentence each. `users` are further files whose imports count (tests
 * and scripts). A type that its own file uses is alive: it is the shape of something else that is exported.
 */
export function checkDeadCode(sources: readonly SourceFile[], users: readonly SourceFile[]): string[] {
  const parsed = sources.map(parse);
  const taken = namesTaken([...parsed, ...users.map(parse)]);
  return parsed
    .filter((file) => !entryPoints.some((pattern) => pattern.test(file.path)))
    .flatMap((file) => {
      const names = taken.get(file.path);
      if (names === undefined) return [`${file.path}: nothing imports this file`];
      if (names.has('*')) return [];
      return file.exports
        .filter(({ name, typeOnly }) => !names.has(name) && !(typeOnly && usesType(file, name)))
        .map(({ name, line }) => `${file.path}:${line}: nobody imports \`${name}\``);
    });
}

/** Per file, the names that other files take from it. */
function namesTaken(files: readonly ParsedFile[]): Map<string, Set<string>> {
  const taken = new Map<string, Set<string>>();
  for (const file of files) {
    for (const { specifier, names } of file.imports) {
      const target = resolveInside(file.path, specifier);
      if (target === null || target === file.path) continue;
      const known = taken.get(target) ?? new Set<string>();
      for (const name of names) known.add(name);
      taken.set(target, known);
    }
  }
  return taken;
}

function usesType(file: ParsedFile, name: string): boolean {
  let used = false;
  walk(file.program, (node, parent, key) => {
    if (node.type !== 'Identifier' || node.name !== name) return;
    const declares = key === 'id' && parent?.type.endsWith('Declaration') === true;
    const exported = parent?.type === 'ExportSpecifier';
    if (!declares && !exported) used = true;
  });
  return used;
}
