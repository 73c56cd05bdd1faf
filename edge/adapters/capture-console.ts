// Replaces the global console's methods by ones that write a marked line for each call.

import type { ConsoleLevel } from '../contract/console-line.ts';
import { formatMessage, inspectValue } from './format-message.ts';
import { formatTable } from './format-table.ts';
import type { LineWriter } from './line-writer.ts';

type Method = (...args: unknown[]) => void;

const GROUP_INDENT = '  ';
/** A counter or timer for each label; a function that makes labels up would otherwise leak. */
const LABELS_MAX = 1000;

/** `requestId` is asked on each call, as it is the calling request's. */
export function captureConsole(
  target: Record<string, unknown>,
  writer: LineWriter,
  requestId: () => string | undefined,
): void {
  let indent = '';
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();

  const write = (level: ConsoleLevel, message: string): void => {
    const text = indent === '' ? message : indent + message.replaceAll('\n', `\n${indent}`);
    writer.log(level, text, requestId());
  };
  const at =
    (level: ConsoleLevel): Method =>
    (...args) =>
      write(level, formatMessage(args));
  const elapsed = (label: string): string => `${(performance.now() - (timers.get(label) ?? 0)).toFixed(3)}ms`;
  const group: Method = (...args) => {
    if (args.length > 0) write('log', formatMessage(args));
    indent += GROUP_INDENT;
  };

  const methods: Record<string, Method> = {
    debug: at('debug'),
    log: at('log'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    trace: (...args) => {
      const stack = new Error().stack?.split('\n').slice(2).join('\n') ?? '';
      write('debug', `Trace${args.length > 0 ? `: ${formatMessage(args)}` : ''}\n${stack}`);
    },
    dir: (value, options) => write('log', inspectValue(value, options)),
    dirxml: at('log'),
    table: (data, columns) =>
      write('log', formatTable(data, Array.isArray(columns) ? columns.map(String) : undefined)),
    group,
    groupCollapsed: group,
    groupEnd: () => {
      indent = indent.slice(GROUP_INDENT.length);
    },
    assert: (condition, ...args) => {
      if (condition) return;
      write('error', `Assertion failed${args.length > 0 ? `: ${formatMessage(args)}` : ''}`);
    },
    count: (label = 'default') => {
      const name = String(label);
      const count = (counts.get(name) ?? 0) + 1;
      if (counts.size < LABELS_MAX || counts.has(name)) counts.set(name, count);
      write('log', `${name}: ${count}`);
    },
    countReset: (label = 'default') => void counts.delete(String(label)),
    time: (label = 'default') => {
      if (timers.size < LABELS_MAX) timers.set(String(label), performance.now());
    },
    timeLog: (label = 'default', ...args) => {
      const name = String(label);
      if (timers.has(name)) write('log', formatMessage([`${name}: ${elapsed(name)}`, ...args]));
    },
    timeEnd: (label = 'default') => {
      const name = String(label);
      if (timers.has(name)) write('log', `${name}: ${elapsed(name)}`);
      timers.delete(name);
    },
  };
  Object.assign(target, methods);
}
