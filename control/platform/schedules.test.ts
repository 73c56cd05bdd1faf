import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { callerOf } from '../../test/support/use-drafts.ts';
import { useStore } from '../../test/support/use-store.ts';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { type Actor, OWNER } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { VersionId } from '../model/ids.ts';
import { schedulesAtOnceMax } from '../model/limits.ts';
import { openStore, type Store } from '../store/store.ts';
import { Catalog } from './catalog.ts';
import type { InvokeResult } from './platform.ts';
import { Schedules } from './schedules.ts';

const noon = Date.parse('2026-11-27T12:00:00Z');
const worked = { status: 'success', version: 'v' } as InvokeResult;
const owner = callerOf(OWNER);
const live = { status: 'deployed', activeVersion: 'a'.repeat(64) as VersionId } as const;

/** Controls that share a store follow each other; each has a clock that the test sets. */
async function useSchedules(store: Store, records = [functionRecord({ ...live, crons: ['* * * * *'] })]) {
  const catalog = new Catalog();
  for (const record of records) {
    catalog.set({ record, deployment: undefined, versions: [], aliases: new Map() });
  }
  const known = new Set((await store.functions.all()).map(({ id }) => id));
  await store.transaction(async (tx) => {
    for (const record of records) if (!known.has(record.id)) await tx.functions.insert(record);
  });
  const clock = { now: noon };
  const invoke = vi.fn(async (): Promise<InvokeResult> => worked);
  const log = { error: vi.fn() };
  const schedules = new Schedules({ store, catalog, invoke, now: () => clock.now, log });
  const at = async (now: number): Promise<void> => {
    clock.now = now;
    schedules.look();
    await schedules.settled();
  };
  return { schedules, clock, invoke, at, log, record: records[0] as (typeof records)[0], records };
}

test('calls the handler once in each minute, with the minute that it was due at', async () => {
  const { at, invoke, record } = await useSchedules(await useStore());
  await at(noon + 400);
  await at(noon + 30_000);
  await at(noon + 61_200);
  expect(invoke.mock.calls.map(([id, input]: unknown[]) => [id, (input as { event: object }).event])).toEqual(
    [
      [record.id, { cron: '* * * * *', scheduledTime: noon }],
      [record.id, { cron: '* * * * *', scheduledTime: noon + 60_000 }],
    ],
  );
  expect(invoke).toHaveBeenCalledWith(
    record.id,
    expect.objectContaining({ method: 'POST', path: '/cdn-cgi/handler/scheduled', scheduled: true }),
    expect.any(AbortSignal),
  );
});

test('a control that starts in the same minute does not run it again, and does what is left of it', async () => {
  const stateDb = join(useTmpDir(), 'state.db');
  const first = await openStore({ stateDb });
  const before = await useSchedules(first);
  await before.at(noon);
  await first.close();
  const store = await useStore(stateDb);
  const second = functionRecord({ ...live, name: 'other', crons: ['* * * * *'] });
  const after = await useSchedules(store, [before.record, second]);
  await after.at(noon + 20_000);
  expect(after.invoke.mock.calls.map(([id]: unknown[]) => id)).toEqual([second.id]);
  await after.at(noon + 60_000);
  expect(after.invoke).toHaveBeenCalledTimes(3);
});

test('a clock that is set back runs no minute again', async () => {
  const { at, invoke } = await useSchedules(await useStore());
  await at(noon + 120_000);
  await at(noon);
  await at(noon + 120_000);
  expect(invoke).toHaveBeenCalledTimes(1);
});

test('minutes in which no control looked are not made up for', async () => {
  const { at, invoke } = await useSchedules(await useStore());
  await at(noon);
  await at(noon + 600_000);
  expect(invoke).toHaveBeenCalledTimes(2);
});

test('tells the last run and the next one', async () => {
  const { schedules, at, record } = await useSchedules(await useStore());
  expect(await schedules.of(record)).toMatchObject([{ next: '2026-11-27T12:01:00.000Z', last: null }]);
  await at(noon + 5);
  expect(await schedules.of(record)).toMatchObject([
    { last: { scheduledAt: '2026-11-27T12:00:00.000Z', outcome: 'success', error: null } },
  ]);
});

test('a run that fails is told with its code, be it the function or the platform that failed', async () => {
  const { schedules, at, invoke, record } = await useSchedules(await useStore());
  invoke.mockResolvedValueOnce({ ...worked, status: 'error', error: { code: 'FN_004', message: 'broke' } });
  await at(noon);
  const last = async () => (await schedules.of(record))[0]?.last;
  expect(await last()).toMatchObject({ outcome: 'error', error: { code: 'FN_004', message: 'broke' } });
  invoke.mockRejectedValueOnce(new AppError('SYS_003', 'no front'));
  await at(noon + 60_000);
  expect(await last()).toMatchObject({ outcome: 'error', error: { code: 'SYS_003', message: 'no front' } });
});

test('a run that control did not see the end of is told as that', async () => {
  const store = await useStore();
  const { schedules, record, clock, invoke } = await useSchedules(store);
  invoke.mockReturnValueOnce(new Promise(() => undefined));
  clock.now = noon;
  schedules.look();
  await vi.waitFor(async () => expect((await schedules.of(record))[0]?.last?.outcome).toBe('running'));
  schedules.leave();
  const next = await useSchedules(store, [record]);
  await next.schedules.start();
  next.schedules.leave();
  expect((await next.schedules.of(record))[0]?.last).toMatchObject({ outcome: 'unknown' });
  expect(next.invoke).not.toHaveBeenCalled();
});

test('as many runs as may be are under way, and one more is left out', async () => {
  const crons = ['* * * * *'];
  const records = Array.from({ length: schedulesAtOnceMax + 1 }, (_, index) =>
    functionRecord({ ...live, name: `f${index}`, crons }),
  );
  const { schedules, at, invoke } = await useSchedules(await useStore(), records);
  await at(noon);
  expect(invoke).toHaveBeenCalledTimes(schedulesAtOnceMax);
  const views = await Promise.all(records.map((record) => schedules.of(record)));
  const left = views.flat().filter(({ last }) => last?.outcome === 'error');
  expect(left).toHaveLength(1);
  expect(left[0]?.last?.error).toMatchObject({
    code: 'FN_007',
    message: expect.stringContaining('500 schedules'),
  });
});

test('lists the schedules of the caller, in pages', async () => {
  const records = ['a', 'b', 'c'].map((name) =>
    functionRecord({
      ...live,
      name,
      project: name === 'c' ? 'shop' : 'default',
      crons: ['0 0 * * *', '1 0 * * *'],
    }),
  );
  const { schedules } = await useSchedules(await useStore(), records);
  const first = await schedules.list(owner, { limit: 4 });
  expect(first.items.map(({ record, cron }) => `${record.name} ${cron}`)).toEqual([
    ...['a 0 0 * * *', 'a 1 0 * * *', 'b 0 0 * * *', 'b 1 0 * * *'],
  ]);
  const second = await schedules.list(owner, { limit: 4, cursor: String(first.cursor) });
  expect(second.items.map(({ record }) => record.name)).toEqual(['c', 'c']);
  expect(second.cursor).toBeNull();
  const shopOnly: Actor = { ...OWNER, projects: ['shop'] };
  expect((await schedules.list(callerOf(shopOnly), { limit: 9 })).items).toHaveLength(2);
  expect((await schedules.list(owner, { limit: 9, project: 'default' })).items).toHaveLength(4);
});

test('a run of now calls the handler, and counts as no run of the schedule', async () => {
  const { schedules, invoke, record } = await useSchedules(await useStore());
  const run = await schedules.run(record, '* * * * *', 'req-1', new AbortController().signal);
  expect(run).toEqual({ cron: '* * * * *', scheduledAt: '2026-11-27T12:00:00.000Z', result: worked });
  expect(invoke).toHaveBeenCalledTimes(1);
  expect((await schedules.of(record))[0]?.last).toBeNull();
});

test('a schedule that the function does not have is not run, and those that it has are named', async () => {
  const { schedules, record } = await useSchedules(await useStore());
  await expect(
    schedules.run(record, '0 0 * * *', 'req-1', new AbortController().signal),
  ).rejects.toMatchObject({ code: 'FN_001', message: expect.stringContaining('it has "* * * * *"') });
});
