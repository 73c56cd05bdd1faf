// `/p/<project>/functions/<name>` on the control address: handed on to the edge, where these are the paths of
// functions. Whether a function may be called is the edge's to decide, so nothing is asked for here.
//
// What functions answer is not to be trusted by a browser as control's own: a page of theirs gets an origin of its
// own (`sandbox` without `allow-same-origin`), and so can neither read what control answers nor act as its pages.

import type { Platform } from '../platform/platform.ts';
import { MOUNT_ROUTES } from './auth.ts';
import type { ApiApp } from './operation.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const POLICY = 'sandbox allow-scripts allow-forms allow-popups';

export function addMount(app: ApiApp, platform: Platform): void {
  for (const path of MOUNT_ROUTES) {
    for (const method of METHODS) {
      app.rules.add(method, path, { operation: 'callFunction', access: 'open' });
      app.on(method, path, async (c) => {
        const { pathname, search } = new URL(c.req.url);
        const response = await platform.callEdge({
          ...{ method: c.req.method, target: pathname + search, headers: c.req.raw.headers },
          ...{ body: c.get('bodyBytes'), signal: c.req.raw.signal },
        });
        response.headers.append('content-security-policy', POLICY);
        return response;
      });
    }
  }
}
