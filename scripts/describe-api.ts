// The OpenAPI document without a platform: operations are described as they are registered, before any is called.

import { createApi } from '../control/api/app.ts';
import type { OpenApiDocument } from '../control/api/openapi.ts';

/** What stands in the place of all that an operation would call, and must not. */
const nothing = new Proxy(
  {},
  {
    get: (_, name) => {
      throw new Error(`Describing the API needs no ${String(name)}.`);
    },
  },
);

export async function describeApi(): Promise<OpenApiDocument> {
  const api = createApi({
    ...{ platform: nothing as never, idempotency: nothing as never, log: nothing as never },
    ...{ auth: { mode: 'none' }, version: '0' },
  });
  const response = await api.request('http://localhost/openapi.json');
  if (!response.ok) throw new Error(`/openapi.json answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as OpenApiDocument;
}
