// A schedule's call. Control sends it as a request, through a front like any other, so that limits, logs and records
// hold for it; here it becomes what a `scheduled` handler takes.

import type { Adapted, AnyFunction } from './adapter.ts';
import { HandlerFault } from './adapter.ts';

/** What control sends as the body. */
interface ScheduledCall {
  readonly cron: string;
  /** Milliseconds since the epoch. */
  readonly scheduledTime: number;
}

/** Of the module, or of the class that is its default export. */
export function scheduledHandler({ events, entrypoint }: Adapted): AnyFunction | undefined {
  if (entrypoint === undefined) return events?.scheduled;
  const method = (entrypoint.prototype as { scheduled?: unknown }).scheduled;
  return typeof method === 'function' ? (method as AnyFunction) : undefined;
}

export const noScheduled =
  'The function has schedules (crons) and no handler for them: `export default { async scheduled(controller, env, ctx) { … } }`. Export one, or take its crons away.';

/** `call` is given the controller, and does the rest as the handler's own syntax has it. */
export async function callScheduled(
  request: Request,
  call: ((controller: object) => unknown) | undefined,
): Promise<Response> {
  if (call === undefined) throw new HandlerFault(noScheduled);
  const { cron, scheduledTime } = (await request.json()) as ScheduledCall;
  let noRetry = false;
  await call({
    type: 'scheduled',
    cron,
    scheduledTime,
    noRetry: (): void => {
      noRetry = true;
    },
  });
  return Response.json({ no_retry: noRetry });
}
