// An authority that is to make a certificate asks the host itself, by HTTP, whose it is (ACME, http-01). What a front
// does not know it leaves to the function that the host leads to: that may order certificates of its own.

import { splitUrl } from '../route/split-url.ts';

export const CHALLENGE_PREFIX = '/.well-known/acme-challenge/';

/** Undefined when it is no such question, or none of ours. */
export function answerChallenge(
  challenges: Readonly<Record<string, string>> | undefined,
  url: string,
): Response | undefined {
  if (challenges === undefined) return undefined;
  const { path } = splitUrl(url);
  if (!path.startsWith(CHALLENGE_PREFIX)) return undefined;
  const token = path.slice(CHALLENGE_PREFIX.length);
  if (!Object.hasOwn(challenges, token)) return undefined;
  return new Response(challenges[token], { headers: { 'content-type': 'application/octet-stream' } });
}
