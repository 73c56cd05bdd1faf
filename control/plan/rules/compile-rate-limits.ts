// From limiters as people write them to what the router counts by.

import type { KeyPart, RateLimitEntry } from '../../../edge/contract/rules/rate-limits.ts';
import { keyParts, type RateLimiter } from '../../model/rules/rate-limits.ts';

export function compileRateLimits(limiters: readonly RateLimiter[]): RateLimitEntry[] {
  return limiters.map(compileLimiter);
}

function compileLimiter(limiter: RateLimiter): RateLimitEntry {
  const { name, algorithm, by, missing, methods, paths, status, before_auth, headers } = limiter;
  const parts = keyParts(by).filter((part) => part !== 'global');
  const figures =
    limiter.algorithm === 'token_bucket'
      ? {
          limit: limiter.burst,
          rate: limiter.rate,
          windowMs: Math.ceil((limiter.burst / limiter.rate) * 1000),
        }
      : { limit: limiter.limit, rate: 0, windowMs: limiter.window * 1000 };
  return {
    // What is counted by another key is another count as well.
    id: [name, algorithm, figures.limit, figures.windowMs, figures.rate, ...parts].join(' '),
    ...{ name, algorithm, ...figures },
    by: parts.map(compilePart),
    byText: parts.length === 0 ? '' : ` by ${parts.join(' and ')}`,
    ...{ missing, methods: methods ?? null, paths: paths ?? null, status },
    ...{ beforeAuth: before_auth, headers },
  };
}

function compilePart(part: string): KeyPart {
  const [from = '', name = ''] = part.split(/:(.*)/s);
  if (from === 'header') return { from, name: name.toLowerCase() };
  if (from === 'cookie') return { from, name };
  return { from: from as 'ip' | 'key' | 'user' | 'country' | 'path' };
}
