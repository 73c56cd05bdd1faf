// Deployments of a Worker: which versions get which part of the traffic.

import { z } from 'zod';
import type { Platform } from '../../platform/platform.ts';
import type { ApiApp } from '../operation.ts';
import { addEndpoint } from './add-endpoint.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';
import { answer } from './envelope.ts';
import { findVersion } from './find-version.ts';
import { findWorker } from './find-worker.ts';
import { SCRIPT } from './scripts.ts';
import { deploymentJson } from './worker-json.ts';

/** As wrangler shows. */
const deploymentsShown = 10;

const createSchema = z.looseObject({
  strategy: z.literal('percentage'),
  versions: z
    .array(z.looseObject({ version_id: z.string().max(100), percentage: z.number().min(0).max(100) }))
    .min(1)
    .max(10),
  annotations: z.looseObject({ 'workers/message': z.string().max(1000).nullish() }).nullish(),
});

export function addDeployments(app: ApiApp, platform: Platform): void {
  addEndpoint(
    app,
    { name: 'listDeployments', method: 'get', path: `${SCRIPT}/deployments`, access: 'read' },
    async (call) => {
      const { record } = await findWorker(platform, call);
      const { items } = await platform.listDeployments(
        call.by,
        { idOrName: record.id },
        { limit: deploymentsShown },
      );
      return answer({ deployments: items.map(deploymentJson) });
    },
  );

  addEndpoint(
    app,
    { name: 'createDeployment', method: 'post', path: `${SCRIPT}/deployments`, access: 'change' },
    async (call) => {
      const { record } = await findWorker(platform, call);
      const { versions } = call.json(createSchema);
      const sum = versions.reduce((total, { percentage }) => total + Math.round(percentage * 100), 0);
      if (sum !== 10_000)
        throw new CloudflareError(
          CODES.invalid,
          'FN_006',
          `The percentages add up to ${sum / 100}: they must add up to 100, in steps of 0.01.`,
        );
      const [only] = versions;
      if (!only || versions.length > 1)
        throw new CloudflareError(
          CODES.notHere,
          'FN_006',
          'Traffic cannot be split between versions here yet: deploy one version at 100 %.',
        );
      const version = await findVersion(platform, call, record.id, only.version_id);
      await platform.rollback(call.by, { idOrName: record.id }, version.id);
      const { items } = await platform.listDeployments(call.by, { idOrName: record.id }, { limit: 1 });
      return answer(items[0] && deploymentJson(items[0]));
    },
  );
}
