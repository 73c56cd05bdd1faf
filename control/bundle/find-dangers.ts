// What in a source looks dangerous, found on its syntax tree: code made of strings, the way to other processes and to
// files, loops without an end. These are warnings: the sandbox holds whatever the code does, so that what is missed
// here harms nobody, and the owner may have a reason.

import type { AnyNode } from 'acorn';
import { childrenOf, memberPath, walk } from './parse-source.ts';
import { staticValue } from './static-value.ts';

export interface Danger {
  readonly message: string;
  readonly node: AnyNode;
}

const FROM_STRINGS =
  'makes code of a string, which workerd refuses when it is called: write the code itself.';

const CALLS: Readonly<Record<string, string>> = {
  eval: FROM_STRINGS,
  Function: FROM_STRINGS,
  'process.exit': 'ends no process here: the request that calls it fails. Return an answer instead.',
  'process.abort': 'ends no process here: the request that calls it fails. Return an answer instead.',
  'process.kill': 'reaches no process: an instance sees no other.',
  'process.binding': 'reaches internals of Node.js, which are not here.',
};

const NO_PROCESS = 'no process can be started in an instance.';
const NO_FILES = 'an instance has no files of the machine; what it writes is gone with it.';
const MODULES: Readonly<Record<string, string>> = {
  child_process: NO_PROCESS,
  cluster: NO_PROCESS,
  worker_threads: 'no thread can be started in an instance.',
  fs: NO_FILES,
  'fs/promises': NO_FILES,
  vm: FROM_STRINGS,
  inspector: 'there is no debugger in an instance.',
  repl: NO_PROCESS,
};

export function findDangers(program: AnyNode): Danger[] {
  const dangers: Danger[] = [];
  walk(program, (node) => {
    const message = dangerOf(node);
    if (message !== undefined) dangers.push({ message, node });
  });
  return dangers;
}

function dangerOf(node: AnyNode): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ImportExpression':
      return module(staticValue(node.source as AnyNode));
    case 'NewExpression':
      return pathOf(node.callee) === 'Function' ? `new Function() ${FROM_STRINGS}` : undefined;
    case 'CallExpression':
      return call(node);
    case 'WhileStatement':
    case 'DoWhileStatement':
      return staticValue(node.test) ? endless(node.body as AnyNode) : undefined;
    case 'ForStatement':
      return !node.test || staticValue(node.test) ? endless(node.body as AnyNode) : undefined;
    default:
      return undefined;
  }
}

/** `globalThis.eval` is `eval`. */
const pathOf = (node: AnyNode): string | undefined =>
  memberPath(node)
    ?.join('.')
    .replace(/^(globalThis|self|global)\./, '');

function call(node: Extract<AnyNode, { type: 'CallExpression' }>): string | undefined {
  if (isConstructor(node.callee as AnyNode) && isConstructor((node.callee as { object: AnyNode }).object))
    return `constructor.constructor() ${FROM_STRINGS}`;
  const path = pathOf(node.callee as AnyNode);
  const first = node.arguments[0] as AnyNode | undefined;
  if (path === undefined) return undefined;
  if (path === 'require') return module(staticValue(first));
  if ((path === 'setTimeout' || path === 'setInterval') && typeof staticValue(first) === 'string')
    return `${path}() with a string ${FROM_STRINGS}`;
  return Object.hasOwn(CALLS, path) ? `${path}() ${CALLS[path]}` : undefined;
}

/** That of any function is `Function`. */
const isConstructor = (node: AnyNode): boolean =>
  node.type === 'MemberExpression' &&
  ((node.property.type === 'Identifier' && !node.computed && node.property.name === 'constructor') ||
    staticValue(node.property as AnyNode) === 'constructor');

function module(name: unknown): string | undefined {
  const plain = typeof name === 'string' ? name.replace(/^node:/, '') : '';
  return Object.hasOwn(MODULES, plain) ? `The module "${plain}" is used: ${MODULES[plain]}` : undefined;
}

/** Unless something in the body leaves the loop. What a function inside of it does is not the loop's. */
function endless(body: AnyNode): string | undefined {
  if (leaves(body)) return undefined;
  return 'This loop never ends: nothing in it breaks, returns or throws. It is ended at the timeout, with its instance.';
}

function leaves(body: AnyNode): boolean {
  const open = [{ node: body, nested: false }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, nested } = next;
    if (node.type === 'ReturnStatement' || node.type === 'ThrowStatement') return true;
    // A label is as a rule that of the outer loop; a warning too few is better than one too many.
    if (node.type === 'BreakStatement' && (!nested || node.label)) return true;
    if (/Function/.test(node.type) || node.type.startsWith('Class')) continue;
    const within = nested || /^(For|While|DoWhile|Switch)/.test(node.type);
    for (const child of childrenOf(node)) open.push({ node: child, nested: within });
  }
  return false;
}
