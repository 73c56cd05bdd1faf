// console.table: rows and columns in plain characters.

import { inspectValue } from './format-message.ts';

const entriesOf = (value: object): [string, unknown][] => {
  if (value instanceof Map) return [...value].map(([key, item]) => [String(key), item]);
  if (value instanceof Set) return [...value].map((item, index) => [String(index), item]);
  return Object.entries(value);
};

const cell = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : inspectValue(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY });

/** What is no object is shown as console.log would. */
export function formatTable(data: unknown, only?: readonly string[]): string {
  if (typeof data !== 'object' || data === null) return cell(data);
  const rows = entriesOf(data).map(([key, value]): [string, Map<string, string>] => {
    const cells =
      typeof value === 'object' && value !== null
        ? entriesOf(value).map(([name, item]): [string, string] => [name, cell(item)])
        : [['Values', cell(value)] as [string, string]];
    return [key, new Map(cells)];
  });
  const columns = only ?? [...new Set(rows.flatMap(([, cells]) => [...cells.keys()]))];
  const lines = [
    ['(index)', ...columns],
    ...rows.map(([key, cells]) => [key, ...columns.map((column) => cells.get(column) ?? '')]),
  ];
  const widths = ['', ...columns].map((_, index) =>
    Math.max(...lines.map((line) => line[index]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join(' | ')
        .trimEnd(),
    )
    .join('\n');
}
