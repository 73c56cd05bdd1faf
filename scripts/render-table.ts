// A Markdown table, with columns as wide as their widest cell.

export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const written = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((cell, column) =>
    Math.max(cell.length, ...written.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return `${[line(header), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...written.map(line)].join('\n')}\n`;
}
