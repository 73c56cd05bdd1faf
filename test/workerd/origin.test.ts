// Goal: an origin that a rule names answers in the function's place, within the limits of the function.
// Method: a real front with a real outbound, which opens loopback to rules; the origin is a server of the test.

import type { IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import { rulesSchema } from '../../control/model/rules.ts';
import { compileRules } from '../../control/plan/compile-rules.ts';
import type { FunctionEntry } from '../../edge/contract/routing-table.ts';
import { anEntry, aTable, errorOf, type RunningFront, useFront } from '../support/use-front.ts';
import { useOrigin } from '../support/use-origin.ts';
import { useOutbound } from '../support/use-outbound.ts';
import { waitFor } from '../support/wait-for.ts';

interface Setup extends Partial<FunctionEntry> {
  /** Networks that the operator opens. */
  readonly open?: readonly string[];
}

/** Its function hands everything below /api to the origin; there is no instance. */
async function useRewrite(origin: string, { open = ['127.0.0.0/8'], ...changes }: Setup = {}) {
  const asked = rulesSchema.parse({ rewrite: [{ path: '/api/*', to: '/v1/*', origin }] });
  const rules = compileRules(asked, { project: 'default', functionId: 'fn_hello', environment: 'prod' });
  const front: RunningFront = await useFront(
    aTable([anEntry({ slots: {}, ...(rules && { rules }), ...changes })]),
  );
  const outbound = await useOutbound({ openNetworks: open });
  front.originAt(outbound.runDir.originSocket());
  return { front, outbound };
}

test('the origin is asked by its own host, without what is the platform’s, and answers as it likes', async () => {
  let seen: { url: string | undefined; headers: IncomingHttpHeaders } | undefined;
  const origin = await useOrigin((request, response) => {
    seen = { url: request.url, headers: request.headers };
    response
      .writeHead(418, { 'x-theirs': '1', 'x-selvedge-error': 'FN_001', 'x-selvedge-version': 'forged' })
      .end('tea');
  });
  const { front } = await useRewrite(origin.url);
  const reply = await front.ask({
    path: '/api/users?x=1',
    headers: { authorization: 'Bearer token', 'x-selvedge-origin-way': '{"kind":"region"}', 'x-mine': '1' },
  });
  expect([reply.status, reply.body, reply.headers['x-theirs']]).toEqual([418, 'tea', '1']);
  expect(Object.keys(reply.headers).filter((name) => name.startsWith('x-selvedge'))).toEqual([]);
  expect(seen).toMatchObject({
    url: '/v1/users?x=1',
    headers: { host: `127.0.0.1:${origin.port}`, 'x-mine': '1', 'cdn-loop': 'selvedge' },
  });
  expect(Object.keys(seen?.headers ?? {}).filter((name) => /^x-selvedge|^authorization/.test(name))).toEqual(
    [],
  );
});

test('a private address is refused to visitors without its name, and with it in the function’s log', async () => {
  const origin = await useOrigin((_, response) => response.end('reached'));
  const { front, outbound } = await useRewrite(origin.url, { open: [] });
  const reply = await front.ask({ path: '/api/users' });
  expect([reply.status, errorOf(reply).code]).toEqual([502, 'FN_006']);
  expect(reply.body).not.toContain(String(origin.port));
  await waitFor(
    'the reason in the log',
    () =>
      outbound.lines().some(({ f }) => f === 'fn_hello') &&
      JSON.stringify(outbound.lines()).includes(`:${origin.port}`),
  );
});

test('an origin that is not there is told as such, and one that is silent as a timeout', async () => {
  const gone = await useOrigin(() => undefined);
  await gone.stop();
  const missing = await (await useRewrite(gone.url)).front.ask({ path: '/api/x' });
  expect([missing.status, errorOf(missing)]).toEqual([
    ...[
      502,
      { code: 'FN_010', message: expect.stringMatching(/could not be reached: nothing listens there/) },
    ],
  ]);
  const silent = await useOrigin(() => undefined);
  const late = await (await useRewrite(silent.url, { timeoutMs: 300 })).front.ask({ path: '/api/x' });
  expect([late.status, errorOf(late)]).toEqual([
    ...[
      504,
      { code: 'FN_002', message: expect.stringMatching(/did not begin to answer within 0.3 seconds/) },
    ],
  ]);
});

test('a disabled function, a long body and a circle are refused before anybody is asked', async () => {
  let requests = 0;
  const origin = await useOrigin((request, response) => {
    requests += 1;
    request.resume();
    response.end();
  });
  const { front } = await useRewrite(origin.url);
  const long = await front.ask({ path: '/api/x', method: 'POST', body: 'x'.repeat(1001) });
  expect([long.status, errorOf(long).code]).toEqual([413, 'FN_006']);
  const circle = await front.ask({
    path: '/api/x',
    headers: { 'cdn-loop': 'selvedge, selvedge;a, selvedge, selvedge' },
  });
  expect([circle.status, errorOf(circle).message]).toEqual([
    502,
    expect.stringMatching(/goes in a circle: 4/),
  ]);
  const disabled = await (await useRewrite(origin.url, { disabled: true })).front.ask({ path: '/api/x' });
  expect([disabled.status, errorOf(disabled).code]).toEqual([404, 'FN_001']);
  expect(requests).toBe(0);
});

test('an origin that leads back here ends in a refusal after some rounds', async () => {
  const { front } = await useRewrite('http://127.0.0.1:9');
  const looped = rulesSchema.parse({
    rewrite: [
      { path: '/api/*', to: '/p/default/functions/hello/api/*', origin: `http://127.0.0.1:${front.port}` },
    ],
  });
  const rules = compileRules(looped, { project: 'default', functionId: 'fn_hello', environment: 'prod' });
  const entry = anEntry({ slots: {}, ...(rules && { rules }) });
  await front.put({ ...aTable([entry]), generation: 2 });
  const reply = await front.ask({ path: '/api/x' });
  expect([reply.status, errorOf(reply).message]).toEqual([502, expect.stringMatching(/goes in a circle/)]);
});

test('while the outbound is away the answer says so', async () => {
  const asked = rulesSchema.parse({
    rewrite: [{ path: '/api/*', to: '/*', origin: 'http://127.0.0.1:9' }],
  });
  const rules = compileRules(asked, { project: 'default', functionId: 'fn_hello', environment: 'prod' });
  const front = await useFront(aTable([anEntry({ slots: {}, ...(rules && { rules }) })]));
  const reply = await front.ask({ path: '/api/x' });
  expect([reply.status, errorOf(reply).message]).toEqual([
    502,
    expect.stringMatching(/is interrupted, try again/),
  ]);
});
