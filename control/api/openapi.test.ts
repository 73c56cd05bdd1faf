import type { z } from '@hono/zod-openapi';
import { describe, expect, test } from 'vitest';
import { useApi } from '../../test/support/use-api.ts';
import { LOGIN_PATHS } from './auth.ts';
import { errorShapeAt } from './dialects/dialects.ts';
import type { OpenApiDocument } from './openapi.ts';

/** Pages and documents for people, which the document does not tell of. */
const NOT_OPERATIONS = new Set([
  'GET /',
  'GET /openapi.json',
  'GET /docs',
  'GET /oauth2/auth',
  // Takes bytes, and a token in a header: docs/assets.md.
  'PUT /functions/{id}/assets/{hash}',
  ...LOGIN_PATHS.map((path) => `POST ${path}`),
]);

async function useDocument(): Promise<OpenApiDocument> {
  const response = await useApi().app.request('/openapi.json');
  expect(response.headers.get('content-type')).toBe('application/json');
  return (await response.json()) as OpenApiDocument;
}

/** Every value below `root` with its JSON pointer. */
function* walk(root: unknown, pointer = '#'): Generator<[string, unknown]> {
  yield [pointer, root];
  if (typeof root !== 'object' || root === null) return;
  for (const [key, value] of Object.entries(root)) {
    yield* walk(value, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}

const byMethod = (document: OpenApiDocument) =>
  Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item[method];
      return operation ? [{ name: `${method.toUpperCase()} ${path}`, path, method, operation }] : [];
    }),
  );

test('is an OpenAPI 3.1 document', async () => {
  const document = await useDocument();
  expect(document.openapi).toBe('3.1.0');
  expect(document.info).toMatchObject({ title: 'Selvedge control API', version: '0.1.0' });
});

test('tells of every route that there is but those of dialects, and of no other', async () => {
  const routes = useApi()
    .app.routes.filter((route) => route.method !== 'ALL' && errorShapeAt(route.path) === undefined)
    .map((route) => `${route.method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`)
    .filter((route) => !NOT_OPERATIONS.has(route));
  const described = byMethod(await useDocument()).map((one) => one.name);
  expect(described.toSorted()).toEqual(routes.toSorted());
  expect(described.length).toBeGreaterThan(24);
});

test('has every schema and security scheme that it refers to', async () => {
  const document = await useDocument();
  const pointers = new Map(walk(document));
  const references = [...walk(document)]
    .filter(([pointer]) => pointer.endsWith('/$ref'))
    .map(([, value]) => String(value));
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) expect(pointers.has(reference), reference).toBe(true);
  const schemes = Object.keys(document.components?.securitySchemes ?? {});
  for (const { operation } of byMethod(document)) {
    for (const requirement of operation.security ?? []) {
      expect(schemes).toEqual(expect.arrayContaining(Object.keys(requirement)));
    }
  }
});

test('names each operation once, in a group that is described', async () => {
  const document = await useDocument();
  const operations = byMethod(document).map((one) => one.operation);
  expect(new Set(operations.map((one) => one.operationId)).size).toBe(operations.length);
  const tags = new Set(document.tags?.map((tag) => tag.name));
  for (const operation of operations) {
    expect(operation.summary).toMatch(/./);
    expect(tags.has(operation.tags?.[0] ?? '')).toBe(true);
  }
});

test('describes every parameter, and every field of what is sent', async () => {
  const document = await useDocument();
  for (const { name, path, operation } of byMethod(document)) {
    for (const parameter of operation.parameters ?? []) {
      expect((parameter as { description?: string }).description, name).toMatch(/./);
    }
    const inPath = (operation.parameters ?? []).flatMap((one) =>
      'in' in one && one.in === 'path' ? [one.name] : [],
    );
    expect(inPath, name).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
  }
  for (const schema of ['CreateFunction', 'UpdateFunction', 'SetEnvVariable', 'Invoke', 'CreateKey']) {
    const found = document.components?.schemas?.[schema] as {
      properties: Record<string, { description?: string }>;
    };
    for (const [field, property] of Object.entries(found.properties)) {
      expect(property.description, `${schema}.${field}`).toMatch(/./);
    }
  }
});

test('offers an Idempotency-Key on every POST and on nothing else', async () => {
  for (const { name, method, operation } of byMethod(await useDocument())) {
    const offered = JSON.stringify(operation.parameters ?? []).includes('Idempotency-Key');
    expect(offered, name).toBe(method === 'post');
  }
});

test('asks for the token on everything but what is open', async () => {
  const open = byMethod(await useDocument()).filter((one) => one.operation.security?.length === 0);
  expect(open.map((one) => one.name)).toEqual(['GET /health', 'GET /ready']);
});

interface Content {
  readonly schema: z.ZodType;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
type Described = { readonly description: string; readonly content: Readonly<Record<string, Content>> };

const operations = useApi().app.openAPIRegistry.definitions.flatMap((definition) =>
  definition.type === 'route' ? [definition.route] : [],
);

/** Parameters without which a call is refused. */
const NEEDED: Readonly<Record<string, string>> = { '/routes/explain': 'url=http://hello.localhost/' };

describe.each(operations.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const))(
  '%s',
  (_, route) => {
    const body = route.request?.body?.content['application/json'] as Content | undefined;
    const responses = Object.entries(route.responses) as unknown as [string, Described][];

    test('has examples that are what their schemas say', () => {
      if (body) body.schema.parse(body.example);
      for (const [status, response] of responses) {
        expect(response.description).toMatch(/./);
        const contents = Object.values(response.content);
        expect(Object.keys(response.content)[0]).toMatch(/^(application\/json|text\/plain)/);
        expect(contents.length).toBe('text/event-stream' in response.content ? 2 : 1);
        for (const { schema, example, examples } of contents) {
          const values = examples ? Object.values(examples).map((one) => one.value) : [example];
          for (const value of values) {
            const result = schema.safeParse(value);
            expect(result.error?.message, `${status}: ${JSON.stringify(value)}`).toBeUndefined();
          }
        }
      }
    });

    test('answers as it is described, and refuses a parameter that is not described', async () => {
      const { call } = useApi();
      const path = route.path.replaceAll('{name}', 'any').replaceAll(/\{\w+\}/g, 'abababab');
      const method = route.method.toUpperCase();
      const needed = NEEDED[route.path] ?? '';
      const response = await call(method, `${path}?${needed}`, body?.example);
      const described = responses.find(([status]) => status === String(response.status))?.[1];
      const [contentType, content] = Object.entries(described?.content ?? {})[0] ?? [];
      expect(response.status).toBeLessThan(300);
      expect(response.headers.get('content-type')).toBe(contentType);
      content?.schema.parse(
        contentType === 'application/json' ? await response.json() : await response.text(),
      );

      const refused = await call(method, `${path}?surprise=1&${needed}`, body?.example);
      expect(refused.status).toBe(400);
      const error = Object.values(responses.find(([status]) => status === '400')?.[1].content ?? {})[0];
      const { query } = route.request as { query: z.ZodObject };
      expect(query.def.catchall?._zod.def.type).toBe('never');
      error?.schema.parse(await refused.json());
    });
  },
);
