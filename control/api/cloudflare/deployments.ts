// Deployments of a Worker: which versions get which part of the traffic.

import { z } from 'zod';
import { createDeploymentSchema } from '../../model/deployment.ts';
import { deploymentVersionsMax, messageLengthMax } from '../../model/limits.ts';
import { check } from '../../model/validation-message.ts';
import type { Platform } from '../../platform/platform.ts';
import type { ApiApp } from '../operation.ts';
import { addEndpoint } from './add-endpoint.ts';
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
    .max(deploymentVersionsMax),
  annotations: z.looseObject({ 'workers/message': z.string().max(messageLengthMax).nullish() }).nullish(),
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
      const { versions, annotations } = call.json(createSchema);
      const ids = await Promise.all(
        versions.map(({ version_id }) => findVersion(platform, call, record.id, version_id)),
      );
      const shares = versions.map(({ percentage }, index) => ({
        version: ids[index]?.id ?? '',
        share: percentage,
      }));
      const message = annotations?.['workers/message'] ?? undefined;
      // The control API's own rules: shares add up to 100, and none is finer than 0.01.
      const input = check(
        createDeploymentSchema,
        { versions: shares, message, strategy: 'percentage' },
        'body',
      );
      const deployment = await platform.createDeployment(call.by, { idOrName: record.id }, input);
      return answer(deploymentJson(deployment));
    },
  );
}
