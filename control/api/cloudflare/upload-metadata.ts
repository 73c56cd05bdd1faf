// `metadata` of an upload: what is acted on, what is taken without effect, and what is refused by name.
//
// A field that nobody here knows is refused too, unless it asks for nothing (null, false, an empty list): a setting that
// is dropped in silence is found out in production.

import { z } from 'zod';
import { settingsShape } from '../../model/function.ts';
import { cpuMs, messageLengthMax, tagLengthMax } from '../../model/limits.ts';
import { check } from '../../model/validation-message.ts';
import { parseJson } from '../body.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';

const text = z.string().max(messageLengthMax);
/** Taken, and without effect here: docs/wrangler.md says which and why. */
const noted = z.unknown();

const schema = z.strictObject({
  main_module: z.string().max(512).optional(),
  body_part: z.string().max(512).optional(),
  bindings: z
    .array(z.looseObject({ name: z.string().max(128), type: z.string().max(100) }))
    .max(500)
    .default([]),
  keep_bindings: z.array(z.string().max(100)).max(100).default([]),
  compatibility_date: settingsShape.compatibility_date.optional(),
  compatibility_flags: settingsShape.compatibility_flags.default([]),
  limits: z
    .strictObject({ cpu_ms: z.int().min(1).max(cpuMs.max).optional(), subrequests: noted.optional() })
    .nullish(),
  annotations: z
    .strictObject({
      'workers/message': text.optional(),
      'workers/tag': z.string().max(tagLengthMax).optional(),
      'workers/alias': text.optional(),
    })
    .nullish(),
  assets: z
    .looseObject({ jwt: z.string().max(100_000).optional(), config: z.unknown().optional() })
    .nullish(),
  keep_assets: z.boolean().nullish(),
  migrations: z
    .looseObject({
      old_tag: text.nullish(),
      new_tag: text.nullish(),
      tag: text.nullish(),
      steps: z.array(z.unknown()).max(100).nullish(),
    })
    .nullish(),
  exports: z.record(z.string(), z.looseObject({ type: z.string() })).nullish(),
  tags: z.array(text).max(100).nullish(),
  code_update_strategy: noted.optional(),
  observability: noted.optional(),
  placement: noted.optional(),
  cache_options: noted.optional(),
  package_dependencies: noted.optional(),
  usage_model: noted.optional(),
});
export type UploadMetadata = z.infer<typeof schema>;

/** What this platform has not, with what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  logpush: 'logs are here: wrangler tail, or selvedge functions logs. Take "logpush" out',
  tail_consumers:
    'a Worker does not get the logs of others here. Take "tail_consumers" out, and use wrangler tail',
  streaming_tail_consumers:
    'a Worker does not get the logs of others here. Take "streaming_tail_consumers" out, and use wrangler tail',
  containers: 'there are no containers. Take "containers" out',
  capnp_schema: 'workerd gets no schema of a Worker here. Take "unsafe.capnp" out',
};

export function readMetadata(json: string): UploadMetadata {
  const parsed = parseJson(new TextEncoder().encode(json));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new CloudflareError(CODES.invalid, 'FN_006', 'The part "metadata" is no JSON object.');
  const asked = Object.entries(parsed).filter(([key, value]) => key in schema.shape || !asksNothing(value));
  for (const [key] of asked) {
    const why = Object.hasOwn(REFUSED, key) ? REFUSED[key] : undefined;
    if (why !== undefined)
      throw new CloudflareError(CODES.notHere, 'FN_006', `"${key}" cannot be had on this platform: ${why}.`);
  }
  const metadata = check(schema, Object.fromEntries(asked), 'body');
  for (const [name, { type }] of Object.entries(metadata.exports ?? {})) {
    if (type !== 'durable-object' && type !== 'worker')
      throw new CloudflareError(
        CODES.notHere,
        'FN_006',
        `exports.${name} is of type "${type.slice(0, 80)}", which cannot be had on this platform: take it out.`,
      );
  }
  return metadata;
}

const asksNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);
