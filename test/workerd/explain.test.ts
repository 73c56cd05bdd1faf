// Goal: what is told of a request is what the router does with it, and telling does nothing.
// Method: a real front is asked about requests, and then sent them.

import { expect, test } from 'vitest';
import type { ExplainAnswer, ExplainRequest } from '../../edge/contract/front-api.ts';
import { anEntry, aTable, type RunningFront, useFront, V1, V2 } from '../support/use-front.ts';

const askAbout = async (
  front: RunningFront,
  url: string,
  changes: Partial<ExplainRequest> = {},
): Promise<ExplainAnswer> => {
  const asked: ExplainRequest = {
    ...{ url, method: 'GET', headers: [], client: { ip: null, geo: null }, letIn: false },
    ...changes,
  };
  const { status, body } = await front.askPrivate({
    ...{ method: 'POST', path: '/explain', body: JSON.stringify(asked) },
  });
  expect(status).toBe(200);
  return JSON.parse(body);
};
const decisionsOf = ({ decisions }: ExplainAnswer): string[] =>
  decisions.map(({ step, decision }) => `${step}: ${decision}`);

const users = { function: 'fn_hello', host: 'api.example.com', path: '/users/:id', methods: null };

test('tells the route with what it took, the version and whether an instance is ready, and calls nobody', async () => {
  const front = await useFront(aTable([anEntry()], { routes: [users] }));
  const calls: string[] = [];
  await front.slot(0, (request, response) => {
    calls.push(String(request.url));
    response.end('hello');
  });
  const told = await askAbout(front, 'https://api.example.com/users/7?x=1');
  expect(told).toMatchObject({
    function: { id: 'fn_hello', project: 'default', name: 'hello' },
    ...{ status: null, error: null, headers: [] },
  });
  expect(decisionsOf(told)).toEqual([
    'route: "hello" of project "default", by the route api.example.com/users/:id',
    'version: 1a1a1a1a, the only one that is live',
    'instance: one is ready',
  ]);
  expect(told.decisions[0]?.details).toMatchObject({ params: { id: '7' } });
  expect(calls).toEqual([]);
  expect((await front.status()).records).toEqual([]);
});

test('tells of a refusal what a visitor would be told, and goes on when it is asked to', async () => {
  const entry = anEntry({ public: false, slots: {} });
  const front = await useFront(aTable([entry]));
  const refused = await askAbout(front, 'http://hello.localhost/');
  const visited = await front.ask({ host: 'hello.localhost' });
  expect([refused.status, refused.error]).toEqual([
    visited.status,
    (JSON.parse(visited.body) as { error: { message: string } }).error.message,
  ]);
  const onward = await askAbout(front, 'http://hello.localhost/', { letIn: true });
  expect(decisionsOf(onward).at(-1)).toBe('instance: none is ready: one would be started');
  const missed = await askAbout(front, 'http://nothing.localhost/');
  expect([missed.function, missed.status]).toEqual([null, 404]);
});

test('an owner who asks gets the decisions in the answer, and nobody else does', async () => {
  const deployment = [
    { version: V2, shareBp: 9_000 },
    { version: V1, shareBp: 1_000 },
  ];
  const entry = anEntry({
    deployment,
    sticky: { by: 'header', name: 'x-user' },
    slots: { [V1]: [0], [V2]: [0] },
  });
  const off = anEntry({ id: 'fn_off', name: 'off', disabled: true });
  const front = await useFront(aTable([entry, off]));
  await front.slot(0, (_, response) => void response.end('hello'));
  const headers = { 'x-selvedge-trace': '1', 'x-user': 'anna' };
  const owner = { ...headers, authorization: 'Bearer token' };
  const { 'x-selvedge-trace': trace } = (await front.ask({ headers: owner })).headers;
  expect(JSON.parse(String(trace))).toMatchObject([
    { step: 'route' },
    {
      step: 'version',
      decision: expect.stringMatching(/, of those that share the traffic, by the visitor's header$/),
    },
    { step: 'instance' },
  ]);
  const refused = await front.ask({ host: 'off.localhost', headers: owner });
  expect([refused.status, refused.headers['x-selvedge-trace']]).toEqual([
    404,
    expect.stringContaining('route'),
  ]);
  for (const credential of [{}, { authorization: 'Bearer other' }])
    expect((await front.ask({ headers: { ...headers, ...credential } })).headers).not.toHaveProperty(
      'x-selvedge-trace',
    );
});
