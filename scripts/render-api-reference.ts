// docs/api-reference.md, from the OpenAPI document: what each operation takes and answers.

import { type DocsOperation, readGroups } from '../control/api/docs-operations.ts';
import type { OpenApiDocument } from '../control/api/openapi.ts';
import { fieldRows, typeOf } from './describe-schema.ts';
import { renderTable } from './render-table.ts';
import { Shown } from './shown-before.ts';

const INTRODUCTION = `# API reference

<!-- Written by \`npm run docs:api\` from the OpenAPI document. Change control/api, not this page. -->

Every operation of the control API, \`http://127.0.0.1:9000\` unless \`SELVEDGE_CONTROL\` says otherwise. A running platform has the
same at \`/docs\`, with a call for each, and for machines at \`/openapi.json\`. What holds for all of them is told in [api.md](api.md):
the token, pages, times, \`Idempotency-Key\`, which every POST takes, and strictness. \`{id}\` is a function's id, or its name with
\`?project=\`. A field or parameter marked \`*\` is required. What an error looks like, and what each code means: [errors.md](errors.md).
`;

export function renderApiReference(document: OpenApiDocument): string {
  const groups = readGroups(document);
  const shown = new Shown();
  const contents = groups.flatMap(({ name, operations }) =>
    operations.map((one) => [name, `[\`${callOf(one)}\`](#${anchorOf(one)})`, one.summary]),
  );
  const parts = groups.map(({ name, description, operations }) =>
    [`# ${name}\n`, `${description}\n`, ...operations.map((one) => renderOperation(one, shown))].join('\n'),
  );
  return `${[INTRODUCTION, renderTable(['about', 'call', 'does'], contents), ...parts].join('\n').trimEnd()}\n`;
}

const callOf = ({ method, path }: DocsOperation): string => `${method.toUpperCase()} ${path}`;

/** As the page's heading is linked to. */
const anchorOf = (one: DocsOperation): string =>
  callOf(one)
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');

function renderOperation(one: DocsOperation, shown: Shown): string {
  return [
    `## ${callOf(one)}\n`,
    `${[`${one.summary}.`, one.description, ...(one.open ? ['Needs no token.'] : [])].filter(Boolean).join(' ')}\n`,
    ...parametersOf(one),
    ...(one.body ? bodyOf(one, one.body, shown) : []),
    ...one.answers.flatMap(({ status, means, example }) => [
      `**${status}**: ${means}${shown.example(example, callOf(one))}`,
    ]),
    `Errors: ${one.errors.map(({ status }) => status).join(', ')}.\n`,
  ].join('\n');
}

function parametersOf(one: DocsOperation): string[] {
  const own = one.parameters.filter(({ name }) => name !== 'Idempotency-Key');
  if (own.length === 0) return [];
  const rows = own.map(({ name, in: place, required, schema, description }) => [
    `\`${name}\`${required ? ' *' : ''}`,
    place,
    typeOf(schema),
    schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``,
    description,
  ]);
  return [renderTable(['parameter', 'in', 'type', 'default', 'means'], rows)];
}

function bodyOf(one: DocsOperation, body: NonNullable<DocsOperation['body']>, shown: Shown): string[] {
  const call = callOf(one);
  const rows = fieldRows(body.schema).map((row) => ({ row, before: shown.field(row, call) }));
  const fresh = rows.flatMap(({ row, before }) => (before === undefined ? [row] : []));
  const known = rows.flatMap(({ row, before }) => (before === undefined ? [] : [{ name: row.name, before }]));
  const table = renderTable(
    ['field', 'type', 'default', 'means'],
    fresh.map(({ name, required, type, standard, means }) => [
      `\`${name}\`${required ? ' *' : ''}`,
      type,
      standard === '' ? '' : `\`${standard}\``,
      means,
    ]),
  );
  const again = [...new Set(known.map(({ before }) => before))].map((before) => {
    const names = known
      .filter((field) => field.before === before && !/[.[]/.test(field.name))
      .map(({ name }) => `\`${name}\``);
    return `As with \`${before}\`${one.method === 'put' ? ', but that what is left out stays as it is' : ''}: ${names.join(', ')}.\n`;
  });
  return [...(fresh.length > 0 ? [table] : []), ...again, `For example:${shown.example(body.example, call)}`];
}
