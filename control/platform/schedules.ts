// Calls the `scheduled` handlers of functions when they are due, once for each schedule and minute.
//
// Each second it is looked whether a new minute has begun. A run is claimed in the database before it is begun, so a
// control that starts within a minute does what the one before it left, and nothing twice. Minutes in which no control
// ran are not made up for. Runs are not repeated when they fail.

import { randomUUID } from 'node:crypto';
import { type Caller, inScope } from '../model/access.ts';
import { nextRun, type ScheduleRun } from '../model/cron.ts';
import { AppError } from '../model/errors.ts';
import type { FunctionRecord } from '../model/function.ts';
import { schedulesAtOnceMax } from '../model/limits.ts';
import { type DueSchedule, dueSchedules, minuteOf } from '../plan/due-schedules.ts';
import { readCursor, toPage } from '../store/cursor.ts';
import { type RunKey, runKey } from '../store/schedule-runs.ts';
import type { Store } from '../store/store.ts';
import type { Catalog } from './catalog.ts';
import type {
  Invoke,
  InvokeResult,
  ListSchedules,
  Page,
  ScheduledRunResult,
  ScheduleView,
} from './platform.ts';
import type { PlatformLog } from './platform-log.ts';

const lookEveryMs = 1000;
/** Of what went wrong, as it is stored. */
const messageLengthMax = 1000;

export interface SchedulesOptions {
  readonly store: Pick<Store, 'scheduleRuns' | 'transaction'>;
  readonly catalog: Pick<Catalog, 'all' | 'get'>;
  readonly invoke: (functionId: string, input: Invoke, signal: AbortSignal) => Promise<InvokeResult>;
  readonly now: () => number;
  readonly log: Pick<PlatformLog, 'error'>;
}

export class Schedules {
  readonly #options: SchedulesOptions;
  readonly #working = new Set<Promise<void>>();
  /** Calls that have not been answered. */
  #underWay = 0;
  #minute = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SchedulesOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#options.store.scheduleRuns.giveUp();
    this.#timer = setInterval(() => this.look(), lookEveryMs).unref();
    this.look();
  }

  /** Begins what is due, if a minute has begun since the last look. */
  look(): void {
    const minute = minuteOf(this.#options.now());
    // A clock that was set back comes to the same minutes again.
    if (minute <= this.#minute) return;
    this.#minute = minute;
    const records = [...this.#options.catalog.all()].map(({ record }) => record);
    const due = dueSchedules(records, minute);
    if (due.length > 0) this.#track(this.#begin(due, minute), { minute });
  }

  /** Resolves when the runs under way have ended. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) await Promise.allSettled(this.#working);
  }

  /** No run begins any more; those under way go on. */
  leave(): void {
    clearInterval(this.#timer);
    this.#minute = Number.POSITIVE_INFINITY;
  }

  /** Of the functions in the caller's projects, by project, name and schedule. */
  async list({ actor }: Caller, { project, limit, cursor }: ListSchedules): Promise<Page<ScheduleView>> {
    const records = [...this.#options.catalog.all()]
      .map(({ record }) => record)
      .filter((record) => inScope(actor.projects, record.project))
      .filter((record) => project === undefined || record.project === project);
    const place = (record: FunctionRecord, cron: string): string =>
      JSON.stringify([record.project, record.name, cron]);
    const after = cursor === undefined ? '' : readCursor(cursor)[0];
    const rows = records
      .flatMap((record) => record.crons.map((cron) => ({ record, cron, place: place(record, cron) })))
      .filter((row) => row.place > after)
      .toSorted((a, b) => (a.place < b.place ? -1 : 1))
      .slice(0, limit + 1);
    const page = toPage(rows, limit, (row) => [row.place, '']);
    const last = await this.#options.store.scheduleRuns.list([
      ...new Set(page.items.map((row) => row.record.id)),
    ]);
    return {
      items: page.items.map(({ record, cron }) => this.#view(record, cron, last)),
      cursor: page.cursor,
    };
  }

  async of(record: FunctionRecord): Promise<readonly ScheduleView[]> {
    const last = await this.#options.store.scheduleRuns.list([record.id]);
    return record.crons.map((cron) => this.#view(record, cron, last));
  }

  /** Does a run of it now, beside those that are due. What it is due at is now. */
  async run(
    record: FunctionRecord,
    cron: string,
    requestId: string,
    signal: AbortSignal,
  ): Promise<ScheduledRunResult> {
    if (!record.crons.includes(cron)) {
      const known = record.crons.map((one) => `"${one}"`).join(', ');
      throw new AppError(
        'FN_001',
        `"${record.name}" has no schedule "${cron.slice(0, 80)}"; ${known === '' ? 'it has none: set "crons".' : `it has ${known}.`}`,
      );
    }
    const scheduledTime = this.#options.now();
    const result = await this.#options.invoke(record.id, callOf(cron, scheduledTime, requestId), signal);
    return { cron, scheduledAt: new Date(scheduledTime).toISOString(), result };
  }

  #view(record: FunctionRecord, cron: string, last: ReadonlyMap<string, ScheduleRun>): ScheduleView {
    const next =
      record.status === 'disabled' || record.activeVersion === null
        ? null
        : nextRun(cron, new Date(this.#options.now()));
    return {
      ...{ record, cron },
      next: next?.toISOString() ?? null,
      last: last.get(runKey({ functionId: record.id, cron })) ?? null,
    };
  }

  #track(work: Promise<void>, what: object): void {
    const tracked = work
      .catch((error: unknown) =>
        this.#options.log.error('schedules could not be run', { ...what, error: String(error) }),
      )
      .finally(() => this.#working.delete(tracked));
    this.#working.add(tracked);
  }

  /** All in one transaction: at midnight many are due. */
  async #begin(due: readonly DueSchedule[], minute: number): Promise<void> {
    const scheduledAt = new Date(minute).toISOString();
    const claimed = await this.#options.store.transaction(async (tx) => {
      const own: (DueSchedule & { requestId: string })[] = [];
      for (const one of due) {
        const requestId = randomUUID();
        if (await tx.scheduleRuns.claim(one, scheduledAt, requestId)) own.push({ ...one, requestId });
      }
      return own;
    });
    for (const { requestId, ...run } of claimed) this.#track(this.#run(run, minute, requestId), run);
  }

  async #run(due: DueSchedule, minute: number, requestId: string): Promise<void> {
    const startedAt = performance.now();
    const error =
      this.#underWay >= schedulesAtOnceMax
        ? {
            code: 'FN_007',
            message: `${schedulesAtOnceMax} schedules run already (schedulesAtOnceMax): this run was left out.`,
          }
        : await this.#call(due, minute, requestId);
    const durationMs = Math.round(performance.now() - startedAt);
    const outcome = error === null ? 'success' : 'error';
    await this.#options.store.scheduleRuns.finish(due, { requestId, outcome, error, durationMs });
  }

  /** Why it failed; null if it did not. */
  async #call(
    { functionId, cron }: RunKey,
    minute: number,
    requestId: string,
  ): Promise<ScheduleRun['error']> {
    this.#underWay += 1;
    try {
      const signal = new AbortController().signal;
      const { error } = await this.#options.invoke(functionId, callOf(cron, minute, requestId), signal);
      return error ? { code: error.code, message: error.message.slice(0, messageLengthMax) } : null;
    } catch (error) {
      const code = error instanceof AppError ? error.code : 'SYS_001';
      const message = error instanceof Error ? error.message : String(error);
      return { code, message: message.slice(0, messageLengthMax) };
    } finally {
      this.#underWay -= 1;
    }
  }
}

/** The path is what the call is found under in the function's log. */
const callOf = (cron: string, scheduledTime: number, requestId: string): Invoke => ({
  ...{ method: 'POST', path: '/cdn-cgi/handler/scheduled', headers: {}, query: { cron } },
  ...{ event: { cron, scheduledTime }, scheduled: true, requestId },
});
