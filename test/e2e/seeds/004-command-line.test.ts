// Seed 004, "Function Configuration" and "Local Development": the configuration as it stands in the document, and
// the commands as written, with `selvedge` for the program's name.

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testToken } from '../../support/test-platform.ts';
import { useCli } from '../../support/use-cli.ts';
import { useSelvedge } from '../../support/use-selvedge.ts';

const blocks = join(import.meta.dirname, '../../fixtures/seeds/004');

test('Function Configuration: every field is honoured, or told by name', async () => {
  const platform = await useSelvedge();
  const cli = useCli({ SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken });
  mkdirSync(join(cli.cwd, 'users'));
  copyFileSync(join(blocks, 'function-configuration.ts'), join(cli.cwd, 'users/function.config.ts'));
  // "Node.js/Bun HTTP Function" of the same document.
  copyFileSync(join(blocks, 'node-js-bun-http-function.ts'), join(cli.cwd, 'users/index.ts'));
  const deployed = await cli.run(['functions', 'deploy', 'users'], { env: { API_KEY: 'k-004' } });
  expect(`${deployed.code} ${deployed.stderr}`).toMatch(/^0 /);
  expect(deployed.stderr.split('\n').filter((line) => line.startsWith('warning'))).toEqual([
    expect.stringContaining('triggers[1]: schedule "0 0 * * *" will not run'),
    expect.stringContaining('triggers[2]: database "users" (create, update) will not run'),
  ]);
  const { body } = await platform.api<Record<string, unknown>>('GET', '/functions/users');
  expect(body).toMatchObject({
    runtime: 'nodejs20',
    handler: 'index.handler',
    memory: 512,
    timeout: 30,
    env: ['API_KEY', 'NODE_ENV'],
    routes: [{ pattern: '/api/users', methods: ['GET', 'POST'] }],
    scaling: { minInstances: 0, maxInstances: 100, targetConcurrency: 10 },
  });
  // By its route, on any host. It does not say that it is public, so it wants a token.
  const call = (method: string, body?: string) =>
    platform.call('anything.example', '/api/users', {
      method,
      headers: { authorization: `Bearer ${testToken}` },
      ...(body !== undefined && { body }),
    });
  expect(await call('POST', '{"id": 3}')).toMatchObject({
    status: 200,
    text: '{"success":true,"data":{"id":3}}',
  });
  expect(await call('GET')).toMatchObject({ status: 405 });
  expect((await platform.call('anything.example', '/api/users')).status).toBe(401);
});

test('Local Development: init, test and deploy as written', async () => {
  const platform = await useSelvedge();
  const cli = useCli({ SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken });
  const init = await cli.run(['functions', 'init', 'my-function', '--runtime', 'nodejs20']);
  expect(`${init.code} ${init.stderr}`).toBe('0 ');
  const event = await cli.run(['functions', 'test', '--event', 'test-event.json']);
  expect([event.code, event.stdout]).toEqual([0, expect.stringContaining('"message": "Hello, Ada!"')]);
  const deploy = await cli.run(['functions', 'deploy', 'my-function']);
  expect(`${deploy.code} ${deploy.stderr}`).toMatch(/^0 /);
  expect((await platform.call('my-function', '/')).text).toBe('{"message":"Hello, world!","path":"/"}');
});
