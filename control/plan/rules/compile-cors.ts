// Origins are cut up once, so that the router compares text.

import type { CorsEntry, OriginsEntry } from '../../../edge/contract/rules/cors.ts';
import type { CsrfEntry } from '../../../edge/contract/rules/csrf.ts';
import type { CorsRules } from '../../model/rules/cors.ts';
import type { CsrfRules } from '../../model/rules/csrf.ts';

export function compileCors(cors: CorsRules): CorsEntry {
  return {
    origins: cors.origins.includes('*') ? '*' : compileOrigins(cors.origins),
    methods: cors.methods,
    headers: cors.headers.includes('*') ? '*' : cors.headers.map((name) => name.toLowerCase()),
    expose: cors.expose,
    credentials: cors.credentials,
    maxAgeSeconds: cors.max_age,
    privateNetwork: cors.private_network,
  };
}

export const compileCsrf = ({ origins }: CsrfRules): CsrfEntry => ({ origins: compileOrigins(origins) });

function compileOrigins(origins: readonly string[]): OriginsEntry {
  const [below, exact] = [
    origins.filter((origin) => origin.includes('://*.')),
    origins.filter((origin) => !origin.includes('://*.')),
  ];
  return {
    exact,
    below: below.map((origin) => {
      const star = origin.indexOf('*');
      return { scheme: origin.slice(0, star), suffix: origin.slice(star + 1) };
    }),
  };
}
