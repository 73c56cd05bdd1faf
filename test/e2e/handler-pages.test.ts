// Goal: what the pages of the handler conventions show is so, and what they show is of their convention.
// Method: each page's own files and commands, in its order, against a whole platform.

import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { CONVENTIONS } from '../../control/model/function.ts';
import { runPage } from '../support/run-page.ts';
import { useSelvedge } from '../support/use-selvedge.ts';

test.each(CONVENTIONS.map((convention) => `handlers/${convention}.md`))(
  'docs/%s',
  async (page) => {
    const platform = await useSelvedge();
    const { compared } = await runPage(page, platform);
    expect(compared).toBeGreaterThan(3);
    const { body } = await platform.api<{ functions: { convention: string }[] }>('GET', '/functions');
    expect(new Set(body.functions.map(({ convention }) => convention))).toEqual(
      new Set([basename(page, '.md')]),
    );
  },
  120_000,
);
