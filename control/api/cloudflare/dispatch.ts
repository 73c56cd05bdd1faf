// Dispatch namespaces, and the Workers in them, which are functions of the project called `<namespace>--<Worker>`.

import { z } from 'zod';
import {
  type DispatchNamespace,
  namespacedName,
  namespaceNameSchema,
} from '../../model/dispatch-namespace.ts';
import type { FunctionView, Platform } from '../../platform/platform.ts';
import type { ApiApp } from '../operation.ts';
import { findAccount } from './account-of.ts';
import { addEndpoint, type CloudflareCall } from './add-endpoint.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';
import { deployWorker } from './deploy-worker.ts';
import { answer, answerList } from './envelope.ts';
import { lookUpWorker, type WorkerRef, workerRef } from './find-worker.ts';
import { startupTime } from './printed-address.ts';
import { readUpload } from './read-upload.ts';
import { asUuid } from './version-uuid.ts';
import { scriptJson } from './worker-json.ts';

const LIST = '/accounts/:account/workers/dispatch/namespaces';
const ONE = `${LIST}/:namespace`;
const SCRIPTS = `${ONE}/scripts`;
const SCRIPT = `${SCRIPTS}/:script`;

const nameBody = z.looseObject({ name: namespaceNameSchema });

export function addDispatch(app: ApiApp, platform: Platform): void {
  const project = async (call: CloudflareCall): Promise<string> =>
    (await findAccount(platform, call.by, call.param('account'))).project;

  addEndpoint(app, { name: 'listNamespaces', method: 'get', path: LIST, access: 'read' }, async (call) => {
    const all = await platform.listNamespaces(call.by, await project(call));
    return answerList(all.map(namespaceJson));
  });

  addEndpoint(
    app,
    { name: 'createNamespace', method: 'post', path: LIST, access: 'change' },
    async (call) => {
      const { name } = call.json(nameBody);
      return answer(namespaceJson(await platform.createNamespace(call.by, await project(call), name)));
    },
  );

  addEndpoint(app, { name: 'getNamespace', method: 'get', path: ONE, access: 'read' }, async (call) => {
    const found = await platform.getNamespace(call.by, await project(call), call.param('namespace'));
    return answer(namespaceJson(found));
  });

  addEndpoint(app, { name: 'renameNamespace', method: 'put', path: ONE, access: 'change' }, async (call) => {
    const { name } = call.json(nameBody);
    const from = call.param('namespace');
    return answer(namespaceJson(await platform.renameNamespace(call.by, await project(call), from, name)));
  });

  addEndpoint(
    app,
    { name: 'deleteNamespace', method: 'delete', path: ONE, access: 'change' },
    async (call) => {
      await platform.deleteNamespace(call.by, await project(call), call.param('namespace'));
      return answer(null);
    },
  );

  addEndpoint(
    app,
    { name: 'uploadDispatchScript', method: 'put', path: SCRIPT, access: 'change' },
    async (call) => {
      const startedAt = performance.now();
      const ref = await dispatchRef(platform, call);
      const found = await lookUpWorker(platform, call, ref);
      const upload = await readUpload(call.bytes(), call.header('content-type'));
      const { view, version } = await deployWorker(platform, {
        ...{ by: call.by, ref, upload, deploy: true, public: false },
        record:
          found?.record.status === 'failed' && found.record.activeVersion === null
            ? undefined
            : found?.record,
      });
      return answer({
        ...dispatchJson(call, view),
        deployment_id: asUuid(version?.id ?? ''),
        startup_time_ms: startupTime(call, startedAt, view.urls[0]),
      });
    },
  );

  addEndpoint(
    app,
    { name: 'getDispatchScript', method: 'get', path: SCRIPT, access: 'read' },
    async (call) => {
      const view = await findDispatched(platform, call);
      return answer({
        dispatch_namespace: call.param('namespace'),
        script: dispatchJson(call, view),
        ...{ created_on: view.record.createdAt, modified_on: view.record.updatedAt },
      });
    },
  );

  addEndpoint(
    app,
    { name: 'deleteDispatchScript', method: 'delete', path: SCRIPT, access: 'change' },
    async (call) => {
      const { record } = await findDispatched(platform, call);
      await platform.deleteFunction(call.by, { idOrName: record.id });
      return answer(null);
    },
  );
}

/** The Worker is known by its own name here, and to the platform by the namespace's too. */
async function dispatchRef(platform: Platform, call: CloudflareCall): Promise<WorkerRef> {
  const ref = await workerRef(platform, call);
  const { name } = await platform.getNamespace(call.by, ref.project, call.param('namespace'));
  return { ...ref, idOrName: namespacedName(name, ref.idOrName) };
}

async function findDispatched(platform: Platform, call: CloudflareCall): Promise<FunctionView> {
  const view = await lookUpWorker(platform, call, await dispatchRef(platform, call));
  if (view) return view;
  throw new CloudflareError(
    CODES.noDispatchScript,
    'FN_001',
    `There is no Worker "${call.param('script')}" in the dispatch namespace "${call.param('namespace')}": deploy it with wrangler deploy --dispatch-namespace.`,
  );
}

const dispatchJson = (call: CloudflareCall, { record }: FunctionView) => ({
  ...scriptJson(record),
  id: call.param('script'),
});

const namespaceJson = ({ id, name, createdAt, updatedAt }: DispatchNamespace) => ({
  ...{ namespace_id: id, namespace_name: name, created_on: createdAt, modified_on: updatedAt },
  ...{ created_by: '', modified_by: '', trusted_workers: false },
});
