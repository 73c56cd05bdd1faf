// Goal: the code blocks of seed 004 do here what their document expects, or are refused in words that help.
// Method: a real platform, called by its own client and at the functions' hosts; blocks are deployed as they are
// written, from test/fixtures/seeds/004. The configuration and the commands are in 004-command-line.test.ts.

import { expect, test } from 'vitest';
import { createClient } from '../../../control/client/client.ts';
import { seedBlock } from '../../support/seed-block.ts';
import { testToken } from '../../support/test-platform.ts';
import { useSharedSelvedge } from '../../support/use-shared-selvedge.ts';

const platform = useSharedSelvedge();
const functions = () => createClient({ url: platform.control, token: testToken }).functions;

const code = 'export default () => new Response("fine")';
/** What each line of the document is called with, and what it answers. */
const CALLS: Readonly<Record<string, { status: number; body?: unknown }>> = {
  'GET /functions': { status: 200 },
  'POST /functions': { status: 201, body: { name: 'listed', code } },
  'GET /functions/:id': { status: 200 },
  'PUT /functions/:id': { status: 200, body: { code: `${code}; // two` } },
  'POST /functions/:id/deploy': { status: 200 },
  'POST /functions/:id/rollback': { status: 200, body: {} },
  'POST /functions/:id/invoke': { status: 200, body: {} },
  'GET /functions/:id/logs': { status: 200 },
  // Issue 8.
  'GET /functions/:id/metrics': { status: 404 },
  'GET /functions/:id/env': { status: 200 },
  'POST /functions/:id/env': { status: 200, body: { key: 'KEY', value: 'v' } },
  'DELETE /functions/:id/env/:key': { status: 200 },
  'DELETE /functions/:id': { status: 200 },
};

test('API Endpoints: every line of the list is there, but for the metrics', async () => {
  const lines = [...seedBlock('004/api-endpoints.txt').matchAll(/^([A-Z]+) +(\/\S+)/gm)];
  const listed = lines.map(([, method, path]) => `${method} ${path}`);
  expect(listed.toSorted()).toEqual(Object.keys(CALLS).toSorted());
  const answered: Record<string, number> = {};
  for (const [call, { body }] of Object.entries(CALLS)) {
    const [method = '', path = ''] = call.split(' ');
    const { status } = await platform.api(method, path.replace(':id', 'listed').replace(':key', 'KEY'), body);
    answered[call] = status;
  }
  expect(answered).toEqual(
    Object.fromEntries(Object.entries(CALLS).map(([call, { status }]) => [call, status])),
  );
});

test('Node.js/Bun HTTP Function: runs as written', async () => {
  const block = seedBlock('004/node-js-bun-http-function.ts');
  const created = await functions().create({
    name: 'http',
    runtime: 'nodejs20',
    code: { 'index.ts': block },
    public: true,
  });
  expect(created).toMatchObject({ status: 'deployed', convention: 'fetch' });
  const posted = await platform.call('http', '/', { method: 'POST', body: '{"id": 7}' });
  expect([posted.status, JSON.parse(posted.text)]).toEqual([200, { success: true, data: { id: 7 } }]);
  const got = await platform.call('http');
  expect([got.status, JSON.parse(got.text)]).toEqual([405, { error: 'Method not allowed' }]);
});

test.each([
  [
    'Background Function (Database Trigger)',
    'background-function-database-trigger',
    'onUserCreate',
    'sendEmail',
  ],
  ['Scheduled Function', 'scheduled-function', 'dailyCleanup', 'db'],
])(
  '%s: is refused with the setting that names its handler, and then misses what does not exist yet',
  async (_, file, handler, missing) => {
    const block = seedBlock(`004/${file}.ts`);
    const name = handler.toLowerCase();
    await expect(functions().create({ name, code: { 'index.ts': block } })).rejects.toMatchObject({
      ...{ code: 'FN_005', status: 422, message: expect.stringContaining(`"index.${handler}"`) },
    });
    // Nothing calls it at its time or at a change of data; called by hand, it has no `db` and no `sendEmail`.
    await functions().update(name, { handler: `index.${handler}`, code: { 'index.ts': block } });
    await expect(functions().execute(name, { data: { email: 'a@b.c' }, metadata: {} })).rejects.toMatchObject(
      {
        ...{ code: 'FN_004', message: expect.stringContaining(`${missing} is not defined`) },
      },
    );
  },
);

test.each([
  ['Database Integration', 'database-integration', '@bunbase/sdk'],
  ['Storage Integration', 'storage-integration', '@bunbase/sdk'],
  ['Authentication Integration', 'authentication-integration', '@bunbase/sdk'],
  ['Middleware Support', 'middleware-support', '@bunbase/functions'],
])('%s: is refused by the name of the package that does not exist yet', async (_, file, missing) => {
  // All but the last are parts of a handler, so one is put below.
  const block = seedBlock(`004/${file}.ts`);
  const whole = block.includes('export') ? block : `${block}\nexport default () => new Response("fine");\n`;
  const error = await functions()
    .create({ name: file, code: { 'index.ts': whole } })
    .catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'FN_005', status: 422 });
  expect(`${error.message}\n${error.buildLogs.join('\n')}`).toContain(missing);
  expect((await functions().get(file)).status).toBe('failed');
});
