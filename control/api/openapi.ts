// The OpenAPI 3.1 document: made of the operations as they are registered, so it cannot tell of others.

import type { OpenAPIHono } from '@hono/zod-openapi';
import { idempotencyKeyLengthMax } from '../model/limits.ts';
import { FIELD_NOTES } from './field-notes.ts';
import { idempotencyKeyPattern } from './idempotency.ts';
import { type ApiApp, TAGS } from './operation.ts';

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

const DESCRIPTION = `JSON in, JSON out; times are ISO 8601 in UTC. Unknown fields and parameters are refused by name.
Each answer has an \`x-request-id\`; send your own to have it kept. Each answer that is an error has its code in \`x-selvedge-error\`.`;

export function addOpenApiDocument(app: ApiApp, version: string): () => OpenApiDocument {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description:
      "The owner's token, which is printed at the first start and kept in the data directory, or that of a key.",
  });
  let document: OpenApiDocument | undefined;
  // Made at the first request, when all operations are registered.
  const get = (): OpenApiDocument => {
    document ??= complete(
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: { title: 'Selvedge control API', version, description: DESCRIPTION },
        tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      }),
    );
    return document;
  };
  app.get('/openapi.json', () => Response.json(get()));
  return get;
}

/** Adds what the schemas of the model do not say, and what is true of every operation. */
function complete(document: OpenApiDocument): OpenApiDocument {
  for (const [schemaName, schema] of Object.entries(document.components?.schemas ?? {})) {
    const notes = FIELD_NOTES[schemaName];
    if (!notes || !('properties' in schema)) continue;
    for (const [field, property] of Object.entries(schema.properties ?? {})) {
      const note = notes[field];
      if (note !== undefined) Object.assign(property, { description: note });
    }
  }
  for (const path of Object.values(document.paths ?? {})) {
    path.post?.parameters?.push(IDEMPOTENCY_KEY);
    if (path.post && !path.post.parameters) path.post.parameters = [IDEMPOTENCY_KEY];
  }
  return document;
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description:
    'Any text that names this request, such as a UUID. The same request with the same key is done once; its repetitions get the first answer, marked `idempotency-replayed: true`.',
  schema: {
    type: 'string' as const,
    minLength: 1,
    maxLength: idempotencyKeyLengthMax,
    pattern: idempotencyKeyPattern.source,
  },
  example: 'f1c2a7d0-5b1e-4a55-9a53-1f4d8a1c7b02',
};
