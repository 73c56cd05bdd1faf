// Goal: secrets in source and advisories of packages are told in the build log and with the version, on every way in.
// Method: a real HTTP server stands for a registry's advisories; packages come from npm's own.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AdvisorySource } from '../../control/advisories/ask-advisories.ts';
import { advisoryBytesMax } from '../../control/model/limits.ts';
import type { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';

// Put together here, so that no scanner takes this file for a leak.
const token = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
const leaky = {
  'index.js': `export default () => new Response('ok');`,
  'keys.js': `// keys\nexport const key = '${token}';`,
};
const clean = { 'index.js': `export default () => new Response('ok');` };
const found = 'keys.js:2 holds what looks like a secret: GITHUB_TOKEN';

type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => void;
let answer: Handler = () => undefined;
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => answer(request, body, response));
});
let origin = '';

let platform: TestPlatform;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

interface Built {
  readonly build_logs: string[];
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly issues: { file?: string; line?: number }[];
  };
}

test('a platform warns of secrets in the build log, on every way in, and asks for advisories', async () => {
  platform = await useSelvedge({
    SELVEDGE_ADVISORY_URL: `${origin.replace('//', '//reader:pass%20word@')}/bulk?key=1`,
  });
  const asked: unknown[] = [];
  answer = ({ method, url, headers }, body, response) => {
    asked.push([method, url, headers.authorization, JSON.parse(body)]);
    response.end(
      JSON.stringify({
        'is-number': [
          {
            id: 1,
            url: 'https://example.com/a',
            title: 'Wrong numbers',
            severity: 'high',
            vulnerable_versions: '<8',
          },
          { id: 2, url: 'https://example.com/b', title: 'Old', severity: 'low', vulnerable_versions: '<2' },
        ],
      }),
    );
  };
  const created = await platform.api<Built>('POST', '/functions', { name: 'leaky', code: leaky });
  expect(created.status).toBe(201);
  expect(created.body.build_logs.join('\n')).toContain(`warning: ${found}`);
  expect(JSON.stringify(created.body)).not.toContain(token.slice(4));
  const updated = await platform.api<Built>('PUT', '/functions/leaky', {
    code: { ...leaky, 'more.js': '1' },
  });
  expect(updated.body.build_logs.join('\n')).toContain(found);
  const dialect = await platform.api<{ functions: object[] }>('POST', '/api/projects/shop/functions', {
    ...{ name: 'boxed', code: `exports.handler = async () => '${token}';` },
  });
  expect(dialect.status).toBeLessThan(300);
  const boxed = await platform.api<{ versions: Built[] }>('GET', '/functions/boxed/versions?project=shop');
  expect(boxed.body.versions[0]?.build_logs.join('\n')).toContain(
    'index.js:1 holds what looks like a secret',
  );
  expect(asked).toEqual([]);

  // A project decides for itself.
  await platform.api('POST', '/projects', { name: 'strict', settings: { secret_scan: 'refuse' } });
  const strict = { ...{ name: 'leaky', project: 'strict', code: leaky } };
  const refused = await platform.api<Built>('POST', '/functions', strict);
  expect([refused.status, refused.body.error?.code]).toEqual([422, 'FN_005']);
  await platform.api('PATCH', '/projects/strict', { settings: { secret_scan: 'off' } });
  const unseen = await platform.api<Built>('POST', '/functions', strict);
  expect([unseen.status, unseen.body.build_logs.join('\n').includes('secret')]).toEqual([201, false]);

  const code = `const isNumber = require('is-number'); exports.handler = async () => String(isNumber(1));`;
  const numbers = await platform.api<Built>('POST', '/functions', {
    ...{ name: 'numbers', code, dependencies: { 'is-number': '7.0.0' } },
  });
  expect(asked).toEqual([
    ['POST', '/bulk?key=1', `Basic ${btoa('reader:pass word')}`, { 'is-number': ['7.0.0'] }],
  ]);
  expect(numbers.body.build_logs).toContain(
    'warning: advisory: is-number 7.0.0 (high): Wrong numbers; versions <8, see https://example.com/a',
  );
  const { body } = await platform.api<{ versions: { audit: object }[] }>(
    'GET',
    '/functions/numbers/versions',
  );
  expect(body.versions[0]?.audit).toEqual({
    checked_at: expect.stringMatching(/^20/),
    source: `${origin}/bulk`,
    packages: 1,
    advisories: { critical: 0, high: 1, moderate: 0, low: 0, info: 0 },
    findings: [expect.objectContaining({ package: 'is-number', versions: ['7.0.0'], range: '<8' })],
    error: null,
  });

  // A new version of the same packages keeps what was found; a source that fails fails no deploy.
  await platform.api('POST', '/functions/numbers/env', { key: 'A', value: '1' });
  const kept = await platform.api<{ versions: { audit: object }[] }>('GET', '/functions/numbers/versions');
  expect(kept.body.versions[0]?.audit).toMatchObject({ advisories: { high: 1 } });
  answer = (_request, _body, response) => response.writeHead(500).end('no');
  const failed = await platform.api<Built>('PUT', '/functions/numbers', { code: `${code} // again` });
  expect(failed.status).toBe(200);
  expect(failed.body.build_logs).toContain(
    `warning: the packages were not checked for advisories: ${origin}/bulk: it answered with status 500`,
  );
});

test('a platform that refuses secrets fails such deploys with their places, and keeps what serves', async () => {
  platform = await useSelvedge({ SELVEDGE_SECRET_SCAN: 'refuse' });
  await platform.create('kept', clean);
  const refused = await platform.api<Built>('PUT', '/functions/kept', { code: leaky });
  expect(refused.status).toBe(422);
  expect(refused.body.error).toMatchObject({ code: 'FN_005', message: expect.stringContaining(found) });
  expect(refused.body.error?.issues).toEqual([expect.objectContaining({ file: 'keys.js', line: 2 })]);
  expect(JSON.stringify(refused.body)).not.toContain(token.slice(4));
  expect((await platform.call('kept')).text).toBe('ok');
  const created = await platform.api<Built>('POST', '/functions', { name: 'new', code: leaky });
  expect(created.status).toBe(422);
});

test.each<[string, Handler, string]>([
  ['is not JSON', (_q, _b, response) => response.end('<html>'), 'its answer is not JSON'],
  [
    'is of another shape',
    (_q, _b, response) => response.end('{"a":[{"severity":1}]}'),
    'not what such a source answers',
  ],
  [
    'leads elsewhere',
    (_q, _b, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    'could not be reached',
  ],
  ['breaks off', (_q, _b, response) => response.destroy(), 'could not be reached'],
  ['never comes', () => undefined, 'no answer within 300 ms'],
  [
    'is one byte too long',
    (_q, _b, response) => response.end(`{"a":[]}${' '.repeat(advisoryBytesMax)}`),
    'more than 5242880 bytes',
  ],
])('an answer of a source that %s is recorded as none', async (_what, handler, error) => {
  answer = handler;
  const audit = await new AdvisorySource(`${origin}/bulk`, 300).check({ a: ['1.0.0'] });
  expect(audit).toMatchObject({ packages: 1, advisories: { high: 0 }, findings: [] });
  expect(audit.error).toContain(error);
});
