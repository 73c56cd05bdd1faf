// Goal: docs/errors.md and the registry tell of the same codes, with the same statuses.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERRORS } from '../control/model/errors.ts';

const text = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');
const rows = [...text.matchAll(/^\| +`([A-Z]+_\d+)` +\| +(\d+) +\| +(\S.*?) +\| +(\S.*?) +\|$/gm)].map(
  ([, code = '', status, means, cure]) => ({ code, status: Number(status), means, cure }),
);

test('documents every code of the registry, once and in its order', () => {
  expect(rows.map((row) => row.code)).toEqual(Object.keys(ERRORS));
});

test('documents each code with its status', () => {
  expect(rows.map((row) => [row.code, row.status])).toEqual(
    Object.entries(ERRORS).map(([code, error]) => [code, error.status]),
  );
});

test('mentions no code that the registry does not have', () => {
  const mentioned = new Set(text.match(/\b(?:FN|SYS)_\d+\b/g));
  expect([...mentioned].toSorted()).toEqual(Object.keys(ERRORS).toSorted());
});
