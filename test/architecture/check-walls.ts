/** Holds parsed sources against the table of walls and names every import that breaks it. */
import { builtinModules } from 'node:module';
import { dottedName, nodeAt, type ParsedFile, parse, resolveInside, type SourceFile, walk } from './source.ts';
import { publicDoors, type Room, rooms } from './walls.ts';

function contains(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** The room of a path under `src`, or null when the house has no such room. */
export function roomOf(path: string): Room | null {
  const inside = path.replace(/^src\//, '');
  const matching = rooms.filter((room) => contains(room.path, inside));
  return matching.reduce<Room | null>(
    (best, room) => (best && best.path.length > room.path.length ? best : room),
    null,
  );
}

/** Every breach of the walls in `files` (paths from the project's root), one sentence each. */
export function checkWalls(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path);
    if (room === null) return [`${file.path}: the house has no such room`];
    const parsed = parse(file);
    return [
      ...checkImports(parsed, room),
      ...checkBarrels(parsed),
      ...(room.process === true ? [] : checkProcess(parsed)),
    ];
  });
}

function checkImports(file: ParsedFile, room: Room): string[] {
  const faults = file.imports.flatMap(({ specifier, typeOnly, line }) => {
    const at = `${file.path}:${line}`;
    if (specifier.startsWith('../../../')) return [`${at}: \`${specifier}\` climbs too far, use a # path`];
    const target = resolveInside(file.path, specifier);
    const fault =
      target === null
        ? packageFault(room, specifier)
        : roomFault(file.path, room, target, { typeOnly, relative: specifier.startsWith('.') });
    return fault === null ? [] : [`${at}: ${fault}`];
  });
  const followed = room.path.startsWith('main') || room.path === 'renderer';
  const computed = followed
    ? []
    : file.computedImports.map(({ line }) => `${file.path}:${line}: import() of a computed name`);
  return [...faults, ...computed];
}

function roomFault(
  from: string,
  room: Room,
  target: string,
  { typeOnly, relative }: { readonly typeOnly: boolean; readonly relative: boolean },
): string | null {
  // A room's own files and what lies beside them (styles, JSON) are its own affair.
  const inside = target.replace(/^src\//, '');
  const neighbour = featureFault(from, inside, room);
  if (neighbour !== null) return neighbour;
  if (!target.startsWith('src/')) return `src imports \`${target}\`, which is not part of it`;
  const other = roomOf(target);
  if (other === null) return `\`${target}\` is in no room of the house`;
  if (contains(room.path, inside)) return null;
  // A room inside another (`hosts/web` in `hosts`) is near enough for a relative path.
  if (relative && !contains(other.path, room.path))
    return `a relative path leads from ${room.path} into ${other.path}, use a # path`;
  const shut = room.except?.some((path) => contains(path, inside)) === true;
  if (!shut && room.values.some((path) => contains(path, inside))) return null;
  const typesOpen = room.types?.some((path) => contains(path, inside)) === true;
  if (typesOpen && typeOnly) return null;
  return typesOpen
    ? `${room.path} may import types of ${other.path} only`
    : `${room.path} may not import ${other.path}`;
}

function featureFault(from: string, target: string, room: Room): string | null {
  if (room.siblings === undefined) return null;
  const featureOf = (path: string) => (contains(String(room.siblings), path) ? path.split('/')[2] : undefined);
  const [mine, theirs] = [featureOf(from.replace(/^src\//, '')), featureOf(target)];
  if (mine === undefined || theirs === undefined || mine === theirs) return null;
  return `${room.siblings}/${mine} may not import ${room.siblings}/${theirs}`;
}

function packageFault(room: Room, specifier: string): string | null {
  if (specifier.startsWith('node:')) return room.node === true ? null : `${room.path} may not use \`${specifier}\``;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (builtinModules.includes(name)) return `\`${specifier}\` is written node:${specifier}`;
  const allowed = room.packages?.some(([pattern]) =>
    pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
  return allowed === true ? null : `${room.path} may not use the package ${name}`;
}

function checkBarrels(file: ParsedFile): string[] {
  if (publicDoors.some(([path]) => path === file.path)) return [];
  const isIndex = /\/index\.tsx?$/.test(file.path);
  return file.reExports
    .filter(({ everything }) => everything || isIndex)
    .map(({ specifier, line }) => `${file.path}:${line}: a barrel re-exports \`${specifier}\`, import the file itself`);
}

/** `process.argv` and `process.env` in any spelling: members, destructuring, or the module `node:process`. */
function checkProcess(file: ParsedFile): string[] {
  const faults: string[] = [];
  const report = (offset: number, what: string) => {
    faults.push(`${file.path}:${file.text.slice(0, offset).split('\n').length}: ${what} is read by hosts only`);
  };
  walk(file.program, (node) => {
    const name = dottedName(node)?.replace(/^(globalThis|global)\./, '');
    if (name === 'process.argv' || name === 'process.env') report(node.start, name);
    const source = dottedName(nodeAt(node, 'init'));
    if (node.type === 'VariableDeclarator' && source?.replace(/^(globalThis|global)\./, '') === 'process') {
      report(node.start, 'process');
    }
  });
  for (const { specifier, line } of file.imports) {
    if (specifier === 'node:process') faults.push(`${file.path}:${line}: node:process is read by hosts only`);
  }
  return faults;
}
