// Reads the OpenAPI document into what the page shows, with references looked up.

import type { OpenApiDocument } from './openapi.ts';

/** The part of JSON Schema that our schemas use and the page shows. */
export interface DocsSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly DocsSchema[];
  readonly properties?: Readonly<Record<string, DocsSchema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly description?: string;
}

export interface DocsOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly open: boolean;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description: string;
    readonly schema: DocsSchema;
    readonly example: unknown;
  }[];
  readonly body: { readonly schema: DocsSchema; readonly example: unknown } | undefined;
  readonly answers: readonly { readonly status: string; readonly means: string; readonly example: unknown }[];
  readonly errors: readonly { readonly status: string; readonly means: string }[];
}

export interface OperationGroup {
  readonly name: string;
  readonly description: string;
  readonly operations: readonly DocsOperation[];
}

type PathItem = NonNullable<OpenApiDocument['paths']>[string];
type DocumentOperation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export function readGroups(document: OpenApiDocument): OperationGroup[] {
  const all = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ tag: operation.tags?.[0], shown: read(document, method, path, operation) }] : [];
    }),
  );
  return (document.tags ?? []).map((tag) => ({
    name: tag.name,
    description: tag.description ?? '',
    operations: all.filter((one) => one.tag === tag.name).map((one) => one.shown),
  }));
}

function read(
  document: OpenApiDocument,
  method: string,
  path: string,
  operation: DocumentOperation,
): DocsOperation {
  const content =
    operation.requestBody && 'content' in operation.requestBody
      ? operation.requestBody.content['application/json']
      : undefined;
  const responses = Object.entries((operation.responses ?? {}) as Record<string, DocumentResponse>);
  return {
    id: operation.operationId ?? path,
    method,
    path,
    summary: operation.summary ?? '',
    description: operation.description ?? '',
    open: operation.security?.length === 0,
    parameters: (operation.parameters ?? []).flatMap((parameter) =>
      'name' in parameter
        ? [
            {
              name: parameter.name,
              in: parameter.in,
              required: parameter.required === true,
              description: parameter.description ?? '',
              schema: lookUp(document, parameter.schema),
              example: parameter.example ?? lookUp(document, parameter.schema).example,
            },
          ]
        : [],
    ),
    body: content && { schema: lookUp(document, content.schema), example: content.example },
    answers: responses
      .filter(([status]) => Number(status) < 400)
      .map(([status, response]) => ({
        status,
        means: response.description,
        example: Object.values(response.content ?? {})[0]?.example,
      })),
    errors: responses
      .filter(([status]) => Number(status) >= 400)
      .map(([status, response]) => ({ status, means: response.description })),
  };
}

interface DocumentResponse {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly example?: unknown }>>;
}

function lookUp(document: OpenApiDocument, schema: unknown): DocsSchema {
  const reference = (schema as { $ref?: string } | undefined)?.$ref;
  if (reference === undefined) return (schema ?? {}) as DocsSchema;
  return lookUp(document, document.components?.schemas?.[reference.split('/').at(-1) ?? '']);
}
