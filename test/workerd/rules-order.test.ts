// Goal: rules are kept in their order, whatever order they were set in: whoever breaks several is refused by the first, and
// the order is the one that an explanation tells.
// Method: one route with every rule that refuses, and a request that breaks all of them; then one rule after the other is
// kept, and the next one has to refuse. The same requests are explained.

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ExplainAnswer } from '../../edge/contract/front-api.ts';
import { type Ask, errorOf, type Reply } from '../support/use-front.ts';
import { type Gate, useGate } from '../support/use-gate.ts';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const rules = {
  // In no order at all.
  rate_limits: [
    { name: 'late', algorithm: 'fixed', limit: 1, window: 3600, by: 'header:x-late', missing: 'skip' },
    {
      name: 'early',
      algorithm: 'fixed',
      limit: 1,
      window: 3600,
      by: 'header:x-early',
      missing: 'skip',
      before_auth: true,
    },
  ],
  csrf: { origins: ['https://app.example.com'] },
  auth: { method: { type: 'basic', users: [{ name: 'ada', password_sha256: digestOf('correct horse') }] } },
  cors: { origins: ['https://app.example.com'] },
  redirects: [{ from: '/old', to: '/new' }],
  size: { url: 40 },
  bots: {},
  ip: { deny: ['10.0.0.0/8'] },
};

const basic = `Basic ${btoa('ada:correct horse')}`;
const toldBy = (reply: Reply): string =>
  reply.status >= 400 ? `${reply.status} ${errorOf(reply).code}` : String(reply.status);

/** What is sent, less what each step before has taken offence at. */
const steps: readonly { readonly name: string; readonly ask: Ask; readonly told: string }[] = (() => {
  const long = `/old?${'x'.repeat(60)}`;
  const cross = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  const used = { 'x-early': 'used', 'x-late': 'used' };
  const bot = { 'user-agent': 'Googlebot/2.1' };
  const person = { 'user-agent': 'Mozilla/5.0 (X11) Firefox/140.0' };
  const post = { method: 'POST' };
  return [
    {
      name: 'bots',
      ask: { ...post, path: long, headers: { ...cross, ...used, ...bot } },
      told: '403 FN_009',
    },
    {
      name: 'size',
      ask: { ...post, path: long, headers: { ...cross, ...used, ...person } },
      told: '414 FN_006',
    },
    {
      name: 'rate_limits',
      ask: { ...post, path: '/old', headers: { ...cross, ...used, ...person } },
      told: '429 FN_007',
    },
    { name: 'redirects', ask: { ...post, path: '/old', headers: { ...cross, ...person } }, told: '308' },
    {
      name: 'auth',
      ask: { ...post, headers: { ...cross, 'x-late': 'used', ...person } },
      told: '401 FN_009',
    },
    {
      name: 'csrf',
      ask: { ...post, headers: { ...cross, 'x-late': 'used', ...person, authorization: basic } },
      told: '403 FN_009',
    },
    {
      name: 'rate_limits',
      ask: {
        ...post,
        headers: { 'x-late': 'used', ...person, authorization: basic, 'sec-fetch-site': 'same-origin' },
      },
      told: '429 FN_007',
    },
    {
      name: 'instance',
      ask: { ...post, headers: { ...person, authorization: basic, 'sec-fetch-site': 'same-origin' } },
      told: '200',
    },
  ];
})();

async function explain(
  gate: Gate,
  { method = 'GET', path = '/', headers = {} }: Ask,
): Promise<ExplainAnswer> {
  const asked = {
    ...{ url: `http://hello.localhost${path}`, method, headers: Object.entries(headers) },
    ...{ client: { ip: '127.0.0.1', geo: null }, letIn: false },
  };
  const { body } = await gate.askPrivate({ method: 'POST', path: '/explain', body: JSON.stringify(asked) });
  return JSON.parse(body);
}

test('who breaks several rules is refused by the first of them, and is told so beforehand', async () => {
  const gate = await useGate({ ...rules, redirects: [{ from: '/old', to: '/new', status: 308 }] });
  // Whoever calls himself `used` has had his one request.
  const first = {
    authorization: basic,
    'user-agent': 'Mozilla/5.0 (X11) Firefox/140.0',
    'sec-fetch-site': 'same-origin',
  };
  const once = await gate.ask({ headers: { ...first, 'x-early': 'used', 'x-late': 'used' } });
  expect(once.status).toBe(200);
  for (const { name, ask, told } of steps) {
    const explained = await explain(gate, ask);
    const reply = await gate.ask(ask);
    expect([name, toldBy(reply)]).toEqual([name, told]);
    // What is used up may not be by the time of a real request, so that an explanation goes on behind it.
    if (name === 'rate_limits') continue;
    const last = explained.decisions.filter(({ step }) => step !== 'refused').at(-1)?.step;
    expect([last, explained.status ?? 200]).toEqual([name, reply.status]);
  }
  expect(gate.reached).toHaveLength(2);
});

test('an address that is kept out hears of nothing else', async () => {
  const gate = await useGate({ ...rules, ip: { deny: ['127.0.0.1'] } });
  for (const { ask } of steps) expect(errorOf(await gate.ask(ask)).message).toContain('127.0.0.1');
  expect(gate.reached).toEqual([]);
});

test('a preflight is answered before a credential is asked for, and no instance is started', async () => {
  const gate = await useGate(rules, { idle: true });
  const headers = {
    ...{ origin: 'https://app.example.com', 'access-control-request-method': 'PUT' },
    'user-agent': 'Mozilla/5.0 (X11) Firefox/140.0',
  };
  const reply = await gate.ask({ method: 'OPTIONS', headers });
  expect([reply.status, reply.headers['access-control-allow-origin']]).toEqual([
    204,
    'https://app.example.com',
  ]);
  expect(gate.startsAsked()).toBe(0);
});
