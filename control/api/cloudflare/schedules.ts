// When a Worker's `scheduled` handler is called.

import { z } from 'zod';
import { cronSchema } from '../../model/cron.ts';
import { cronsMax } from '../../model/limits.ts';
import type { Platform } from '../../platform/platform.ts';
import type { ApiApp } from '../operation.ts';
import { addEndpoint } from './add-endpoint.ts';
import { answer } from './envelope.ts';
import { findWorker } from './find-worker.ts';
import { SCRIPT } from './scripts.ts';

const schedulesSchema = z.array(z.looseObject({ cron: cronSchema })).max(cronsMax);

export function addSchedules(app: ApiApp, platform: Platform): void {
  addEndpoint(
    app,
    { name: 'getSchedules', method: 'get', path: `${SCRIPT}/schedules`, access: 'read' },
    async (call) => {
      const { record } = await findWorker(platform, call);
      return answer({ schedules: record.crons.map((cron) => ({ cron, created_on: record.updatedAt })) });
    },
  );

  addEndpoint(
    app,
    { name: 'setSchedules', method: 'put', path: `${SCRIPT}/schedules`, access: 'change' },
    async (call) => {
      const { record } = await findWorker(platform, call);
      const crons = [...new Set(call.json(schedulesSchema).map(({ cron }) => cron))];
      const { view } = await platform.updateFunction(call.by, { idOrName: record.id }, { crons });
      return answer({
        schedules: view.record.crons.map((cron) => ({ cron, modified_on: view.record.updatedAt })),
      });
    },
  );
}
