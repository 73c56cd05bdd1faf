// Goal: schedules call the handlers of functions, once in each minute, whichever syntax they are written in.
// Method: runs of now for what a handler is given; then a schedule of each minute, over a restart of control.

import { expect, test } from 'vitest';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge();

interface Run {
  readonly outcome: string;
  readonly error: { code: string; message: string } | null;
  readonly logs: { message: string }[];
  readonly request_id: string;
  readonly scheduled_at: string;
}

const run = async (name: string, cron: string): Promise<Run> => {
  const { status, body } = await platform.api<Run>('POST', `/functions/${name}/schedules/run`, { cron });
  if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
};

const object = `export default {
  async scheduled(controller, env, ctx) {
    controller.noRetry();
    ctx.waitUntil(Promise.resolve().then(() => console.log('waited for')));
    console.log(controller.cron, new Date(controller.scheduledTime).toISOString().length, env.WORD);
  },
  fetch: () => new Response('up'),
};`;
const entrypoint = `import { WorkerEntrypoint } from 'cloudflare:workers';
export default class extends WorkerEntrypoint {
  fetch() { return new Response('up'); }
  async scheduled(controller) { console.log(controller.cron, String(controller.scheduledTime).length + 11, this.env.WORD); }
}`;
const serviceWorker = `addEventListener('scheduled', (event) => {
  event.waitUntil((async () => console.log(event.cron, new Date(event.scheduledTime).toISOString().length, WORD))());
});`;

test('every minute, once, over a restart of control; and each syntax is called alike', async () => {
  const each = { crons: ['* * * * *'], environment: { WORD: 'hello' } };
  await platform.create('tick', object, each);
  const begun = Date.now();

  for (const [name, code] of Object.entries({ object, entrypoint, 'service-worker': serviceWorker })) {
    await platform.create(name, code, { crons: ['0 0 1 1 *', '0 0 2 1 *'], environment: { WORD: 'hello' } });
    const ran = await run(name, '0 0 1 1 *');
    expect(ran, name).toMatchObject({ outcome: 'success', error: null });
    expect(
      ran.logs.map(({ message }) => message),
      name,
    ).toContain('0 0 1 1 * 24 hello');
  }
  expect((await run('object', '0 0 2 1 *')).logs.map(({ message }) => message)).toContain('waited for');

  const schedules = async () =>
    (
      await platform.api<{ schedules: { last: (Run & { outcome: string }) | null }[] }>(
        'GET',
        '/functions/tick/schedules',
      )
    ).body.schedules[0];
  const first = await waitFor(
    'the first minute',
    async () => {
      const last = (await schedules())?.last;
      return last?.outcome === 'success' && last;
    },
    70_000,
  );
  expect(Date.parse(first.scheduled_at) % 60_000).toBe(0);
  expect(Date.parse(first.scheduled_at)).toBeGreaterThan(begun - 60_000);

  interface Entry {
    readonly kind: string;
    readonly request_id: string;
    readonly message: string;
    readonly time: string;
  }
  /** Of the minute, whoever made them. */
  const calls = async (): Promise<Entry[]> => {
    const { body } = await platform.api<{ logs: Entry[] }>('GET', '/functions/tick/logs?limit=100');
    const due = Date.parse(first.scheduled_at);
    return body.logs
      .filter(({ kind }) => kind === 'invocation')
      .filter(({ time }) => Date.parse(time) >= due && Date.parse(time) < due + 60_000);
  };
  const [call] = await waitFor('its record', async () => {
    const seen = await calls();
    return seen.length > 0 && seen;
  });
  expect(call?.request_id).toBe(first.request_id);
  expect(call?.message).toContain('/cdn-cgi/handler/scheduled');

  await platform.end('SIGKILL');
  await platform.start();
  // One that is run after the start is told of behind all that the new control looked at first.
  await run('object', '0 0 1 1 *');
  expect((await calls()).map(({ request_id }) => request_id)).toEqual([first.request_id]);
});

test('a handler that throws is told as that, by the schedule and in the log', async () => {
  await platform.create('broken', `export default { scheduled() { throw new Error('broke down'); } };`, {
    crons: ['0 0 1 1 *'],
  });
  expect(await run('broken', '0 0 1 1 *')).toMatchObject({
    outcome: 'error',
    error: { code: 'FN_004', message: expect.stringContaining('broke down') },
  });
  expect((await platform.call('broken')).status).toBe(404);
});

test('a handler is held to the timeout of its function', async () => {
  await platform.create(
    'slow',
    `export default { scheduled: () => new Promise((r) => setTimeout(r, 60_000)) };`,
    {
      ...{ crons: ['0 0 1 1 *'], timeout: 1 },
    },
  );
  expect(await run('slow', '0 0 1 1 *')).toMatchObject({ outcome: 'error', error: { code: 'FN_002' } });
});

test('a visitor cannot call it', async () => {
  const answer = await platform.call('object', '/cdn-cgi/handler/scheduled', {
    method: 'POST',
    headers: { 'x-selvedge-invoke': 'scheduled', 'content-type': 'application/json' },
    body: '{"cron":"* * * * *","scheduledTime":0}',
  });
  expect(answer.text).toBe('up');
});

test('crons without a scheduled handler fail the deploy, and are not set on a function that is live', async () => {
  const code = `export default { fetch: () => new Response('up') };`;
  const created = await platform.api<{ error: { code: string; message: string } }>('POST', '/functions', {
    ...{ name: 'none', code, crons: ['0 0 * * *'] },
  });
  expect([created.status, created.body.error.code]).toEqual([422, 'FN_005']);
  expect(created.body.error.message).toContain('has schedules (crons) and no handler for them');
  await platform.create('later', code);
  const updated = await platform.api<{ error: { message: string } }>('PUT', '/functions/later', {
    crons: ['0 0 * * *'],
  });
  expect(updated.status).toBe(422);
  expect(updated.body.error.message).toContain('has schedules (crons) and no handler for them');
  expect((await platform.api<{ schedules: [] }>('GET', '/functions/later/schedules')).body.schedules).toEqual(
    [],
  );
  const event = await platform.api<{ error: { code: string } }>('POST', '/functions', {
    ...{ name: 'event', code: 'export const handler = async (event) => event;', crons: ['0 0 * * *'] },
  });
  expect(event.body.error.code).toBe('FN_005');
});

test('a schedule that is none is refused by its value', async () => {
  const { status, body } = await platform.api<{ error: { message: string } }>('PUT', '/functions/object', {
    crons: ['61 * * * *'],
  });
  expect(status).toBe(400);
  expect(body.error.message).toContain('"61 * * * *", which is no schedule');
});
