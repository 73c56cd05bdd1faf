// When a function's `scheduled` handler is called: five fields, as Cloudflare's crons have them, in UTC. `L`, `W` and `#`
// mean there what they do here, and so do days of the week as numbers: 1 is Sunday and 7 Saturday.

import { Cron } from 'croner';
import { z } from 'zod';
import * as limits from './limits.ts';

/** Parsed expressions that are remembered: more than that are in use nowhere. */
const rememberedMax = 5000;
const remembered = new Map<string, Cron>();

/** When none of the years that are looked at has a run, there is none: 30 February. */
const START = new Date('2024-01-01T00:00:00Z');

function parse(text: string): Cron {
  let cron = remembered.get(text);
  if (!cron) {
    const options = {
      mode: '5-part',
      timezone: 'UTC',
      alternativeWeekdays: true,
      sloppyRanges: true,
    } as const;
    cron = new Cron(text, { ...options, paused: true });
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(text, cron);
  }
  return cron;
}

/** One that was stored by a Selvedge which took what this one does not has no runs, and ends nothing. */
function stored(cron: string): Cron | undefined {
  try {
    return parse(cron);
  } catch {
    return undefined;
  }
}

/** The next run after `after`; null if there is none. */
export const nextRun = (cron: string, after: Date): Date | null => stored(cron)?.nextRun(after) ?? null;

/** Whether it has a run at this minute. */
export const runsAt = (cron: string, minute: Date): boolean => stored(cron)?.match(minute) ?? false;

/** Why a text is no schedule; undefined if it is one. */
function faultOf(text: string): string | undefined {
  if (/^@|\?/.test(text.trim())) return 'nicknames and "?" are not taken';
  try {
    if (parse(text).nextRun(START) === null) return 'it has no run on any date';
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^CronPattern: /, '').replace(/\.$/, '');
  }
}

export const cronSchema = z
  .string()
  .min(1)
  .max(limits.cronLengthMax)
  .superRefine((text, context) => {
    const fault = faultOf(text);
    if (fault === undefined) return;
    context.addIssue({
      code: 'custom',
      message: `is "${text.slice(0, 80)}", which is no schedule (${fault}): it must have five fields, minute, hour, day, month and day of the week (1 is Sunday), such as "*/5 * * * *" or "0 9 * * MON-FRI"`,
    });
  });

export const cronsSchema = z
  .array(cronSchema)
  .max(limits.cronsMax)
  .refine((crons) => new Set(crons).size === crons.length, 'names a schedule twice');

/** How a run ended. `unknown`: control ended while it ran. */
export const SCHEDULE_OUTCOMES = ['running', 'success', 'error', 'unknown'] as const;

export interface ScheduleRun {
  /** The minute that it was due at, ISO 8601. */
  readonly scheduledAt: string;
  readonly outcome: (typeof SCHEDULE_OUTCOMES)[number];
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly durationMs: number | null;
  readonly requestId: string;
}
