// Finds the function that `handler` names among what the user's module exports.
//
// A CommonJS module arrives as a namespace whose `default` is `module.exports`, so a handler may sit one level
// down. The usual names are more a default than a wish: with them, a default export is taken too.

import type { AnyFunction, Exports } from './adapter.ts';

/** Names that the API fills in by itself, or that say no more than "the handler". */
const USUAL_NAMES = new Set(['handler', 'default', 'main', 'fetch']);

export const isFunction = (value: unknown): value is AnyFunction => typeof value === 'function';

const isRecord = (value: unknown): value is Exports => typeof value === 'object' && value !== null;

/** Own and inherited members of the default export, so that instances of classes (Hono) count too. */
export const memberOf = (value: unknown, name: string): unknown =>
  isRecord(value) || isFunction(value) ? (value as Exports)[name] : undefined;

/** The function called `name`, else for a usual name the default export; undefined if there is none. */
export function findHandler(exports: Exports, name: string): AnyFunction | undefined {
  const named = exports[name];
  if (isFunction(named)) return named;
  const inDefault = isRecord(exports.default) ? exports.default[name] : undefined;
  if (isFunction(inDefault)) return inDefault.bind(exports.default);
  if (!USUAL_NAMES.has(name)) return undefined;
  if (isFunction(exports.default)) return exports.default;
  // Transpiled CommonJS that was wrapped a second time.
  const nested = memberOf(exports.default, 'default');
  return isFunction(nested) ? nested : undefined;
}

/** `handler (function), config (object)`; "nothing" for a module without exports. */
export function listExports(exports: Exports): string {
  const names = Object.keys(exports).filter((name) => name !== '__esModule');
  if (names.length === 0) return 'nothing';
  return names
    .map((name) => `${name} (${exports[name] === null ? 'null' : typeof exports[name]})`)
    .join(', ');
}

/** The sentence for a module in which the handler was not found. */
export function missingHandler(exports: Exports, name: string, convention: string): string {
  const other = Object.keys(exports).find((key) => key !== name && isFunction(exports[key]));
  const cure = other
    ? `Export a function of that name, or set "handler" to "${other === 'default' ? 'default' : `index.${other}`}".`
    : 'Export a function of that name.';
  return `No function "${name}" was found for the convention "${convention}"; the module exports ${listExports(exports)}. ${cure}`;
}
