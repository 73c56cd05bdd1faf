// The document and the table of roles: what is described is what is enforced.

import { expect, test } from 'vitest';
import { useApi } from '../../test/support/use-api.ts';
import { AccessRules } from './access-rules.ts';
import { OPEN_PATHS } from './auth.ts';

interface Described {
  readonly security: readonly { readonly token?: readonly string[] }[];
  readonly description?: string;
}

test('the document names the roles of each operation', async () => {
  const { paths } = (await (await useApi().app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, Described>>;
  };
  const rolesOf = (path: string, method: string): unknown => paths[path]?.[method]?.security;
  expect(rolesOf('/functions', 'get')).toEqual([{ token: ['viewer', 'deployer', 'owner'] }]);
  expect(rolesOf('/functions/{id}/invoke', 'post')).toEqual([{ token: ['invoker', 'deployer', 'owner'] }]);
  expect(rolesOf('/keys', 'post')).toEqual([{ token: ['owner'] }]);
  expect(rolesOf('/health', 'get')).toEqual([]);
  expect(paths['/keys']?.post?.description).toContain('For the roles `owner`.');
});

test.each(['GET', 'ALL'])(
  'a route for %s that was registered without a rule is closed, and says that this is a bug',
  async (method) => {
    const { app, call, log, platform } = useApi();
    app[method === 'GET' ? 'get' : 'all']('/forgotten', () => Response.json({ secret: true }));
    const response = await call('GET', '/forgotten');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    const [fields] = log.error.mock.lastCall as [{ err: Error }];
    expect(fields.err.message).toContain(`${method} /forgotten has no rule of access`);
    expect(platform.noteRefusal).not.toHaveBeenCalled();
  },
);

test('a path is open in its rule and in the list, or in neither', () => {
  const rules = new AccessRules();
  const add = (path: string, access: 'open' | 'read') => (): void =>
    rules.add('get', path, { operation: 'x', access });
  expect(add('/functions', 'open')).toThrow('/functions is open in its rule or in auth.ts');
  expect(add(OPEN_PATHS[0], 'read')).toThrow('and not in both');
});
