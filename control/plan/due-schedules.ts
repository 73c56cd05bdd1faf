// Which schedules are due at a minute.

import { runsAt } from '../model/cron.ts';
import type { FunctionRecord } from '../model/function.ts';

export const minuteMs = 60_000;

export const minuteOf = (time: number): number => Math.floor(time / minuteMs) * minuteMs;

export interface DueSchedule {
  readonly functionId: FunctionRecord['id'];
  readonly cron: string;
}

/** A function that is disabled or never was deployed has none. */
export function dueSchedules(
  functions: Iterable<Pick<FunctionRecord, 'id' | 'crons' | 'status' | 'activeVersion'>>,
  minute: number,
): DueSchedule[] {
  const date = new Date(minute);
  const due: DueSchedule[] = [];
  for (const { id, crons, status, activeVersion } of functions) {
    if (status === 'disabled' || activeVersion === null) continue;
    for (const cron of crons) if (runsAt(cron, date)) due.push({ functionId: id, cron });
  }
  return due;
}
