// Goal: docs/api-reference.md is what the OpenAPI document says, and nothing else.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeApi } from '../scripts/describe-api.ts';
import { renderApiReference } from '../scripts/render-api-reference.ts';

test('docs/api-reference.md is as `npm run docs:api` writes it', async () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/api-reference.md'), 'utf8');
  expect(page).toBe(renderApiReference(await describeApi()));
});

test('every field of a body says what it means', async () => {
  const page = renderApiReference(await describeApi());
  const rows = page.split('\n').filter((line) => /^\| `[\w-]+`( \*)? +\|/.test(line));
  expect(rows.length).toBeGreaterThan(40);
  const silent = rows.filter(
    (row) =>
      row
        .split(/(?<!\\)\|/)
        .at(-2)
        ?.trim() === '',
  );
  expect(silent).toEqual([]);
});
