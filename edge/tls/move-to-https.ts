// What comes by HTTP is sent to HTTPS, where SELVEDGE_TLS_REDIRECT says so for the whole platform. A proxy in front that
// serves TLS itself has told the scheme.

import type { Visit } from '../rules/visit.ts';
import { httpsUrl, redirectToHttps } from './redirect-to-https.ts';

export function moveToHttps({ front, client, request, trace }: Visit): Response | undefined {
  const tls = front.index?.tls;
  if (!tls?.redirect || client.scheme === 'https') return undefined;
  const location = httpsUrl(request.url, tls.port);
  if (location === undefined) return undefined;
  trace.note('tls', 'came by HTTP, and is sent to HTTPS by SELVEDGE_TLS_REDIRECT', { location });
  return redirectToHttps(request.method, location);
}
