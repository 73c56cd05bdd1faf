// Requests to the control API beyond what its document can say: bytes that are no JSON, methods and paths that
// nobody documented, headers that nobody should send. What the document says is schemathesis's part.

import fc from 'fast-check';
import { testToken } from '../support/test-platform.ts';

export interface ApiCase {
  readonly method: string;
  readonly bytes: Buffer;
  /** Leaves in the middle: no answer is waited for. */
  readonly aborted: boolean;
}

/** The functions that a case may make, change and delete: few, so that few processes are started. */
const names = ['made-a', 'made-b', 'made-c'] as const;
const handler = 'export default () => new Response("made")';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', ' ', '\0', '../..', '/etc/passwd', '%00', 'null', '__proto__', 'constructor', '\ud800'),
  fc.constantFrom("' OR 1=1 --", '"; DROP TABLE functions', '%', '_', '\u202e', 'é'.repeat(200)),
  fc.integer({ min: 60, max: 5000 }).map((length) => 'n'.repeat(length)),
);

const number = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, 0.5, 1e21, -1e308, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 1e-320),
  fc.integer(),
);

/** Any JSON value, mostly small. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  { depthSize: 'small', withCrossShrink: true },
  { weight: 3, arbitrary: text },
  { weight: 2, arbitrary: number },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
);

const fields = fc.constantFrom(
  ...[
    'name',
    'project',
    'code',
    'deploy',
    'description',
    'runtime',
    'handler',
    'convention',
    'timeout',
    'memory',
  ],
  ...[
    'cpu_ms',
    'wait_until_timeout',
    'stream_timeout',
    'egress',
    'rate_limit',
    'concurrency',
    'scaling',
    'public',
  ],
  ...[
    'dependencies',
    'environment',
    'routes',
    'compatibility_date',
    'compatibility_flags',
    'status',
    'key',
    'value',
  ],
  ...['secret', 'version', 'event', 'method', 'path', 'headers', 'query', '__proto__', 'unknown'],
);

/** Values that are right for their field, so that what is odd beside them gets past the first check. */
const rightful = fc.constantFrom<Record<string, unknown>>(
  { name: 'made-a', code: handler, deploy: false },
  { name: 'made-b', code: { 'index.ts': handler, 'a/b.json': '{}' }, deploy: false },
  { name: 'made-c', deploy: false, routes: [{ pattern: '/made/*', methods: ['GET'] }] },
  { key: 'KEY', value: 'v', secret: true },
  { event: { a: 1 }, method: 'GET', path: '/x', headers: { a: 'b' }, query: { c: 'd' } },
  { version: '00000000' },
  { timeout: 5, scaling: { minInstances: 0, maxInstances: 1 } },
  {},
);

const objectBody = fc
  .tuple(rightful, fc.array(fc.tuple(fields, value), { maxLength: 3 }))
  .map(([base, changes]) => {
    // Members as text, so that `__proto__` and names that stand twice are sent as they are.
    const members = [...Object.entries(base), ...changes].map(
      ([name, given]) => `${JSON.stringify(name)}:${JSON.stringify(withoutCost(name, given))}`,
    );
    return Buffer.from(`{${members.join(',')}}`);
  });

/** What would start processes or fetch packages, which a flood must not. */
function withoutCost(name: string, given: unknown): unknown {
  if (name === 'deploy') return false;
  return name === 'dependencies' ? {} : given;
}

const malformed = fc.oneof(
  fc
    .constantFrom(
      ...[
        '',
        ' ',
        '{',
        '[',
        '"',
        '{"a"',
        '{"a":}',
        '{a:1}',
        "{'a':1}",
        '{"a":1,}',
        '[1,]',
        'nul',
        'NaN',
        'Infinity',
        '01',
      ],
      ...[
        '{"a":1}{"b":2}',
        '{"a":"\n"}',
        '{"a":"\\x"}',
        '"\\ud800"',
        '\ufeff{}',
        '{}\0',
        '/*c*/{}',
        '1e999',
        '-',
        'a=b&c=d',
      ],
    )
    .map((source) => Buffer.from(source)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(
    Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
    Buffer.from([0x22, 0xc0, 0x80, 0x22]),
    Buffer.from('{"name":"x"}', 'utf16le'),
  ),
  fc
    .tuple(fc.constantFrom('[', '{"a":', '[[],'), fc.constantFrom(100, 501, 10_000, 200_000))
    .map(([open, times]) => Buffer.from(open.repeat(times))),
  fc
    .tuple(fc.constantFrom('[', '{"environment":{"a":'), fc.constantFrom(400, 501, 20_000))
    .map(([open, times]) => Buffer.from(open.repeat(times) + (open === '[' ? ']' : '}}').repeat(times))),
  fc.constantFrom(1000, 100_000).map((count) => Buffer.from(`{${'"name":"x",'.repeat(count)}"name":"x"}`)),
  fc
    .constantFrom(1000, 50_000)
    .map((count) =>
      Buffer.from(
        JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]))),
      ),
    ),
);

const id = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('echo', 'data', 'closed', 'unknown', ...names) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        '%2e%2e',
        '..',
        '.',
        '%2f',
        '%00',
        '%',
        '%zz',
        '%ff',
        'a%2fb',
        'ECHO',
        'fn_',
        'fn_00000000000000000000',
      ],
      ...[
        '__proto__',
        'constructor',
        '*',
        ':id',
        '{id}',
        'é',
        '%C3%A9',
        ' ',
        '%20',
        'x'.repeat(5000),
        '\\',
        ';',
        '@',
      ],
    ),
  },
  { weight: 1, arbitrary: text.map((raw) => (raw.isWellFormed() ? encodeURIComponent(raw) : 'x')) },
);

const query = fc.oneof(
  { weight: 15, arbitrary: fc.constant('') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...[
        'limit=1',
        'limit=1e309',
        'limit=-1',
        'limit=0',
        'limit=99999999999',
        'limit=',
        'limit=1&limit=2',
        'limit=%31',
      ],
      ...[
        'cursor=x',
        'cursor=',
        'cursor=W10',
        'cursor=WyJhIl0',
        'cursor=WyJhIiwiYiJd',
        'cursor=WzEsMl0',
        'cursor=bnVsbA',
      ],
      ...[
        `cursor=${'A'.repeat(1025)}`,
        'cursor=%00',
        'since=x',
        'since=2026-11-21T00:00:00Z',
        'until=9999-12-31T23:59:59Z',
      ],
      ...[
        'since=2026-02-30T00:00:00Z',
        'since=0000-01-01T00:00:00Z',
        'level=x',
        'level=error',
        'search=%25_',
        "search='",
      ],
      ...[
        'search=%5C',
        'search=%00',
        `search=${'x'.repeat(201)}`,
        'request_id=%00',
        'follow=1',
        'project=default',
        'project=',
      ],
      ...[
        'project=..',
        'project=%00',
        'include=code',
        'include=x',
        'async=true',
        'async=1',
        '__proto__=1',
        'a[b]=c',
        '&&&',
        '=',
      ],
      ...[
        '%',
        '%zz=1',
        '%ff=%fe',
        'a=b=c',
        '+',
        '#x',
        `x=${'y'.repeat(9000)}`,
        'x=1&'.repeat(1000),
        'status=deployed',
        '?',
      ],
    ),
  },
  { weight: 1, arbitrary: fc.webQueryParameters() },
);

/** What there is, with the method that it takes; `{id}` becomes the name of a function. */
const operations = [
  ...[
    'GET /functions',
    'POST /functions',
    'GET /functions/{id}',
    'PUT /functions/{id}',
    'DELETE /functions/{id}',
  ],
  ...[
    'POST /functions/{id}/rollback',
    'POST /functions/{id}/invoke',
    'GET /functions/{id}/logs',
    'GET /functions/{id}/env',
  ],
  ...[
    'POST /functions/{id}/env',
    'DELETE /functions/{id}/env/KEY',
    'DELETE /functions/{id}/env/%00',
    'GET /functions/{id}/versions',
  ],
  ...[
    'GET /functions/{id}/versions/00000000',
    'GET /functions/{id}/versions/x/config',
    'GET /functions/{id}/deployments',
  ],
  ...['GET /health', 'GET /ready', 'GET /info', 'GET /docs', 'GET /openapi.json'],
] as const;

const methods = fc.constantFrom(
  ...[
    'GET',
    'POST',
    'PUT',
    'DELETE',
    'PATCH',
    'HEAD',
    'OPTIONS',
    'TRACE',
    'CONNECT',
    'PROPFIND',
    'get',
    'FOO',
    'QUERY',
  ],
);

const elsewhere = fc.constantFrom(
  ...[
    '/',
    '/metrics',
    '*',
    '//',
    '/../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/functions/echo/',
    '/functions//echo',
  ],
  ...[
    '/functions/%2e%2e/info',
    '/FUNCTIONS',
    '/.git/config',
    '/node_modules',
    '/%00',
    '/%',
    '/\\',
    '/.selvedge/token',
  ],
  ...[
    'http://evil.example/functions',
    'http://[::1/functions',
    '//evil.example/functions',
    `/${'a/'.repeat(4000)}`,
  ],
  ...[
    '/a b',
    '',
    '/\x7f',
    '/é',
    '/functions/echo/..',
    '/functions/echo/unknown',
    '/functions/echo/env/KEY/x',
  ],
);

const asked = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(fc.constantFrom(...operations), id).map(([operation, name]) => {
      const [method = '', path = ''] = operation.split(' ');
      // What the edge's part and honest users have is not to be deleted or changed under them.
      const safe =
        path.includes('{id}') && method !== 'GET' && !path.endsWith('invoke') && isKept(name)
          ? 'made-a'
          : name;
      return { method, path: path.replace('{id}', safe) };
    }),
  },
  { weight: 1, arbitrary: fc.record({ method: methods, path: elsewhere }) },
  {
    weight: 1,
    arbitrary: fc.record({
      method: methods.filter((one) => !/^(PUT|POST|DELETE)$/.test(one)),
      path: fc.constantFrom('/functions', '/functions/echo', '/info'),
    }),
  },
);

const isKept = (name: string): boolean => ['echo', 'data', 'closed'].includes(name);

const authorization = fc.oneof(
  { weight: 15, arbitrary: fc.constant(`Authorization: Bearer ${testToken}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...[
        '',
        'Authorization:',
        'Authorization: Bearer',
        'Authorization: Bearer ',
        `Authorization: Basic ${testToken}`,
      ],
      ...[
        `Authorization: bearer   ${testToken}  `,
        `Authorization: Bearer ${testToken} x`,
        `Authorization: ${testToken}`,
      ],
      ...[
        `Authorization: Bearer ${'x'.repeat(9000)}`,
        'Authorization: Bearer \xff',
        'Authorization: Bearer a\tb',
        'Authorization: \xff',
      ],
      ...[
        `Authorization: Bearer x\r\nAuthorization: Bearer ${testToken}`,
        `x-api-key: ${testToken}`,
        'Authorization: Digest a="b", c',
      ],
    ),
  },
);

const header = fc.constantFrom(
  ...[
    'Content-Type: application/json',
    'Content-Type: text/plain',
    'Content-Type: multipart/form-data; boundary=x',
  ],
  ...[
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Type: \xff',
    'Content-Type: application/json; charset=utf-16',
  ],
  ...[
    'Content-Encoding: gzip',
    'Content-Encoding: identity',
    'Content-Encoding: \xff',
    'Accept: text/html',
    'Accept: ;q=;',
  ],
  ...[
    'Idempotency-Key: one',
    'Idempotency-Key: one',
    'Idempotency-Key:',
    `Idempotency-Key: ${'k'.repeat(256)}`,
    'Idempotency-Key: \xe9',
  ],
  ...['Idempotency-Key: a\tb', 'Idempotency-Key: a\r\nIdempotency-Key: b', "Idempotency-Key: ' OR 1=1"],
  ...[
    'x-request-id: mine',
    'x-request-id: \xe9',
    `x-request-id: ${'r'.repeat(200)}`,
    'x-selvedge-error: FN_004',
    'Origin: null',
  ],
  ...[
    'Origin: http://evil.example',
    'Host: other',
    'X-Forwarded-For: \xff',
    'Expect: 100-continue',
    'Expect: x',
    'Connection: close',
  ],
  ...[
    'Upgrade: websocket\r\nConnection: Upgrade',
    'Upgrade: h2c',
    'Transfer-Encoding: identity',
    'Content-Length: 3',
    'Range: bytes=0-1',
  ],
  ...[
    'If-None-Match: *',
    'If-Modified-Since: x',
    'Cookie: a=b',
    'X: y\r\n'.repeat(100).trim(),
    `Long: ${'v'.repeat(17_000)}`,
    'No colon',
    'X : y',
  ],
  ...[
    'Content-Length: 5\r\nTransfer-Encoding: chunked',
    'A: b\r\n folded',
    'N\x00: 1',
    'accept-encoding: gzip, br',
  ],
);

/** Within the limit of a body, one past it, and far past it as a promise only. */
const huge = fc
  .constantFrom(1024 * 1024, 10 * 1024 * 1024 + 1)
  .map((length) => Buffer.from(`{"description":"${'d'.repeat(length - 18)}"}`));

const body = fc.oneof(
  { weight: 10, arbitrary: objectBody },
  { weight: 6, arbitrary: malformed },
  { weight: 2, arbitrary: value.map((given) => Buffer.from(JSON.stringify(given) ?? '')) },
  { weight: 4, arbitrary: fc.constant(Buffer.alloc(0)) },
);

export const apiCase: fc.Arbitrary<ApiCase> = fc
  .record({
    ...{ asked, query, authorization, body },
    huge: fc.oneof({ weight: 400, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: huge }),
    headers: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(header, { maxLength: 2 }) },
    ),
    chunked: fc.boolean(),
    aborted: fc.oneof(
      { weight: 30, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    ),
  })
  .map((made) => {
    const { method, path } = made.asked;
    const content = made.huge ?? (method === 'GET' ? Buffer.alloc(0) : made.body);
    const frame = made.chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${content.length}`;
    const target = made.query === '' ? path : `${path}?${made.query}`;
    const lines = [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', made.authorization, ...made.headers];
    if (content.length > 0) lines.push(frame);
    const head = `${lines.filter((line) => line !== '').join('\r\n')}\r\n\r\n`;
    const wrapped = made.chunked && content.length > 0;
    const tail = wrapped
      ? [Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n0\r\n\r\n')]
      : [content];
    const bytes = Buffer.concat([Buffer.from(latin1(head), 'latin1'), ...tail]);
    const aborted = made.aborted < 1;
    return {
      method,
      bytes: aborted ? bytes.subarray(0, Math.floor(bytes.length * made.aborted)) : bytes,
      aborted,
    };
  });

/** Characters above 255 have no byte of their own: each becomes its UTF-8 bytes. */
function latin1(given: string): string {
  return /[^\0-\xff]/.test(given) ? Buffer.from(given, 'utf8').toString('latin1') : given;
}
