// Goal: whoever follows docs/getting-started.md sees what it says.
// Method: the page's own files and commands, in its order, against a whole platform, which takes the place of the one
// that the page has started by `npm start`.

import { expect, test } from 'vitest';
import { runPage } from '../support/run-page.ts';
import { useSelvedge } from '../support/use-selvedge.ts';

test('docs/getting-started.md', async () => {
  const { compared } = await runPage('getting-started.md', await useSelvedge());
  expect(compared).toBeGreaterThan(12);
}, 120_000);
