// Goal: each fault of docs/troubleshooting.md looks as the page says, and its cure cures it.
// Method: the page's own files and commands against a whole platform.

import { expect, test } from 'vitest';
import { runPage } from '../support/run-page.ts';
import { useSelvedge } from '../support/use-selvedge.ts';

test('docs/troubleshooting.md', async () => {
  const { compared } = await runPage('troubleshooting.md', await useSelvedge());
  expect(compared).toBeGreaterThan(12);
}, 120_000);
