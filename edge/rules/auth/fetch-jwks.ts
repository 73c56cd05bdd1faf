// Asks an issuer for its keys, on the way that fronts have to other hosts: with the rules about private addresses that
// functions' own fetch() has, so that nobody reaches with a rule what he may not reach with a function.

import type { JSONWebKeySet } from 'jose';
import { jwksTimeoutMs } from '../../auth/jwt/jwks-cache.ts';
import type { RouterEnv } from '../../env.ts';
import { sendToOrigin } from '../../origin/send-to-origin.ts';

/** Of a list of keys: those of large issuers have some 20 kB. */
export const jwksBytesMax = 64 * 1024;
export const jwksKeysMax = 100;

/** @throws {Error} in words for the log: what the issuer answered is in none of them. */
export async function fetchJwks(
  env: Pick<RouterEnv, 'ORIGIN'>,
  functionId: string,
  url: string,
): Promise<JSONWebKeySet> {
  const outcome = await sendToOrigin(
    env,
    url,
    { headers: { accept: 'application/jwk-set+json, application/json' } },
    {
      ...{ function: functionId, version: '', kind: 'rule', headers: {} },
      ...{ timeoutMs: jwksTimeoutMs, streamTimeoutMs: jwksTimeoutMs },
    },
  );
  if ('failure' in outcome) throw new Error(outcome.failure.reason);
  const { response } = outcome;
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`it answered with status ${response.status}, and redirects are not followed`);
  }
  return readJwks(await readText(response));
}

export function readJwks(text: string): JSONWebKeySet {
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch {
    throw new Error('its answer is no JSON');
  }
  const keys = (set as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'object' && key !== null))
    throw new Error('its answer has no list of keys');
  if (keys.length > jwksKeysMax)
    throw new Error(`it lists ${keys.length} keys, and at most ${jwksKeysMax} are taken`);
  return { keys };
}

async function readText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += piece.byteLength;
    if (bytes > jwksBytesMax) throw new Error(`its answer is longer than ${jwksBytesMax} bytes`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
