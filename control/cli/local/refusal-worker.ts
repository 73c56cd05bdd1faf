// Where `fetch()` and `connect()` of a function lead that runs offline. A call is refused as by the platform's own way
// out for a function whose `egress` is `none`; a connection is closed.

import { compatibilityDateDefault } from '../../workerd/compatibility.ts';

const message =
  'The function may not reach any host: an event is run offline. To test a call of another service, put a fake in its place.';

const source = `
const refusal = ${JSON.stringify({ error: { code: 'FN_009', message } })};
export default {
  fetch: () => Response.json(refusal, { status: 403, headers: { 'x-selvedge-error': 'FN_009' } }),
  connect: (socket) => socket.close(),
};`;

/** A worker beside the function, in the same Miniflare. */
export const refusalWorker = {
  name: 'refusal',
  modules: [{ type: 'ESModule' as const, path: 'refusal.js', contents: source }],
  compatibilityDate: compatibilityDateDefault,
};
