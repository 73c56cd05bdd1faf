import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { useWorld } from '../../test/support/use-world.ts';
import { findTarget } from './connect.ts';
import { writeCredentials } from './credentials.ts';

const env = () => ({ XDG_CONFIG_HOME: useTmpDir() });

test('without anything it is this machine, and no token', () => {
  const { world } = useWorld({ env: env() });
  expect(findTarget(world, undefined)).toEqual({
    url: 'http://127.0.0.1:9000',
    token: undefined,
    tokenFrom: 'nowhere',
  });
});

test('the first that says so wins', () => {
  const login = env();
  writeCredentials(login, { url: 'https://login.example.com', token: 'of-login' });
  const { world } = useWorld({ env: login });
  expect(findTarget(world, undefined)).toMatchObject({ url: 'https://login.example.com', token: 'of-login' });
  const { world: set } = useWorld({
    env: { ...login, SELVEDGE_URL: 'https://env.example.com/', SELVEDGE_TOKEN: 'of-env' },
  });
  expect(findTarget(set, undefined)).toEqual({
    url: 'https://env.example.com',
    token: 'of-env',
    tokenFrom: 'SELVEDGE_TOKEN',
  });
  expect(findTarget(set, 'https://given.example.com').url).toBe('https://given.example.com');
});

test('a token goes only to whom it was given for', () => {
  const login = env();
  writeCredentials(login, { url: 'https://login.example.com', token: 'of-login' });
  const { world } = useWorld({ env: login });
  mkdirSync(join(world.cwd, '.selvedge'));
  writeFileSync(join(world.cwd, '.selvedge/token'), 'of-this-machine\n');
  expect(findTarget(world, 'https://other.example.com').token).toBeUndefined();
  expect(findTarget(world, 'http://127.0.0.1:9000').token).toBe('of-this-machine');
  expect(findTarget(world, 'http://localhost:9000').token).toBe('of-this-machine');
  expect(findTarget(world, 'http://127.0.0.1.example.com').token).toBeUndefined();
});

test('a file that no login wrote is told of', () => {
  const own = env();
  mkdirSync(join(own.XDG_CONFIG_HOME, 'selvedge'));
  writeFileSync(join(own.XDG_CONFIG_HOME, 'selvedge/credentials.json'), '{"url": 3}');
  const { world } = useWorld({ env: own });
  expect(() => findTarget(world, undefined)).toThrow('is not what `selvedge login` writes');
});
