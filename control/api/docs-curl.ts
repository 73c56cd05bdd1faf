// A call as a person would type it.

import type { DocsOperation } from './docs-operations.ts';

export function curlOf(operation: DocsOperation, origin: string): string {
  const path = operation.parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((text, { name, example }) => text.replace(`{${name}}`, String(example)), operation.path);
  const lines = [
    `curl ${operation.method === 'get' ? '' : `-X ${operation.method.toUpperCase()} `}${quote(origin + path)}`,
    ...(operation.open ? [] : [`-H "authorization: Bearer $SELVEDGE_TOKEN"`]),
    ...(operation.body
      ? [`-H 'content-type: application/json'`, `-d ${quote(JSON.stringify(operation.body.example))}`]
      : []),
  ];
  return lines.join(' \\\n  ');
}

/** In single quotes a shell changes nothing. */
const quote = (text: string): string =>
  /^[\w.:/@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
