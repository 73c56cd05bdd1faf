// The rules of TLS: what comes by HTTP is sent to HTTPS, and browsers are told to use nothing else. They are never told
// by HTTP, where anybody on the way could.

import { httpsUrl, redirectToHttps } from '../../tls/redirect-to-https.ts';
import type { StepMaker } from '../step.ts';

export const tlsStep: StepMaker = {
  name: 'tls',
  prepare({ tls }) {
    if (!tls) return undefined;
    const { redirect, hsts } = tls;
    return (visit) => {
      const { scheme } = visit.client;
      if (scheme === 'https') {
        if (hsts !== null)
          visit.responseHeaders.push({ op: 'set', name: 'strict-transport-security', value: hsts });
        visit.trace.note(
          'tls',
          hsts === null ? 'came by HTTPS' : 'came by HTTPS: browsers are told to stay there',
          { hsts },
        );
        return undefined;
      }
      const location = redirect ? httpsUrl(visit.request.url, visit.front.index?.tls?.port) : undefined;
      if (location === undefined) {
        visit.trace.note('tls', 'came by HTTP, which is let in', { redirect });
        return undefined;
      }
      visit.trace.note('tls', 'came by HTTP, and is sent to HTTPS', { location });
      return redirectToHttps(visit.request.method, location);
    };
  },
};
