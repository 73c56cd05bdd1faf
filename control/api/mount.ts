// `/p/<project>/functions/<name>` on the control address: handed on to the edge, where these are the paths of
// functions. Whether a function may be called is the edge's to decide, so nothing is asked for here.
//
// What functions answer is not to be trusted by a browser as control's own: a page of theirs gets an origin of its
// own (`sandbox` without `allow-same-origin`), and so can neither read what control answers nor act as its pages.

import { REQUEST_ID_HEADER } from '../../edge/contract/names.ts';
import type { Platform } from '../platform/platform.ts';
import { MOUNT_ROUTE } from './auth.ts';
import { type ApiApp, addressOf } from './operation.ts';

const POLICY = 'sandbox allow-scripts allow-forms allow-popups';

export function addMount(app: ApiApp, platform: Platform): void {
  app.rules.add('all', MOUNT_ROUTE, { operation: 'callFunction', access: 'open' });
  app.all(MOUNT_ROUTE, async (c) => {
    const { pathname, search } = new URL(c.req.url);
    const headers = new Headers(c.req.raw.headers);
    headers.set(REQUEST_ID_HEADER, c.get('requestId'));
    forward(headers, addressOf(c));
    const response = await platform.callEdge({
      ...{ method: c.req.method, target: pathname + search, headers },
      ...{ body: c.get('bodyBytes'), signal: c.req.raw.signal },
    });
    response.headers.append('content-security-policy', POLICY);
    return response;
  });
}

/** As any proxy does: whoever trusts this machine as one learns who asked, and not who he says that he is. */
function forward(headers: Headers, address: string | null): void {
  const chain = headers.get('x-forwarded-for');
  const asked = address ?? 'unknown';
  headers.set('x-forwarded-for', chain === null ? asked : `${chain}, ${asked}`);
  headers.delete('x-forwarded-proto');
}
