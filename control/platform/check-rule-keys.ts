// Public keys in rules, read when they are set: one that cannot be read, or that no algorithm of the rule fits, would
// let nobody in, and would say so to visitors only.

import { createPublicKey, type KeyObject } from 'node:crypto';
import { AppError } from '../model/errors.ts';
import type { FunctionRecord } from '../model/function.ts';
import { type AuthRule, methodsOfAuth } from '../model/rules/auth.ts';
import { type JwtRule, KEY_ALGORITHMS } from '../model/rules/auth-jwt.ts';

/** Shorter ones are refused by whoever checks signatures. */
const rsaBitsMin = 2048;

const CURVES: Readonly<Record<string, string>> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' };

/** @throws {AppError} FN_006 with the place of the key. */
export function checkRuleKeys({ rules, routes }: Pick<FunctionRecord, 'rules' | 'routes'>): void {
  checkAuth(rules.auth, 'rules.auth');
  routes.forEach(({ rules: own }, index) => {
    checkAuth(
      (own as { auth?: AuthRule | null } | undefined)?.auth ?? undefined,
      `routes.${index}.rules.auth`,
    );
  });
}

function checkAuth(auth: AuthRule | undefined, place: string): void {
  if (!auth) return;
  methodsOfAuth(auth).forEach((method, index) => {
    if (method.type !== 'jwt') return;
    const path = auth.method ? `${place}.method` : `${place}.any_of.${index}`;
    if (method.public_key !== undefined) checkKey(method.public_key, method, `${path}.public_key`);
    method.jwks?.keys.forEach((key, at) => {
      checkKey(key, method, `${path}.jwks.keys.${at}`);
    });
  });
}

function checkKey(given: string | Readonly<Record<string, unknown>>, rule: JwtRule, path: string): void {
  const key = readKey(given, path);
  const { modulusLength } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && (modulusLength ?? 0) < rsaBitsMin)
    throw wrong(path, `is an RSA key of ${modulusLength} bits, and fewer than ${rsaBitsMin} protect nothing`);
  const fitting = algorithmsOf(key);
  const wanted: readonly string[] = rule.algorithms ?? KEY_ALGORITHMS;
  if (fitting.some((algorithm) => wanted.includes(algorithm))) return;
  throw wrong(
    path,
    fitting.length === 0
      ? `is a key of a kind (${key.asymmetricKeyType}) that signs no JWT`
      : `is for ${fitting.join(', ')}, and algorithms has ${wanted.join(', ')}`,
  );
}

function readKey(given: string | Readonly<Record<string, unknown>>, path: string): KeyObject {
  try {
    return typeof given === 'string'
      ? createPublicKey(given)
      : createPublicKey({ key: given, format: 'jwk' });
  } catch (cause) {
    throw wrong(path, 'is no public key that can be read', cause);
  }
}

function algorithmsOf(key: KeyObject): readonly string[] {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
    case 'ec': {
      const { crv } = key.export({ format: 'jwk' });
      return CURVES[String(crv)] ? [String(CURVES[String(crv)])] : [];
    }
    case 'ed25519':
      return ['EdDSA', 'Ed25519'];
    default:
      return [];
  }
}

const wrong = (path: string, why: string, cause?: unknown): AppError =>
  new AppError('FN_006', `${path} ${why}.`, { issues: [{ message: why, path }] }, cause);
