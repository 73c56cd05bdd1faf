// Turns the arguments of a console call into text, as Node's console does.
//
// The runtime's own `node:util` does the formatting, but only from the first value that is not a plain string:
// loading it costs some 2 ms, a fifth of a cold start, and most functions log strings.

import { consoleMessageLengthMax } from '../contract/console-line.ts';

interface NodeUtil {
  format(...args: unknown[]): string;
  inspect(value: unknown, options?: unknown): string;
}

let util: NodeUtil | undefined;

function loadUtil(): NodeUtil {
  // Not an import: that would load it at start.
  const load = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process
    ?.getBuiltinModule;
  util ??= (load?.('node:util') as NodeUtil | undefined) ?? plainUtil;
  return util;
}

/** For a function whose compatibility flags take Node's modules away. */
const plainUtil: NodeUtil = {
  format: (...args) => args.map((arg) => plainUtil.inspect(arg)).join(' '),
  inspect(value) {
    if (value instanceof Error) return value.stack ?? String(value);
    return typeof value === 'object' ? (JSON.stringify(value) ?? String(value)) : String(value);
  },
};

/** Never throws: a value whose inspection throws is named with the reason. */
export function formatMessage(args: readonly unknown[]): string {
  const [first] = args;
  if (args.length === 1 && typeof first === 'string') return first;
  if (args.every((arg) => typeof arg === 'string') && !(first as string | undefined)?.includes('%'))
    return args.join(' ');
  try {
    return loadUtil().format(...args);
  } catch (error) {
    return `[a value that could not be shown: ${String((error as Error | null)?.message)}]`;
  }
}

export function inspectValue(value: unknown, options?: unknown): string {
  try {
    return loadUtil().inspect(value, options);
  } catch (error) {
    return `[a value that could not be shown: ${String((error as Error | null)?.message)}]`;
  }
}

/** Cuts a message that is too long and says how long it was. */
export const capMessage = (message: string): string =>
  message.length <= consoleMessageLengthMax
    ? message
    : `${message.slice(0, consoleMessageLengthMax)}… (cut: ${message.length} characters)`;
