import { expect, test } from 'vitest';
import { secretsOfRules, textsWithSecrets } from '../../model/rules/rule-secrets.ts';
import { forgedTexts, sealRules } from './seal-rules.ts';

const holder = {
  name: 'hello',
  rules: { auth: { any_of: [{ secret: `\${secrets.ONE}` }], realm: 'plain' }, limits: [1, true, null] },
  routes: [
    { pattern: '/a', rules: { headers: { authorization: `Bearer \${secrets.TWO}.\${secrets.ONE}` } } },
    { pattern: '/b' },
  ],
};
const values: Readonly<Record<string, string>> = { ONE: '1', TWO: '2' };

test('the secrets that rules and routes name are found with their places', () => {
  expect(secretsOfRules(holder)).toEqual(['ONE', 'TWO']);
  expect(textsWithSecrets(holder).map(({ path }) => path.join('.'))).toEqual([
    'rules.auth.any_of.0.secret',
    'routes.0.rules.headers.authorization',
  ]);
});

test('each text that names a secret is sealed as a whole, and nothing else is touched', () => {
  const sealed = sealRules(
    holder,
    (name) => values[name],
    (text) => `<${text}>`,
  );
  expect(sealed).toEqual({
    name: 'hello',
    rules: { auth: { any_of: [{ secret: '<1>' }], realm: 'plain' }, limits: [1, true, null] },
    routes: [{ pattern: '/a', rules: { headers: { authorization: '<Bearer 2.1>' } } }, { pattern: '/b' }],
  });
  expect(secretsOfRules(holder)).toEqual(['ONE', 'TWO']);
});

test('a text that names a secret which is not there is not left as it is, for anybody may know that text', () => {
  const sealed = sealRules(
    holder,
    (name) => (name === 'ONE' ? '1' : undefined),
    (text) => `<${text}>`,
  );
  expect(sealed.routes[0]?.rules?.headers.authorization).toBe('slv-missing.TWO');
});

test('what a secret holds is not looked at for further secrets', () => {
  const sealed = sealRules(
    { rules: { secret: `\${secrets.ONE}` }, routes: [] },
    () => `\${secrets.TWO}`,
    (text) => `<${text}>`,
  );
  expect(sealed.rules).toEqual({ secret: `<\${secrets.TWO}>` });
});

test('texts that only control may make are told from others', () => {
  expect(forgedTexts(holder)).toEqual([]);
  const forged = { rules: { a: 'slv-sealed.AAAA' }, routes: [{ rules: { b: ['slv-missing.X'] } }] };
  expect(forgedTexts(forged).map(({ path }) => path.join('.'))).toEqual(['rules.a', 'routes.0.rules.b.0']);
});
