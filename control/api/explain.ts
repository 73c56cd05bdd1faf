// /routes/explain: what the router would do with a request, and why. The fronts tell it themselves.

import { isIP } from 'node:net';
import { z } from '@hono/zod-openapi';
import { AppError } from '../model/errors.ts';
import type { ExplainedRequest, Platform } from '../platform/platform.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { flagQuery } from './query.ts';

const valueLengthMax = 8192;
const text = z.string().min(1).max(valueLengthMax);

const headersSchema = text
  .transform((json, context): Readonly<Record<string, string>> => {
    const parsed = z
      .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), z.string())
      .safeParse(parse(json));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: 'must be a JSON object of header names and their values' });
    return z.NEVER;
  })
  .optional()
  .openapi({ type: 'string', description: 'As a JSON object.', example: '{"accept-language":"de"}' });

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const place = (description: string, example: string): z.ZodType<string | undefined> =>
  z.string().min(1).max(100).optional().openapi({ type: 'string', description, example });

const coordinate = (max: number, description: string, example: string): z.ZodType<string | undefined> =>
  z
    .string()
    .regex(/^-?\d{1,3}(\.\d{1,10})?$/, 'must be decimal degrees')
    .refine((degrees) => Math.abs(Number(degrees)) <= max, `must be from -${max} to ${max}`)
    .optional()
    .openapi({ type: 'string', description, example });

const querySchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL, as a visitor would open it' })
    .max(valueLengthMax)
    .openapi({ description: 'As a visitor would open it.', example: 'http://hello.localhost:8080/users/7' }),
  method: z
    .string()
    .regex(/^[A-Z]{1,20}$/, 'must be an upper-case HTTP method')
    .default('GET')
    .openapi({ description: '`GET` if absent.', example: 'POST' }),
  ip: z
    .string()
    .refine((address) => isIP(address) !== 0, 'must be an IPv4 or IPv6 address')
    .optional()
    .openapi({ type: 'string', description: 'Address of the visitor.', example: '203.0.113.7' }),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two upper-case letters, such as DE')
    .optional()
    .openapi({ description: 'Where he is, in place of what his address tells.', example: 'DE' }),
  continent: z
    .enum(['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'])
    .optional()
    .openapi({ description: 'Two letters.', example: 'EU' }),
  region: place('Name or code of the region.', 'BE'),
  city: place('Name of the city.', 'Berlin'),
  latitude: coordinate(90, 'Decimal degrees.', '52.52'),
  longitude: coordinate(180, 'Decimal degrees.', '13.4'),
  cookie: text.optional().openapi({ description: 'The `Cookie` header.', example: 'beta=1' }),
  headers: headersSchema,
  authorized: flagQuery('Go on as if the request had what it takes to be let in.'),
});

const decisionSchema = z.strictObject({
  step: z.string(),
  decision: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});

const explanationSchema = z
  .strictObject({
    function: z
      .strictObject({ id: z.string(), project: z.string(), name: z.string() })
      .nullable()
      .openapi({ description: 'What would answer; null where nothing is found.' }),
    decisions: z.array(decisionSchema).openapi({ description: 'In the order in which they are made.' }),
    status: z
      .int()
      .nullable()
      .openapi({ description: "Of the router's own answer; null where the function's would be it." }),
    error: z.string().nullable(),
    headers: z
      .array(z.tuple([z.string(), z.string()]))
      .openapi({ description: 'That the router would set on the answer.' }),
  })
  .openapi('Explanation');
export type ExplanationJson = z.output<typeof explanationSchema>;

const example: ExplanationJson = {
  function: { id: 'fn_0123456789abcdefghij', project: 'default', name: 'hello' },
  decisions: [
    {
      step: 'route',
      decision: '"hello" of project "default", by its host',
      details: { function: 'hello', project: 'default', rules: [] },
    },
    { step: 'version', decision: '3f9a1c2b, the only one that is live', details: { version: '3f9a1c2b' } },
    { step: 'instance', decision: 'one is ready' },
  ],
  status: null,
  error: null,
  headers: [],
};

export function addExplain(app: ApiApp, platform: Platform): void {
  addOperation(
    app,
    {
      name: 'explainRoute',
      method: 'get',
      path: '/routes/explain',
      // It tells of rules what only their owner is to know: keys that are looked for, networks that are let in.
      access: 'read_source',
      tag: 'Routes',
      summary: 'Explain what happens to a request',
      description:
        'Runs the steps of the router for a request that nobody sends, and tells each decision. Nothing is counted, stored or called. An owner gets the same for a real request in the header `x-selvedge-trace` of its answer, when the request has `x-selvedge-trace: 1`.',
      query: querySchema,
      answers: [{ status: 200, means: 'What would happen.', schema: explanationSchema, example }],
      errors: ['FN_001', 'SYS_003'],
    },
    async (call) => Response.json(await platform.explain(call.by, asked(call.query))),
  );
}

function asked(query: z.output<typeof querySchema>): ExplainedRequest {
  const { url, method, ip, country, continent, region, city, latitude, longitude } = query;
  if ((latitude === undefined) !== (longitude === undefined))
    throw new AppError('FN_006', 'latitude and longitude belong together: give both, or neither.');
  const known = Object.entries({ country, continent, region, city, latitude, longitude });
  const geo = Object.fromEntries(known.filter(([, value]) => value !== undefined));
  const headers = Object.entries(query.headers ?? {});
  return {
    ...{ url, method, letIn: query.authorized },
    headers: [...headers, ...(query.cookie === undefined ? [] : [['cookie', query.cookie] as const])],
    client: { ip: ip ?? null, geo: Object.keys(geo).length > 0 ? geo : null },
  };
}
