/**
 * Finds in `core` what would make two runs differ: the time, the time zone, the locale, randomness, timers, the console
 * and every other door to the machine. (The compiler sees most of it too, as `core` has no types of Node or the DOM;
 * Date, Math.random and the locale belong to the language, and only this check sees them.)
 */
import { dottedName, nodeAt, parse, type SourceFile, type SyntaxNode, stringOf, walk } from './source.ts';

const doors = new Set(
  (
    'setTimeout setInterval setImmediate clearTimeout clearInterval queueMicrotask requestAnimationFrame ' +
    'requestIdleCallback performance console crypto process globalThis global window self document navigator ' +
    'localStorage sessionStorage indexedDB fetch WebSocket Worker MessageChannel Buffer TextEncoder TextDecoder ' +
    'require eval Intl WeakRef FinalizationRegistry Atomics SharedArrayBuffer'
  ).split(' '),
);

/** Methods whose answer depends on the machine's time zone or language. */
const localMethods =
  /^(?:[gs]et(?:Hours|Minutes|Seconds|Milliseconds|Date|Day|Month|FullYear|Year)|getTimezoneOffset|toLocale\w+|localeCompare|to(?:Date|Time)String)$/;

/** Every use of ambient state in `files`, one sentence each. */
export function checkAmbient(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const { program } = parse(file);
    const declared = declaredNames(program);
    const faults: string[] = [];
    const report = (node: SyntaxNode, what: string) => {
      faults.push(`${file.path}:${file.text.slice(0, node.start).split('\n').length}: core uses ${what}`);
    };
    walk(program, (node, parent, key) => {
      const property = node.type === 'MemberExpression' ? dottedName(nodeAt(node, 'property')) : null;
      if (property !== null && node.computed !== true && localMethods.test(property)) report(node, `.${property}()`);
      if (node.type !== 'Identifier' || !isReference(parent, key)) return;
      const name = String(node.name);
      if (name === 'Date') {
        if (!isFixedDate(node, parent, key)) report(node, 'Date without a given instant');
      } else if (name === 'Math') {
        if (!isPureMath(parent, key)) report(node, 'Math.random or Math as a whole');
      } else if (doors.has(name) && !declared.has(name)) report(node, name);
    });
    return faults;
  });
}

/** Is the identifier at `key` of `parent` the use of a variable (and not a name of a property, type or declaration)? */
function isReference(parent: SyntaxNode | null, key: string): boolean {
  if (parent === null) return false;
  if (parent.type === 'MemberExpression') return key === 'object' || parent.computed === true;
  const expressions = [
    'TSAsExpression',
    'TSSatisfiesExpression',
    'TSNonNullExpression',
    'TSTypeAssertion',
    'TSInstantiationExpression',
  ];
  if (parent.type.startsWith('TS')) return key === 'expression' && expressions.includes(parent.type);
  if (key === 'key') return parent.computed === true;
  if (key === 'label' || key === 'imported' || key === 'exported') return false;
  return !(key === 'id' || key === 'params' || key === 'param');
}

/** `new Date(instant)`, `Date.UTC(...)`, `Date.parse(text)` and `x instanceof Date` depend on nothing but their inputs. */
function isFixedDate(node: SyntaxNode, parent: SyntaxNode | null, key: string): boolean {
  if (parent?.type === 'NewExpression' && key === 'callee') {
    const given = parent.arguments;
    // Two arguments and more are a local date.
    return Array.isArray(given) && given.length === 1 && (given[0] as SyntaxNode).type !== 'SpreadElement';
  }
  if (parent?.type === 'BinaryExpression') return parent.operator === 'instanceof' && parent.right === node;
  return parent?.type === 'MemberExpression' && ['Date.UTC', 'Date.parse'].includes(dottedName(parent) ?? '');
}

function isPureMath(parent: SyntaxNode | null, key: string): boolean {
  if (parent?.type !== 'MemberExpression' || key !== 'object') return false;
  const property = parent.computed === true ? stringOf(parent.property) : dottedName(nodeAt(parent, 'property'));
  return property !== null && property !== 'random';
}

/** Names that the file declares itself: a parameter called `performance` is not the clock. */
function declaredNames(program: SyntaxNode): Set<string> {
  const names = new Set<string>();
  const bind = (pattern: unknown): void => {
    const node = pattern as SyntaxNode | null;
    if (node === null || typeof node !== 'object') return;
    if (node.type === 'Identifier') names.add(String(node.name));
    else if (node.type === 'AssignmentPattern') bind(node.left);
    else if (node.type === 'RestElement') bind(node.argument);
    else if (node.type === 'Property') bind(node.value);
    else for (const part of [node.elements, node.properties, node.items]) if (Array.isArray(part)) part.forEach(bind);
  };
  walk(program, (node) => {
    for (const key of ['id', 'param', 'local']) bind(nodeAt(node, key));
    if (Array.isArray(node.params)) node.params.forEach(bind);
  });
  return names;
}
