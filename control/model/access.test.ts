import { expect, test } from 'vitest';
import {
  type Actor,
  createKeySchema,
  inScope,
  may,
  OWNER,
  ROLES,
  rolesThatMay,
  widerThan,
} from './access.ts';
import { keyNameLengthMax, keyProjectsMax } from './limits.ts';

const permissions = ['read', 'read_source', 'invoke', 'change', 'administer'] as const;

test('each role may do what the table at the top says', () => {
  const table = ROLES.map((role) => [role, permissions.filter((permission) => may(role, permission))]);
  expect(Object.fromEntries(table)).toEqual({
    owner: ['read', 'read_source', 'invoke', 'change', 'administer'],
    deployer: ['read', 'read_source', 'invoke', 'change'],
    invoker: ['invoke'],
    viewer: ['read'],
  });
});

test('a refusal can name the roles that would do, the least powerful first', () => {
  expect(rolesThatMay('read')).toEqual(['viewer', 'deployer', 'owner']);
  expect(rolesThatMay('administer')).toEqual(['owner']);
});

test('no projects is no scope, and null is all', () => {
  expect([
    inScope(null, 'shop'),
    inScope(['shop'], 'shop'),
    inScope(['shop'], 'sho'),
    inScope([], 'shop'),
  ]).toEqual([true, true, false, false]);
});

const scoped: Actor = {
  ...{ id: 'key_1', name: 'lead', role: 'owner', projects: ['blog', 'shop'] },
  expiresAt: '2026-12-01T00:00:00.000Z',
};
const until = '2026-12-01T00:00:00.000Z';

test.each([
  [
    'fewer projects and an earlier end',
    { projects: ['shop'], expiresAt: '2026-11-30T00:00:00.000Z' },
    undefined,
  ],
  ['as many projects and the same end', { projects: ['shop', 'blog'], expiresAt: until }, undefined],
  ['all projects', { projects: null, expiresAt: until }, 'projects is null'],
  [
    'one project more',
    { projects: ['shop', 'bank'], expiresAt: until },
    'projects has bank: name some of blog, shop',
  ],
  ['no end', { projects: ['shop'], expiresAt: null }, 'expires_at is null, which is never: send 2026-12-01'],
  [
    'an end a moment later',
    { projects: ['shop'], expiresAt: '2026-12-01T00:00:00.001Z' },
    'or an earlier time',
  ],
])('a key with projects and an end makes one with %s', (_, wanted, message) => {
  const wider = widerThan(scoped, wanted);
  if (message === undefined) expect(wider).toBeUndefined();
  else expect(wider).toContain(message);
});

test("the owner's token makes any key", () => {
  expect(widerThan(OWNER, { projects: null, expiresAt: null })).toBeUndefined();
});

const valid = { name: 'ci', role: 'deployer', projects: ['shop'] };
const project = (at: number): string => `p${at}`;

test('a key has a name of one visible line, up to its length', () => {
  const accepts = (name: string): boolean => createKeySchema.safeParse({ ...valid, name }).success;
  expect(accepts('Deploys of the shop (CI) – Ünï')).toBe(true);
  expect(accepts('x'.repeat(keyNameLengthMax))).toBe(true);
  expect(accepts('x'.repeat(keyNameLengthMax + 1))).toBe(false);
  for (const name of ['', 'two\nlines', 'bell\u0007', 'right\u202eleft', 'a\u2028b'])
    expect(accepts(name), name).toBe(false);
});

test('a key names projects up to their number, or says null for all', () => {
  const accepts = (projects: unknown): boolean => createKeySchema.safeParse({ ...valid, projects }).success;
  expect(accepts(null)).toBe(true);
  expect(accepts(Array.from({ length: keyProjectsMax }, (_, at) => project(at)))).toBe(true);
  expect(accepts(Array.from({ length: keyProjectsMax + 1 }, (_, at) => project(at)))).toBe(false);
  for (const projects of [[], undefined, ['Shop'], ['*']]) expect(accepts(projects)).toBe(false);
});

test('the end of a key is kept in UTC, and may be left out', () => {
  expect(createKeySchema.parse({ ...valid, expires_at: '2026-12-01T01:00:00+01:00' }).expires_at).toBe(
    '2026-12-01T00:00:00.000Z',
  );
  expect(createKeySchema.parse(valid).expires_at).toBeNull();
  expect(createKeySchema.safeParse({ ...valid, expires_at: 'tomorrow' }).success).toBe(false);
});
