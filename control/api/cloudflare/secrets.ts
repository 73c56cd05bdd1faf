// Secrets of a Worker, whose values nobody is shown.
//
// `wrangler secret` makes a new version from the live one, and that live. It is refused while a version that was uploaded
// since is not live, as on Cloudflare. `wrangler versions secret` makes one from the newest, and only keeps it.

import { z } from 'zod';
import {
  type EnvVariable,
  environmentNameSchema,
  environmentValueSchema,
  type FunctionRecord,
  type Kept,
  type KeptVariable,
} from '../../model/function.ts';
import { environmentVariablesMax, messageLengthMax, tagLengthMax } from '../../model/limits.ts';
import type { DeployResult, Platform } from '../../platform/platform.ts';
import type { ApiApp } from '../operation.ts';
import { addEndpoint, type CloudflareCall } from './add-endpoint.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';
import { answer, answerList } from './envelope.ts';
import { findWorker } from './find-worker.ts';
import { SCRIPT } from './scripts.ts';
import { versionJson } from './worker-json.ts';

const secretSchema = z.looseObject({
  name: environmentNameSchema,
  text: environmentValueSchema,
  type: z.literal('secret_text', 'must be "secret_text": keys of other kinds cannot be kept here'),
});
/** Null deletes. */
const bulkSchema = z.looseObject({
  secrets: z.record(
    environmentNameSchema,
    z.looseObject({ text: environmentValueSchema, type: z.literal('secret_text').optional() }).nullable(),
  ),
});
const latestSchema = z.looseObject({
  env: z.record(
    environmentNameSchema,
    z.looseObject({ text: environmentValueSchema, type: z.literal('secret_text') }).nullable(),
  ),
  annotations: z
    .looseObject({
      'workers/message': z.string().max(messageLengthMax).nullish(),
      'workers/tag': z.string().max(tagLengthMax).nullish(),
    })
    .nullish(),
});

type Changes = Readonly<Record<string, string | null>>;

export function addSecrets(app: ApiApp, platform: Platform): void {
  addEndpoint(
    app,
    { name: 'listSecrets', method: 'get', path: `${SCRIPT}/secrets`, access: 'read' },
    async (call) => answerList((await secretNames(platform, call)).map(secretJson)),
  );

  addEndpoint(
    app,
    { name: 'putSecret', method: 'put', path: `${SCRIPT}/secrets`, access: 'change' },
    async (call) => {
      const { name, text } = call.json(secretSchema);
      await change(platform, call, { [name]: text });
      return answer(secretJson(name));
    },
  );

  addEndpoint(
    app,
    { name: 'getSecret', method: 'get', path: `${SCRIPT}/secrets/:secret`, access: 'read' },
    async (call) => {
      const name = call.param('secret');
      if (!(await secretNames(platform, call)).includes(name)) throw noSecret(name);
      return answer(secretJson(name));
    },
  );

  addEndpoint(
    app,
    { name: 'deleteSecret', method: 'delete', path: `${SCRIPT}/secrets/:secret`, access: 'change' },
    async (call) => {
      const name = call.param('secret');
      if (!(await secretNames(platform, call)).includes(name)) throw noSecret(name);
      await change(platform, call, { [name]: null });
      return answer(null);
    },
  );

  addEndpoint(
    app,
    { name: 'changeSecrets', method: 'patch', path: `${SCRIPT}/secrets-bulk`, access: 'change' },
    async (call) => {
      const { secrets } = call.json(bulkSchema);
      await change(platform, call, textsOf(secrets));
      return answerList((await secretNames(platform, call)).map(secretJson));
    },
  );

  addEndpoint(
    app,
    {
      ...{ name: 'changeLatestVersion', method: 'patch', access: 'change' },
      path: '/accounts/:account/workers/workers/:script/versions/latest',
    },
    async (call) => {
      const { env, annotations } = call.json(latestSchema);
      const view = await findWorker(platform, call);
      const { items } = await platform.listVersions(call.by, { idOrName: view.record.id }, { limit: 1 });
      if (items.length === 0)
        throw new CloudflareError(
          CODES.noVersions,
          'FN_001',
          `The Worker "${view.record.name}" has no version yet: upload one with wrangler versions upload.`,
        );
      const { version } = await apply(platform, call, view.record, textsOf(env), {
        deploy: false,
        annotations: {
          message: annotations?.['workers/message'] ?? null,
          tag: annotations?.['workers/tag'] ?? null,
          triggeredBy: 'secret',
        },
      });
      return answer(version && versionJson(version, false));
    },
  );
}

async function change(platform: Platform, call: CloudflareCall, changes: Changes): Promise<void> {
  const { record } = await findWorker(platform, call);
  const ref = { idOrName: record.id };
  const [versions, deployments] = await Promise.all([
    platform.listVersions(call.by, ref, { limit: 1 }),
    platform.listDeployments(call.by, ref, { limit: 1 }),
  ]);
  const [newest] = versions.items;
  const [live] = deployments.items;
  // A version of before may be live again, as a secret that is deleted leads back to it: then nothing is left undeployed.
  if (newest && newest.id !== record.activeVersion && !(live && live.createdAt >= newest.createdAt))
    throw new CloudflareError(
      CODES.latestNotDeployed,
      'FN_006',
      `The newest version of "${record.name}" is not live, and it is not clear which is to have the secret: use wrangler versions secret, or deploy that version first.`,
      { status: 409 },
    );
  await apply(platform, call, record, changes, {
    annotations: { message: null, tag: null, triggeredBy: 'secret' },
  });
}

async function apply(
  platform: Platform,
  { by }: CloudflareCall,
  { id }: FunctionRecord,
  changes: Changes,
  more: { readonly deploy?: boolean; readonly annotations: Kept['annotations'] },
): Promise<DeployResult> {
  const before = await platform.listEnv(by, { idOrName: id });
  return platform.updateFunction(by, { idOrName: id }, { ...more, variables: withSecrets(before, changes) });
}

/** What there is stays but for the secrets that are named. */
export function withSecrets(before: readonly EnvVariable[], changes: Changes): KeptVariable[] {
  for (const { key, secret } of before)
    if (!secret && Object.hasOwn(changes, key))
      throw new CloudflareError(
        CODES.invalid,
        'FN_006',
        `"${key}" is a variable of the Worker: take it out of "vars" and deploy, then set the secret.`,
      );
  const after: KeptVariable[] = [
    ...before
      .filter(({ key }) => !Object.hasOwn(changes, key))
      .map(({ key, secret, json }) => ({ key, value: null, secret, json })),
    ...Object.entries(changes).flatMap(([key, value]) =>
      value === null ? [] : [{ key, value, secret: true }],
    ),
  ];
  if (after.length <= environmentVariablesMax) return after;
  throw new CloudflareError(
    CODES.invalid,
    'FN_006',
    `There would be ${after.length} variables and secrets: at most ${environmentVariablesMax} are taken.`,
  );
}

async function secretNames(platform: Platform, call: CloudflareCall): Promise<string[]> {
  const { record } = await findWorker(platform, call);
  const variables = await platform.listEnv(call.by, { idOrName: record.id });
  return variables.filter(({ secret }) => secret).map(({ key }) => key);
}

const textsOf = (given: Readonly<Record<string, { readonly text: string } | null>>): Changes =>
  Object.fromEntries(Object.entries(given).map(([name, secret]) => [name, secret?.text ?? null]));

const secretJson = (name: string) => ({ name, type: 'secret_text' });

const noSecret = (name: string): CloudflareError =>
  new CloudflareError(
    CODES.noSecret,
    'FN_001',
    `The Worker has no secret "${name.slice(0, 128)}": wrangler secret list shows those that it has.`,
  );
