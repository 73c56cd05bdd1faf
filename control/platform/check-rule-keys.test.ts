import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { rulesSchema } from '../model/rules.ts';
import { checkRuleKeys } from './check-rule-keys.ts';

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const rsa = (modulusLength: number): KeyObject => generateKeyPairSync('rsa', { modulusLength }).publicKey;
const ec = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).publicKey;
const check = (method: object): void =>
  checkRuleKeys(
    functionRecord({
      rules: rulesSchema.parse({ auth: { any_of: [{ type: 'api_key' }, { type: 'jwt', ...method }] } }),
    }),
  );

test('keys that can check a token are taken, as PEM and as JWK', () => {
  const ed = generateKeyPairSync('ed25519').publicKey;
  for (const key of [rsa(2048), ec('P-256'), ec('P-384'), ec('P-521'), ed]) {
    check({ public_key: pem(key) });
    check({ public_key: key.export({ format: 'jwk' }) });
    check({ jwks: { keys: [key.export({ format: 'jwk' })] } });
  }
});

test.each([
  [
    'an RSA key that is too short',
    { public_key: pem(rsa(1024)) },
    /any_of\.1\.public_key is an RSA key of 1024 bits/,
  ],
  ['a curve of no JWT', { public_key: pem(ec('secp256k1')) }, /signs no JWT/],
  [
    'a key of another algorithm',
    { public_key: pem(ec('P-256')), algorithms: ['ES384'] },
    /is for ES256, and algorithms has ES384/,
  ],
  [
    'what is no key',
    { public_key: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----' },
    /is no public key that can be read/,
  ],
  [
    'a JWK with half of its parts',
    { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA' }] } },
    /jwks\.keys\.0 is no public key/,
  ],
])('refuses %s', (_, method, message) => {
  expect(() => check(method)).toThrow(message);
});

test('keys in the rules of a route are read too', () => {
  const rules = rulesSchema.parse({ auth: { method: { type: 'jwt', public_key: pem(rsa(1024)) } } });
  expect(() => checkRuleKeys(functionRecord({ routes: [{ pattern: '/a', rules: rules as never }] }))).toThrow(
    /^routes\.0\.rules\.auth\.method\.public_key/,
  );
  checkRuleKeys(functionRecord({ routes: [{ pattern: '/a', rules: { auth: null } }] }));
});
