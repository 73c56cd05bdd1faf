// JSON for a page: what fits on a line is on one.

const WIDTH_MAX = 110;
const COMMA = 1;

/** `taken` is what stands before and behind the value on its line. */
export function printJson(value: unknown, indent = '', taken = 0): string {
  const line = oneLine(value);
  if (typeof value !== 'object' || value === null || indent.length + taken + line.length <= WIDTH_MAX)
    return line;
  const deeper = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const parts = Array.isArray(value)
    ? value.map((item) => deeper + printJson(item, deeper, COMMA))
    : Object.entries(value).map(([key, item]) => {
        const before = `${JSON.stringify(key)}: `;
        return deeper + before + printJson(item, deeper, before.length + COMMA);
      });
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}

function oneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  const parts = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}
