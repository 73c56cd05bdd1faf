// A signed token of somebody who tells who visitors are: JWT. What a token was found to say is remembered until it
// ends, so that a visitor's next request costs a look-up.

import { createLocalJWKSet, importSPKI, importX509 } from 'jose';
import { API_KEY_FORM } from '../../../auth/api-keys.ts';
import type { AskForKeys, JwksCache } from '../../../auth/jwt/jwks-cache.ts';
import { jwtIdentity } from '../../../auth/jwt/jwt-identity.ts';
import { type JwtKey, type Verified, verifyJwt } from '../../../auth/jwt/verify-jwt.ts';
import { readTokens } from '../../../auth/read-token.ts';
import { TOKEN_FORM } from '../../../contract/names.ts';
import type { JwtKeys, JwtMethod } from '../../../contract/rules/auth.ts';
import { PlatformError } from '../../../dispatch/platform-error.ts';
import { splitUrl } from '../../../route/split-url.ts';
import { openRuleSecret } from '../../open-rule-secret.ts';
import type { RuleScope } from '../../step.ts';
import type { Visit } from '../../visit.ts';
import type { AuthState } from '../auth-state.ts';
import { fetchJwks } from '../fetch-jwks.ts';
import { bad, type Finding, type Method, NOTHING } from '../method.ts';

type UrlKeys = Extract<JwtKeys, { kind: 'url' }>;

const encoder = new TextEncoder();

export function jwtMethod(rule: JwtMethod, { functionId }: RuleScope, state: AuthState): Method {
  const number = state.ruleNumber(`${functionId} ${JSON.stringify(rule)}`);
  const { keys } = rule;
  const issuer = keys.kind === 'url' ? state.issuer(keys.url) : undefined;
  return { type: 'jwt', challenge: 'Bearer', find, hide: () => undefined };

  async function find(visit: Visit): Promise<Finding> {
    const source = { headers: visit.request.headers, query: splitUrl(visit.request.url).query };
    let finding = NOTHING;
    for (const { token } of readTokens(rule.places, source)) {
      // It is a key, and another method's to judge.
      if (TOKEN_FORM.test(token) || API_KEY_FORM.test(token)) continue;
      finding = await judge(visit, token);
      if (finding.found === 'good') return finding;
    }
    return finding;
  }

  async function judge(visit: Visit, token: string): Promise<Finding> {
    const now = Date.now();
    const known = state.verdict(number, token);
    if (known && now < known.until && known.revision === revisionNow()) {
      if (issuer && keys.kind === 'url' && issuer.isOld(keys)) refreshBehind(visit, issuer, keys);
      return { found: 'good', identity: known.identity };
    }
    const verified =
      keys.kind === 'url' && issuer
        ? await verifyByIssuer(visit, token, issuer, keys, now)
        : await verifyJwt(token, await state.imported(number, () => importKeys(visit, rule)), rule, now);
    if ('why' in verified) return bad(verified.why);
    const identity = jwtIdentity(verified.claims, rule);
    if (typeof identity === 'string') return bad(identity);
    const revision = revisionNow();
    if (revision !== undefined) state.keep(number, token, { identity, until: verified.until, revision });
    return { found: 'good', identity };
  }

  function revisionNow(): number | undefined {
    return issuer && keys.kind === 'url' ? issuer.revision(keys) : 0;
  }

  async function verifyByIssuer(
    visit: Visit,
    token: string,
    cache: JwksCache,
    times: UrlKeys,
    now: number,
  ): Promise<Verified> {
    const ask: AskForKeys = () => asked(visit, times.url, functionId);
    const found = cache.keys(times) ?? (visit.dry ? undefined : await cache.keysNow(times, ask));
    if (!found) throw noKeys(visit, times.url, cache.failure);
    if (cache.isOld(times)) refreshBehind(visit, cache, times);
    const verified = await verifyJwt(token, [found], rule, now);
    if (!('unknownKey' in verified) || visit.dry || !(await cache.askForMore(ask))) return verified;
    const newer = cache.keys(times);
    return newer ? verifyJwt(token, [newer], rule, now) : verified;
  }

  /** The visitor does not wait for it. */
  function refreshBehind(visit: Visit, cache: JwksCache, { url }: UrlKeys): void {
    if (visit.dry) return;
    visit.ctx.waitUntil(cache.refresh(() => asked(visit, url, functionId)));
  }
}

/** It goes on when the client has left, as others wait for it. */
function asked(visit: Visit, url: string, functionId: string): ReturnType<AskForKeys> {
  const answer = fetchJwks(visit.env, functionId, url).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    console.warn(`FN_010 the keys at ${url} could not be had for function ${functionId}: ${why}`);
    throw error;
  });
  visit.ctx.waitUntil(answer.catch(() => undefined));
  return answer;
}

/** The visitor may be right, so that it is no 401. */
function noKeys(visit: Visit, url: string, failure: string | undefined): PlatformError {
  visit.trace.note('auth', 'the keys of the issuer cannot be had', {
    url,
    failure: failure ?? 'not asked for',
  });
  return new PlatformError(
    'FN_010',
    503,
    'The keys of those who sign tokens for this function cannot be had right now, so no token can be checked: try again.',
    { retryAfterSeconds: 5 },
  );
}

async function importKeys(visit: Visit, { keys, algorithms }: JwtMethod): Promise<readonly JwtKey[]> {
  switch (keys.kind) {
    case 'secrets':
      return Promise.all(
        keys.secrets.map(async (sealed) => encoder.encode(await openRuleSecret(visit.env, sealed))),
      );
    case 'pem': {
      const { pem } = keys;
      const read = pem.includes('BEGIN CERTIFICATE') ? importX509 : importSPKI;
      const imported = await Promise.all(algorithms.map((alg) => read(pem, alg).catch(() => undefined)));
      // By the algorithm of the token, as one key may serve several: a P-256 key only ES256, an RSA key six.
      const byAlgorithm = new Map(algorithms.map((alg, index) => [alg, imported[index]]));
      return [
        async ({ alg }) => {
          const key = byAlgorithm.get(String(alg));
          if (key) return key;
          throw new TypeError('the key does not fit the algorithm');
        },
      ];
    }
    case 'jwks':
      return [createLocalJWKSet({ keys: keys.keys as never })];
    default:
      return [];
  }
}
