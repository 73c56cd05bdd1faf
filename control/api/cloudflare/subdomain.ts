// The address that a Worker has by itself: its own host, and one for each version that can be previewed.

import { z } from 'zod';
import type { FunctionView, Platform } from '../../platform/platform.ts';
import type { ApiApp } from '../operation.ts';
import { findAccount } from './account-of.ts';
import { addEndpoint } from './add-endpoint.ts';
import { answer } from './envelope.ts';
import { findWorker } from './find-worker.ts';
import { SCRIPT } from './scripts.ts';
import { tagOf, tagsOf } from './worker-json.ts';

const changeSchema = z.looseObject({
  enabled: z.boolean().optional(),
  previews_enabled: z.boolean().optional(),
});

/**
 * Both are there and cannot be taken away: a function's host is its name. wrangler adds https:// to a preview's host, so
 * none is told to it.
 */
const subdomainOf = ({ urls }: FunctionView) => ({ enabled: true, previews_enabled: true, url: urls[0] });

export function addSubdomain(app: ApiApp, platform: Platform): void {
  addEndpoint(
    app,
    { name: 'getSubdomain', method: 'get', path: '/accounts/:account/workers/subdomain', access: 'read' },
    async (call) => {
      const { project } = await findAccount(platform, call.by, call.param('account'));
      return answer({ subdomain: project });
    },
  );

  addEndpoint(
    app,
    { name: 'getWorker', method: 'get', path: '/accounts/:account/workers/workers/:script', access: 'read' },
    async (call) => {
      const view = await findWorker(platform, call);
      const { record } = view;
      return answer({
        ...{ id: tagOf(record), name: record.name, tags: tagsOf(record), subdomain: subdomainOf(view) },
        ...{ logpush: false, observability: { enabled: true }, references: {}, tail_consumers: [] },
        ...{ created_on: record.createdAt, updated_on: record.updatedAt },
      });
    },
  );

  addEndpoint(
    app,
    { name: 'getWorkerSubdomain', method: 'get', path: `${SCRIPT}/subdomain`, access: 'read' },
    async (call) => answer(subdomainOf(await findWorker(platform, call))),
  );

  addEndpoint(
    app,
    { name: 'setWorkerSubdomain', method: 'post', path: `${SCRIPT}/subdomain`, access: 'change' },
    async (call) => {
      call.json(changeSchema);
      return answer(subdomainOf(await findWorker(platform, call)));
    },
  );
}
