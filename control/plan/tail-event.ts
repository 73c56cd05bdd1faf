// An invocation as a tail tells it: what a front has recorded of it, with what was logged for it.

import type { InvocationRecord } from '../../edge/contract/front-api.ts';
import type { TailEvent, TailException, TailLog, TailOutcome } from '../model/tail.ts';

export interface Scheduled {
  readonly cron: string;
  readonly scheduledTime: number;
}

export interface Told {
  readonly logs: readonly TailLog[];
  readonly exceptions: readonly TailException[];
  /** There were more than were kept. */
  readonly truncated: boolean;
}

const STATUS_CLIENT_LEFT = 499;

/** The nearest outcome that the ecosystem has: a wall-time limit is told as the CPU's, as there is none of its own. */
export function outcomeOf({ status, error }: Pick<InvocationRecord, 'status' | 'error'>): TailOutcome {
  if (error === 'FN_004') return 'exception';
  if (error === 'FN_002') return 'exceededCpu';
  if (error === 'FN_003') return 'exceededMemory';
  if (error !== undefined) return 'unknown';
  return status === STATUS_CLIENT_LEFT ? 'canceled' : 'ok';
}

export function tailEvent(
  scriptName: string,
  record: InvocationRecord,
  told: Told,
  scheduled: Scheduled | undefined,
): TailEvent {
  const { url, headers } = record.seen ?? { url: record.path, headers: {} };
  return {
    outcome: outcomeOf(record),
    scriptName,
    scriptVersion: { id: record.version },
    exceptions: told.exceptions,
    logs: told.logs,
    eventTimestamp: record.at,
    wallTime: Math.round(record.durationMs),
    truncated: told.truncated,
    event: scheduled ?? {
      request: { url, method: record.method, headers, cf: {} },
      response: { status: record.status },
    },
  };
}

/** Its class is before what it says, or only in its stack, as V8 writes them: `TypeError: no such thing`. */
export function exceptionOf(message: string, stack: string | undefined, timestamp: number): TailException {
  const [, named, said] = CLASS.exec(message.split('\n')[0] ?? '') ?? [];
  const name = named ?? CLASS.exec(stack?.split('\n')[0] ?? '')?.[1] ?? 'Error';
  return { name, message: said ?? message, ...(stack !== undefined && { stack }), timestamp };
}

const CLASS = /^([A-Z]\w*(?:Error|Exception)|Error): (.*)$/;
