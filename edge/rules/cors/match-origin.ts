// Whether an `Origin` header is one of those that are named.

import type { OriginsEntry } from '../../contract/rules/cors.ts';

/** Labels with a dot behind each but the last: no "@", no "/" and no port, so that none passes for the host below. */
const LABELS = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;

export function originMatcher({ exact, below }: OriginsEntry): (origin: string) => boolean {
  const named = new Set(exact);
  return (origin) =>
    named.has(origin) ||
    below.some(
      ({ scheme, suffix }) =>
        origin.startsWith(scheme) &&
        origin.endsWith(suffix) &&
        LABELS.test(origin.slice(scheme.length, -suffix.length)),
    );
}
