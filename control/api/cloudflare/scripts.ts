// A Worker as a whole: uploading it makes it live.

import { z } from 'zod';
import { may } from '../../model/access.ts';
import type { Platform } from '../../platform/platform.ts';
import { listAll } from '../dialects/list-all.ts';
import type { ApiApp } from '../operation.ts';
import { findAccount } from './account-of.ts';
import { addEndpoint } from './add-endpoint.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';
import { deployWorker } from './deploy-worker.ts';
import { answer, answerList } from './envelope.ts';
import { findWorker, lookUpWorker, workerRef } from './find-worker.ts';
import { startupTime } from './printed-address.ts';
import { readUpload } from './read-upload.ts';
import { asUuid } from './version-uuid.ts';
import { bindingsJson, LABELS, scriptJson, tagsOf } from './worker-json.ts';

export const SCRIPT = '/accounts/:account/workers/scripts/:script';
const SERVICE = '/accounts/:account/workers/services/:script';

const settingsSchema = z.looseObject({
  tags: z.array(z.string().max(1000)).max(100).nullish(),
  logpush: z.boolean().nullish(),
  tail_consumers: z.array(z.unknown()).nullish(),
});

export function addScripts(app: ApiApp, platform: Platform): void {
  addEndpoint(
    app,
    { name: 'listScripts', method: 'get', path: '/accounts/:account/workers/scripts', access: 'read' },
    async (call) => {
      const { project } = await findAccount(platform, call.by, call.param('account'));
      const views = await listAll(platform, call.by, project);
      return answerList(views.map(({ record }) => scriptJson(record)));
    },
  );

  addEndpoint(app, { name: 'uploadScript', method: 'put', path: SCRIPT, access: 'change' }, async (call) => {
    const startedAt = performance.now();
    const ref = await workerRef(platform, call);
    const found = await lookUpWorker(platform, call, ref);
    const upload = await readUpload(call.bytes(), call.header('content-type'));
    const { view, version } = await deployWorker(platform, {
      ...{ by: call.by, ref, upload, deploy: true },
      // One without a version is what a first try left that failed: trying again makes it anew.
      record:
        found?.record.status === 'failed' && found.record.activeVersion === null ? undefined : found?.record,
    });
    return answer({
      ...scriptJson(view.record),
      deployment_id: asUuid(version?.id ?? ''),
      startup_time_ms: startupTime(call, startedAt, view.urls[0]),
      has_modules: true,
      has_assets: view.record.assets !== null,
    });
  });

  addEndpoint(app, { name: 'getService', method: 'get', path: SERVICE, access: 'read' }, async (call) => {
    const { record } = await findWorker(platform, call, CODES.noService);
    const environment = {
      ...{ environment: 'production', created_on: record.createdAt, modified_on: record.updatedAt },
      script: scriptJson(record),
    };
    return answer({
      ...{ id: record.name, created_on: record.createdAt, modified_on: record.updatedAt },
      ...{ default_environment: environment, environments: [environment] },
    });
  });

  for (const [name, path] of [
    ['deleteService', SERVICE],
    ['deleteScript', SCRIPT],
  ] as const)
    addEndpoint(app, { name, method: 'delete', path, access: 'change' }, async (call) => {
      const { record } = await findWorker(platform, call);
      await platform.deleteFunction(call.by, { idOrName: record.id });
      return answer({ id: record.name });
    });

  addEndpoint(
    app,
    { name: 'getSettings', method: 'get', path: `${SCRIPT}/settings`, access: 'read' },
    async (call) => {
      const { record } = await findWorker(platform, call);
      const variables = await platform.listEnv(call.by, { idOrName: record.id });
      return answer({
        ...scriptJson(record),
        bindings: bindingsJson(variables, record.bindings, may(call.by.actor.role, 'read_source')),
        ...{ logpush: false, placement: {}, tail_consumers: [], observability: { enabled: true } },
      });
    },
  );

  for (const [name, method, access] of [
    ['getScriptSettings', 'get', 'read'],
    ['changeScriptSettings', 'patch', 'change'],
  ] as const)
    addEndpoint(app, { name, method, path: `${SCRIPT}/script-settings`, access }, async (call) => {
      const view = await findWorker(platform, call);
      let { record } = view;
      if (method === 'patch') {
        const { tags, logpush, tail_consumers } = call.json(settingsSchema);
        if (logpush) throw notHere('logpush', 'logs are here: wrangler tail');
        if (tail_consumers?.length)
          throw notHere('tail_consumers', 'a Worker does not get the logs of others here');
        if (tags && JSON.stringify(tags) !== JSON.stringify(tagsOf(record))) {
          const labels = { [LABELS.tags]: JSON.stringify(tags) };
          record = (await platform.updateFunction(call.by, { idOrName: record.id }, { labels })).view.record;
        }
      }
      return answer({
        tags: tagsOf(record),
        logpush: false,
        tail_consumers: [],
        observability: { enabled: true },
      });
    });

  addEndpoint(
    app,
    { name: 'getReferences', method: 'get', path: `${SCRIPT}/references`, access: 'read' },
    async (call) => {
      const { record } = await findWorker(platform, call);
      const others = await listAll(platform, call.by, record.project);
      const incoming = others.flatMap(({ record: other }) =>
        other.bindings
          .filter((binding) => binding.type === 'service' && binding.service === record.name)
          .map(({ name }) => ({ service: other.name, environment: 'production', name })),
      );
      return answer({ services: { incoming, outgoing: [] }, durable_objects: [], dispatch_outbounds: [] });
    },
  );

  addEndpoint(
    app,
    {
      name: 'getTailConsumers',
      method: 'get',
      path: '/accounts/:account/workers/tails/by-consumer/:script',
      access: 'read',
    },
    async (call) => {
      await findWorker(platform, call);
      return answer([]);
    },
  );
}

const notHere = (field: string, instead: string): CloudflareError =>
  new CloudflareError(CODES.notHere, 'FN_006', `"${field}" cannot be had on this platform: ${instead}.`);
