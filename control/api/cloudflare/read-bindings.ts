// The bindings of an upload: variables and secrets, bindings that the platform serves, and the others, each of which is
// refused by its name. Pure.

import { z } from 'zod';
import { bindingsSchema, type VersionBinding } from '../../model/binding.ts';
import {
  type EnvVariable,
  environmentNameSchema,
  environmentValueSchema,
  type KeptVariable,
} from '../../model/function.ts';
import { environmentVariablesMax } from '../../model/limits.ts';
import { check } from '../../model/validation-message.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';

export interface GivenBinding {
  readonly name: string;
  readonly type: string;
  readonly [key: string]: unknown;
}

/** What the Worker has already. */
export interface Before {
  readonly variables: readonly Pick<EnvVariable, 'key' | 'secret' | 'json'>[];
  readonly bindings: readonly VersionBinding[];
}

export interface ReadBindings {
  readonly variables: readonly KeptVariable[];
  readonly bindings: readonly VersionBinding[];
}

const schema = z.strictObject({ bindings: bindingsSchema });

/** Types of bindings that this version of the platform has nothing behind. */
const STORAGE: Readonly<Record<string, string>> = {
  kv_namespace: 'a KV namespace',
  r2_bucket: 'an R2 bucket',
  d1: 'a D1 database',
  queue: 'a queue',
  hyperdrive: 'a Hyperdrive configuration',
  vectorize: 'a Vectorize index',
  analytics_engine: 'an Analytics Engine dataset',
  secrets_store_secret: "a secret of the account's Secrets Store",
  workflow: 'a workflow',
  pipelines: 'a pipeline',
};
const SERVICES: Readonly<Record<string, string>> = {
  ai: 'Workers AI',
  browser: 'Browser Rendering',
  images: 'Images',
  stream: 'Stream',
  media: 'Media transformations',
  send_email: 'sending of e-mail',
  mtls_certificate: 'an mTLS certificate',
  ratelimit: 'a rate limiter (functions have rate_limit)',
  worker_loader: 'a loader of Workers',
};

export function readBindings(
  given: readonly GivenBinding[],
  keep: readonly string[],
  before: Before,
): ReadBindings {
  const variables = new Map<string, KeptVariable>();
  const bindings = new Map<string, unknown>();
  const seen = new Set<string>();
  for (const binding of given) {
    const { name } = binding;
    if (seen.has(name)) throw invalid(`Two bindings are called "${name}": rename one.`);
    seen.add(name);
    const read = readOne(binding, before);
    if ('variable' in read) variables.set(name, read.variable);
    else bindings.set(name, read.binding);
  }
  for (const { key, secret, json } of before.variables) {
    const type = secret ? 'secret_text' : json ? 'json' : 'plain_text';
    if (!seen.has(key) && keep.includes(type)) variables.set(key, { key, value: null, secret, json });
  }
  for (const binding of before.bindings)
    if (!seen.has(binding.name) && keep.includes(typeOf(binding))) bindings.set(binding.name, binding);
  if (variables.size > environmentVariablesMax)
    throw invalid(
      `There are ${variables.size} variables and secrets: at most ${environmentVariablesMax} are taken.`,
    );
  return {
    variables: [...variables.values()],
    bindings: check(schema, { bindings: [...bindings.values()] }, 'body').bindings,
  };
}

type One = { readonly variable: KeptVariable } | { readonly binding: unknown };

function readOne(given: GivenBinding, before: Before): One {
  const { name, type } = given;
  switch (type) {
    case 'plain_text':
      return variable(name, given.text, false);
    case 'secret_text':
      return variable(name, given.text, true);
    case 'json':
      return variable(name, JSON.stringify(given.json ?? null), false, true);
    case 'inherit':
      return inherited(given, before);
    case 'service': {
      const { service, entrypoint, props, environment } = given;
      return { binding: { type, name, service, ...defined({ entrypoint, props, environment }) } };
    }
    case 'durable_object_namespace': {
      const { class_name: className, script_name: script } = given;
      return { binding: { type: 'durable_object', name, className, ...defined({ script }) } };
    }
    case 'dispatch_namespace': {
      const { namespace, outbound } = given;
      return { binding: { type, name, namespace, ...defined({ outbound }) } };
    }
    case 'assets':
    case 'version_metadata':
      return { binding: { type, name } };
    case 'wasm_module':
      return { binding: { type: 'wasm', name, module: given.part } };
    case 'text_blob':
      return { binding: { type: 'text', name, module: given.part } };
    case 'data_blob':
      return { binding: { type: 'data', name, module: given.part } };
    default:
      throw notServed(name, type);
  }
}

function variable(name: string, value: unknown, secret: boolean, json = false): One {
  const key = environmentNameSchema.safeParse(name);
  if (!key.success)
    throw invalid(`The variable "${name.slice(0, 80)}": its name ${key.error.issues[0]?.message}.`);
  // What a value is, which may be a secret, is not told.
  const text = environmentValueSchema.safeParse(value);
  if (!text.success) throw invalid(`The variable "${name}": its value ${text.error.issues[0]?.message}.`);
  return { variable: { key: key.data, value: text.data, secret, ...(json && { json: true }) } };
}

function inherited({ name, old_name }: GivenBinding, { variables, bindings }: Before): One {
  const from = typeof old_name === 'string' ? old_name : name;
  const known = variables.find(({ key }) => key === from);
  if (known && from === name) return { variable: { ...known, value: null } };
  const binding = bindings.find((one) => one.name === from);
  if (binding) return { binding: { ...binding, name } };
  throw new CloudflareError(
    CODES.invalidInherit,
    'FN_006',
    `inherit binding '${name}' is invalid: the Worker has no binding "${from}" of before. Set a secret with wrangler secret put ${name}; a resource is not made by itself here.`,
  );
}

function notServed(name: string, type: string): CloudflareError {
  const what = STORAGE[type] ?? SERVICES[type];
  const is = what === undefined ? 'which nobody here knows' : `which would be ${what}`;
  const later = type in STORAGE ? ' Storage comes with a later version of Selvedge.' : '';
  return new CloudflareError(
    CODES.notHere,
    'FN_006',
    `The binding "${name.slice(0, 80)}" is of type "${type.slice(0, 80)}", ${is}: this platform cannot serve it.${later} Take the binding out of the configuration, or keep this Worker on Cloudflare.`,
  );
}

/** As uploads call the type of a binding that is stored. */
function typeOf({ type }: VersionBinding): string {
  if (type === 'durable_object') return 'durable_object_namespace';
  if (type === 'wasm') return 'wasm_module';
  return type === 'text' ? 'text_blob' : type === 'data' ? 'data_blob' : type;
}

/** Without what is absent or null. */
const defined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

const invalid = (message: string): CloudflareError => new CloudflareError(CODES.invalid, 'FN_006', message);
