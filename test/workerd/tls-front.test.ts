// What a front does with TLS: where HTTP is sent, what an authority is answered, and whose word for a client it takes.

import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { anEntry, aTable, useFront } from '../support/use-front.ts';

const echo: RequestListener = (incoming, response) => response.end(JSON.stringify(incoming.headers));
const client = { clientIp: '203.0.113.7:4000', httpProtocol: 'HTTP/2', tlsVersion: 'TLSv1.3' };

test('what comes by TLS reaches the function as https, and what comes by HTTP as http, whatever it says', async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, echo);
  const secure = JSON.parse((await front.askSecure(client)).body) as Record<string, string>;
  expect(secure['cf-scheme']).toBe('https');
  const plain = await front.ask({ headers: { 'cf-scheme': 'https', 'cf-blob': JSON.stringify(client) } });
  const seen = JSON.parse(plain.body) as Record<string, string>;
  expect(seen['cf-scheme']).toBe('http');
  expect(seen['cf-blob'] ?? '').not.toContain('203.0.113.7');
});

test('with the redirect of the platform all that comes by HTTP is sent to HTTPS, but what an authority asks', async () => {
  const table = {
    ...aTable([anEntry()]),
    tls: { port: 8443, redirect: true },
    challenges: { abc: 'abc.key' },
  };
  const front = await useFront(table);
  await front.slot(0, echo);
  const moved = await front.ask({ path: '/a?b=c' });
  expect([moved.status, moved.headers.location]).toEqual([301, 'https://hello.localhost:8443/a?b=c']);
  const asked = {
    url: 'http://hello.localhost/a',
    method: 'GET',
    headers: [],
    client: { ip: null, geo: null },
    letIn: true,
  };
  const explained = await front.askPrivate({ method: 'POST', path: '/explain', body: JSON.stringify(asked) });
  expect(JSON.parse(explained.body)).toMatchObject({
    status: 301,
    decisions: expect.arrayContaining([
      { step: 'tls', decision: expect.stringContaining('SELVEDGE_TLS_REDIRECT'), details: expect.anything() },
    ]),
  });
  const known = await front.ask({ path: '/.well-known/acme-challenge/abc', host: 'any.test' });
  expect([known.status, known.body]).toEqual([200, 'abc.key']);
  // Another client's of ACME, in the function itself.
  expect((await front.ask({ path: '/.well-known/acme-challenge/other' })).status).toBe(200);
  expect((await front.askSecure(client)).status).toBe(200);
});

test('challenges come and go with a change of the table', async () => {
  const table = aTable([anEntry()]);
  const front = await useFront(table);
  await front.slot(0, echo);
  const change = { version: table.version, functions: {}, removed: [] };
  const { generation } = table;
  await front.patch({
    ...change,
    base: generation,
    generation: generation + 1,
    challenges: { abc: 'abc.key' },
  });
  expect((await front.ask({ path: '/.well-known/acme-challenge/abc' })).body).toBe('abc.key');
  await front.patch({ ...change, base: generation + 1, generation: generation + 2, challenges: {} });
  expect((await front.ask({ path: '/.well-known/acme-challenge/abc' })).body).not.toBe('abc.key');
});

test('a rule keeps browsers at HTTPS, and tells them so by HTTPS alone, on refusals too', async () => {
  const rules = { tls: { redirect: true, hsts: 'max-age=60' } };
  const front = await useFront(aTable([anEntry({ rules, public: false })]));
  await front.slot(0, echo);
  const moved = await front.ask();
  expect([moved.status, moved.headers.location]).toEqual([301, 'https://hello.localhost/']);
  expect(moved.headers['strict-transport-security']).toBeUndefined();
  const refused = await front.askSecure(client);
  expect([refused.status, refused.headers['strict-transport-security']]).toEqual([401, 'max-age=60']);
});

test('a certificate that the door has seen opens what a rule says, and no header of a stranger does', async () => {
  const method = { type: 'mtls', header: 'x-forwarded-client-cert', format: 'xfcc', verified: null } as const;
  const mtls = { ...method, subjects: ['CN=robot'], fingerprints: null, sans: null };
  const auth = { methods: [mtls], required: true, roles: null, scopes: null, claims: null, forward: true };
  const front = await useFront(aTable([anEntry({ rules: { auth } as never })]));
  await front.slot(0, echo);
  const shown = (certVerified: string, certSubjectDN = 'CN=robot') => ({
    ...client,
    tlsClientAuth: { certPresented: '1', certVerified, certSubjectDN },
  });
  expect((await front.askSecure(shown('SUCCESS'))).status).toBe(200);
  expect((await front.askSecure(shown('FAILED:SELF_SIGNED_CERT'))).status).toBe(401);
  expect((await front.askSecure(shown('SUCCESS', 'CN=other'))).status).toBe(401);
  expect((await front.askSecure(client)).status).toBe(401);
  const forged = {
    'x-forwarded-client-cert': 'Subject="CN=robot"',
    'cf-blob': JSON.stringify(shown('SUCCESS')),
  };
  expect((await front.ask({ headers: forged })).status).toBe(401);
  expect((await front.askSecure(client, { headers: forged })).status).toBe(401);
});
