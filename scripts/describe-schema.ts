// A JSON Schema of the OpenAPI document in the words of docs/api-reference.md: type, bounds, default. Pure.

import type { DocsSchema } from '../control/api/docs-operations.ts';

export interface ReferenceSchema extends DocsSchema {
  readonly $ref?: string;
  readonly anyOf?: readonly ReferenceSchema[];
  readonly properties?: Readonly<Record<string, ReferenceSchema>>;
  readonly items?: ReferenceSchema;
  readonly additionalProperties?: boolean | ReferenceSchema;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface FieldRow {
  /** With those that it is in: `scaling.minInstances`. */
  readonly name: string;
  readonly required: boolean;
  readonly type: string;
  readonly standard: string;
  readonly means: string;
}

/** A row for each field, and below it those of an object that it holds. */
export function fieldRows(schema: ReferenceSchema, within = ''): FieldRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const name = `${within}${key}`;
    const required = schema.required?.includes(key) ?? false;
    const standard =
      field.default === undefined || isEmpty(field.default) ? '' : JSON.stringify(field.default);
    const row = { name, required, type: typeOf(field), standard, means: field.description ?? '' };
    return [row, ...fieldRows(field, `${name}.`), ...fieldRows(field.items ?? {}, `${name}[].`)];
  });
}

/** That of an object whose fields have defaults of their own says nothing. */
const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

export function typeOf(schema: ReferenceSchema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(', or ');
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? '';
  const types = [schema.type ?? 'anything'].flat();
  return types.map((type) => `${ofType(type, schema)}${boundsOf(type, schema)}`).join(' or ');
}

function ofType(type: string, { items, additionalProperties, format }: ReferenceSchema): string {
  if (type === 'array' && items?.properties === undefined && items) return `array of ${typeOf(items)}`;
  if (type === 'object' && typeof additionalProperties === 'object') {
    const values = typeOf(additionalProperties);
    return additionalProperties.anyOf ? `object of (${values})` : `object of ${values}`;
  }
  return format === undefined ? type : `${type} (${format})`;
}

function boundsOf(type: string, schema: ReferenceSchema): string {
  if (type === 'integer' || type === 'number') return span(schema.minimum, schema.maximum, '');
  if (type === 'string') return span(schema.minLength, schema.maxLength, ' characters');
  return type === 'array' ? span(schema.minItems, schema.maxItems, ' of them') : '';
}

/** zod writes the greatest safe integer where there is no bound. */
function span(low: number | undefined, high: number | undefined, unit: string): string {
  const least = low === -Number.MAX_SAFE_INTEGER ? undefined : low;
  const most = high === Number.MAX_SAFE_INTEGER ? undefined : high;
  if (least !== undefined && most !== undefined) return `, ${least} to ${most}${unit}`;
  if (most !== undefined) return `, up to ${most}${unit}`;
  return least === undefined || (unit !== '' && least <= 1) ? '' : `, ${least} or more${unit}`;
}
