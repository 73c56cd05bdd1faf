// Goal: the calls of the migration pages do what the pages say.
// Method: a real platform. Of the pages of systems with URLs of their own the shell block, with our addresses and token in
// place of the page's; of the others all files and commands, with what they print.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPage } from '../../support/run-page.ts';
import { runShell } from '../../support/seed-block.ts';
import { testToken } from '../../support/test-platform.ts';
import { useSharedSelvedge } from '../../support/use-shared-selvedge.ts';

const platform = useSharedSelvedge();

function run(page: string, addresses: Readonly<Record<string, string>>): Promise<string> {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/migrate', page), 'utf8');
  const block = /```sh\n(.*?)```/s.exec(text)?.[1] ?? '';
  return runShell(block, { ...addresses, $SELVEDGE_TOKEN: testToken });
}

test('docs/migrate/cloudbox.md', async () => {
  const edge = `http://127.0.0.1:${platform.edgePort}`;
  const said = await run('cloudbox.md', {
    'http://127.0.0.1:9000': platform.control,
    'http://127.0.0.1:8080': edge,
  });
  expect(said).toMatch(/\{"greeting":"Hello, Ada!"\}$/);
  expect(said).toContain('"status":"draft"');
  expect(said).toContain('"status":"deployed"');
});

test('docs/migrate/functions-service.md', async () => {
  const said = await run('functions-service.md', { 'http://127.0.0.1:9000': platform.control });
  expect(said).toMatch(
    /\{"success":true,"result":\{"hello":"World"\},"duration":\d+,"logs":\["\[LOG\] World"\]\}$/,
  );
});

test('docs/migrate/nqrust.md', async () => {
  const said = await run('nqrust.md', { 'http://127.0.0.1:9000': platform.control });
  expect(said).toMatch(/^\{"id":"fn_\w+"\}/);
  expect(said).toContain('"response":{"message":"Hello!","input":{"name":"World"}}');
});

test('docs/migrate/baas.md', async () => {
  const said = await run('baas.md', { 'http://127.0.0.1:9000': platform.control });
  expect(said).toBe('{"success":true,"data":{"hello":"Ada","key":"k"}}');
});
test.each(['requirements.md', 'workers.md', 'lambda.md', 'express.md'])(
  'docs/migrate/%s',
  async (page) => {
    expect((await runPage(`migrate/${page}`, platform)).compared).toBeGreaterThan(3);
  },
  120_000,
);
