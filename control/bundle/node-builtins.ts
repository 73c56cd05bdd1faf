// Which of Node's modules an isolate has. Both lists are checked against the real workerd by
// test/workerd/conventions.test.ts.

import { builtinModules } from 'node:module';

/** Not in workerd at all. */
const ABSENT = new Set(['node:sea', 'node:test/reporters']);

/** There, so that packages load, but what they are for fails when it is called. */
const STUBS = new Set([
  'node:child_process',
  'node:cluster',
  'node:inspector',
  'node:inspector/promises',
  'node:repl',
  'node:sqlite',
  'node:test',
  'node:trace_events',
  'node:vm',
  'node:wasi',
  'node:worker_threads',
]);

const withPrefix = (name: string): string => (name.startsWith('node:') ? name : `node:${name}`);

const KNOWN = new Set(builtinModules.filter((name) => !name.startsWith('_')).map(withPrefix));

/** `node:fs` for `fs` and `node:fs`; undefined for what is no module of Node. */
export function builtinOf(specifier: string): string | undefined {
  const name = withPrefix(specifier);
  return KNOWN.has(name) || specifier.startsWith('node:') ? name : undefined;
}

export const isAbsent = (builtin: string): boolean => ABSENT.has(builtin) || !KNOWN.has(builtin);

export const isStub = (builtin: string): boolean => STUBS.has(builtin);

/** All that an isolate can import. */
export const availableBuiltins = (): string[] => [...KNOWN].filter((name) => !ABSENT.has(name));
