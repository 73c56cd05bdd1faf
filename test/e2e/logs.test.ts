// Console output at its level, errors with stacks in the user's coordinates, per invocation and in the log.

import { expect, test } from 'vitest';
import { testToken } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

interface Line {
  level: string;
  message: string;
  stack?: string;
  request_id?: string;
  kind?: string;
}

test('invoke answers with the logs of that very invocation', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'talk',
    `export default { async fetch(request, env, ctx) {
      const who = await request.text();
      console.log('log', who); console.warn('warn', { who }); console.error('error'); console.debug('debug');
      ctx.waitUntil(scheduler.wait(30).then(() => console.info('later', who)));
      return new Response('ok');
    } };`,
  );
  const answers = await Promise.all(
    ['"a"', '"b"'].map((who) =>
      platform.api<{ logs: Line[] }>('POST', '/functions/talk/invoke', { event: JSON.parse(who) }),
    ),
  );
  for (const [index, { body }] of answers.entries()) {
    const who = ['a', 'b'][index];
    expect(body.logs.map(({ level }) => level)).toEqual(['log', 'warn', 'error', 'debug', 'info']);
    expect(body.logs[0]?.message).toContain(String(who));
    expect(body.logs[4]?.message).toContain(`later`);
    expect(body.logs[4]?.message).toContain(String(who));
  }
});

test('a handler that throws is FN_004, with its stack in the file that the user wrote', async () => {
  const platform = await useSelvedge();
  const files = {
    'index.ts': `import { fail } from './deep/fail';\nexport default { fetch(): Response { return fail('x'); } };`,
    'deep/fail.ts': `interface Unused { a: string }\n\nexport function fail(what: string): never {\n  throw new TypeError('failed ' + what);\n}`,
  };
  await platform.create('broken', files);
  const { status, body } = await platform.api<{
    error: { code: string; message: string; stack: string };
    logs: Line[];
  }>('POST', '/functions/broken/invoke', {});
  expect(status).toBe(500);
  expect(body.error.code).toBe('FN_004');
  expect(body.error.message).toContain('failed x');
  expect(body.error.stack).toMatch(/fail\.ts:4:\d+/);
  expect(body.error.stack).toMatch(/index\.ts:2:\d+/);

  const direct = await platform.call('broken');
  expect([direct.status, direct.headers['x-selvedge-error']]).toEqual([500, 'FN_004']);
  expect(direct.text).not.toContain('fail.ts');
});

test('a handler that can never answer is FN_004 too, and no success of invoke', async () => {
  const platform = await useSelvedge();
  await platform.create('stuck', 'export default { fetch: () => new Promise(() => undefined) };');
  const direct = await platform.call('stuck');
  expect([direct.status, direct.headers['x-selvedge-error']]).toEqual([500, 'FN_004']);
  expect(direct.text).toContain('never answered');
  const { status, body } = await platform.api<{ error: { code: string } }>(
    'POST',
    '/functions/stuck/invoke',
    {},
  );
  expect([status, body.error.code]).toEqual([500, 'FN_004']);
});

test("a function's own 500 passes as it is", async () => {
  const platform = await useSelvedge();
  await platform.create('sorry', `export default { fetch: () => new Response('mine', { status: 500 }) };`);
  const { status, text, headers } = await platform.call('sorry');
  expect([status, text, headers['x-selvedge-error']]).toEqual([500, 'mine', undefined]);
});

test('the log has console lines, unhandled rejections and invocations, and can be searched', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'busy',
    `export default { fetch(request) {
      console.log('needle in ' + new URL(request.url).pathname);
      if (request.url.endsWith('/reject')) Promise.reject(new Error('nobody caught this'));
      return new Response('ok');
    } };`,
  );
  await platform.call('busy', '/one', { headers: { 'x-request-id': 'req-1' } });
  await platform.call('busy', '/reject');
  const read = async (query: string): Promise<Line[]> =>
    (await platform.api<{ logs: Line[] }>('GET', `/functions/busy/logs${query}`)).body.logs;
  await waitFor('the rejection in the log', async () =>
    (await read('')).some(
      ({ message, stack }) => message.includes('nobody caught this') && stack?.includes('index'),
    ),
  );
  expect((await read('?search=needle')).length).toBe(2);
  await waitFor('the invocation record', async () =>
    (await read('?request_id=req-1')).some(({ message }) => message.includes('GET /one 200')),
  );
  expect((await read('?level=error')).every(({ level }) => level === 'error')).toBe(true);
});

test('a follower gets lines as they come', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'live',
    `export default { fetch() { console.log('tick'); return new Response('ok'); } };`,
  );
  const controller = new AbortController();
  const response = await fetch(`${platform.control}/functions/live/logs?follow=true`, {
    headers: { authorization: `Bearer ${testToken}` },
    signal: controller.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  await platform.call('live');
  let seen = '';
  while (!seen.includes('tick')) seen += (await reader?.read())?.value ?? '';
  controller.abort();
});

test('what a flood loses is counted', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'flood',
    `export default { fetch() { for (let i = 0; i < 50000; i++) console.log('x'.repeat(200)); return new Response('ok'); } };`,
  );
  expect((await platform.call('flood')).text).toBe('ok');
  await waitFor('a count of dropped lines', async () => {
    await platform.call('flood');
    return (await platform.api<{ dropped: number }>('GET', '/functions/flood/logs')).body.dropped > 0;
  });
});

test('lines written while control was away are in the log afterwards', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'diary',
    `export default { fetch(r) { console.log('entry ' + new URL(r.url).pathname); return new Response('ok'); } };`,
  );
  await platform.call('diary', '/before');
  await platform.end('SIGKILL');
  await platform.call('diary', '/during');
  await platform.start();
  const messages = await waitFor('both entries', async () => {
    const { logs } = (await platform.api<{ logs: Line[] }>('GET', '/functions/diary/logs')).body;
    const entries = logs.filter(({ kind }) => kind === 'console').map(({ message }) => message);
    return entries.includes('entry /during') && entries;
  });
  expect(messages.filter((message) => message === 'entry /during')).toHaveLength(1);
});
