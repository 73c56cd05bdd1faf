// Requests that no well-behaved client sends, as bytes. Each carries a mark of its own in its path, so that an
// answer can be told to belong to it.

import fc from 'fast-check';

/** Beside the path, which `..` may shorten. */
export const markHeader = 'fuzz-mark';

export interface EdgeCase {
  /** What every request of this case has in its path and in a header, and none of another. */
  readonly mark: string;
  readonly writes: readonly Buffer[];
  /** Of the requests, in order, as the client meant them. */
  readonly methods: readonly string[];
}

/** Hosts of functions, and of nobody; `mark` never stands in them. */
const host = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('echo.localhost', 'data.localhost', 'event.localhost') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...['ECHO.LocalHost', 'echo.localhost.', 'echo.localhost..', 'echo.localhost:80', 'echo.localhost:'],
      ...['echo.localhost:99999', 'echo.localhost:8080:80', 'echo.localhost:x', 'user@echo.localhost'],
      ...['user:pass@echo.localhost:1', 'echo.default.localhost', '.localhost', '..localhost', 'localhost'],
      ...['a.b.c.d.localhost', 'under_score.localhost', 'xn--bcher-kva.localhost', 'b\xfccher.localhost'],
      ...['127.0.0.1', '[::1]', '[::1', '::1', '[::1]:80]', '0x7f.1', '12345678-echo.localhost', ''],
      ...['routed.example', 'a.routed.example', 'echo.localhost/x', 'echo.localhost?x', 'echo.localhost#x'],
      ...['echo.localhost\t', ' echo.localhost', 'echo%2elocalhost', '%00', 'echo\x00.localhost', '*', ','],
      ...['echo.localhost, data.localhost', '__proto__.localhost', 'constructor.localhost', 'null'],
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('x', 'echo.', 'a-', '\xe9'), fc.integer({ min: 60, max: 9000 }))
      .map(([text, times]) => `${text.repeat(times)}.localhost`),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 40 }).map(oneLine) },
);

const pathPiece = fc.constantFrom(
  ...['', '/', '//', '/.', '/..', '/../..', '/%2e%2e', '/%2E%2E/', '/%2f', '/%5c', '\\', '/\\..\\', '/%00'],
  ...['/%', '/%zz', '/%ff%fe', '/caf\xc3\xa9', '/\xff', '/;a=b', '/@', '/:', '/*', '/a b', '/\t', '/%0d%0a'],
  ...['/p/default/functions/data', '/p/default/functions/data/..', '/p/default/functions/../functions/echo'],
  ...['/p/default/functions/echo%2f..', '/p//functions/echo', '/p/default/functions/', '/P/default', '/r/x'],
  ...['?', '?a=1&a=2', '?__proto__=1', '?%', '?%00=%ff', '?a[b]=c', '#frag', '?x#y', '/\x7f', '/\x01', '/~'],
);

const target = fc
  .tuple(
    fc.oneof(
      { weight: 10, arbitrary: fc.constant('/') },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          ...['http://echo.localhost/', 'http://data.localhost:1/', 'https://echo.localhost/', 'HTTP://x/'],
          ...['http://user:pass@echo.localhost/', 'http:///', 'http://', '//echo.localhost/', 'ftp://x/'],
          ...['echo.localhost:80', '*', '', 'x', '?', 'file:///etc/passwd', 'http://[::1/', '/p/default/'],
        ),
      },
    ),
    fc.array(pathPiece, { maxLength: 4 }),
    fc.oneof(
      { weight: 20, arbitrary: fc.constant('') },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom('a', '/', '%2e', '/..', '&a=', 'é'), fc.integer({ min: 1000, max: 65_536 }))
          .map(([text, length]) => text.repeat(Math.ceil(length / text.length))),
      },
    ),
  )
  .map(
    ([start, pieces, tail]) =>
      (mark: string) =>
        `${start}${mark}${pieces.join('')}${tail}`,
  );

const method = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...['get', 'Post', 'CONNECT', 'TRACE', 'PRI', 'QUERY', 'M-SEARCH', 'FOO', 'X'.repeat(300), '', 'GET\t'],
      ...['G\x00T', 'G\xc9T', '"GET"', 'GET,POST', '__proto__'],
    ),
  },
);

const version = fc.oneof(
  { weight: 25, arbitrary: fc.constant('HTTP/1.1') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('HTTP/1.0', 'HTTP/0.9', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'HTTP/1', '', 'X'),
  },
);

/** Headers that only the platform may set; their values would be believed. */
const forged = fc
  .tuple(
    fc.constantFrom(
      ...['x-selvedge-mount', 'X-Selvedge-Invoke', 'x-selvedge-probe', 'x-selvedge-outcome', 'cf-blob'],
      ...['X-SELVEDGE-ERROR', 'CF-Blob'],
    ),
    fc.constantFrom('1', '/p/other/functions/other', '{"a":1}', '{', '', 'threw', 'FN_004', '\xff'),
  )
  .map(([name, value]) => `${name}: ${value}`);

const framing = fc.constantFrom(
  ...[
    'Content-Length: 5',
    'Content-Length: 0',
    'Content-Length: 00',
    'Content-Length: +5',
    'Content-Length: -1',
  ],
  ...['Content-Length: 5, 5', 'Content-Length: 5, 6', 'Content-Length: 0x5', 'Content-Length: 5 5'],
  ...['Content-Length: 99999999999999999999', 'Content-Length: 18446744073709551615', 'Content-Length:'],
  ...['Content-Length : 5', 'Content-Length: 5\r\nContent-Length: 6', 'Content-Length: 10485761'],
  ...['Transfer-Encoding: chunked', 'Transfer-Encoding: CHUNKED', 'Transfer-Encoding: chunked, identity'],
  ...['Transfer-Encoding: identity', 'Transfer-Encoding: xchunked', 'Transfer-Encoding:\tchunked'],
  ...[
    'Transfer-Encoding : chunked',
    'Transfer-Encoding: chunked, chunked',
    'Transfer-Encoding: gzip, chunked',
  ],
  ...['Transfer-Encoding: chunked\r\nContent-Length: 5', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
  ...['Transfer-Encoding:\r\n chunked', 'Transfer-Encoding: \x0bchunked', 'Transfer_Encoding: chunked'],
  ...['Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', 'X: y\nTransfer-Encoding: chunked'],
);

const oddHeader = fc.constantFrom(
  ...['Range: bytes=0-', 'Range: bytes=-1', 'Range: bytes=9-1', 'Range: bytes=0-0,-1', 'Range: lines=1'],
  ...[`Range: bytes=${'0-,'.repeat(500)}`, 'If-Range: "x"', 'If-Range: yesterday', 'Range: bytes=\xff'],
  ...[
    'Cookie: a=b; a=c',
    'Cookie: ;;=;,',
    'Cookie: a="b;c',
    'Cookie: __proto__=1',
    `Cookie: ${'a=b;'.repeat(999)}`,
  ],
  ...[
    'Cookie: a=\xff',
    'Set-Cookie: a=b, c=d',
    'Cookie: a=b\r\nCookie: c=d',
    'If-None-Match: *',
    'TE: trailers',
  ],
  ...['Expect: 100-continue', 'Expect: 200-ok', 'Upgrade: websocket', 'Upgrade: h2c', 'Connection: upgrade'],
  ...['Connection: close', 'Connection: keep-alive, x-selvedge-mount', 'Connection: x-request-id, host'],
  ...['Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA=='],
  ...[
    'Trailer: x-selvedge-mount',
    'Accept-Encoding: gzip, \xff',
    'Content-Encoding: gzip',
    'Content-Type: \xff',
  ],
  ...['Content-Type: application/json', 'Content-Type: multipart/form-data', 'Content-Type: a/b; charset=x'],
  ...['x-request-id: ', 'x-request-id: a b', `x-request-id: ${'x'.repeat(129)}`, 'x-request-id: \xe9'],
  ...['x-request-id: kept\r\nx-request-id: twice', 'x-request-id: kept-as-it-is', 'traceparent: 00-zz'],
  ...['Authorization: Bearer', 'Authorization: Bearer  x y', `Authorization: Bearer ${'t'.repeat(5000)}`],
  ...[
    'x-api-key: ',
    'x-api-key: \xff',
    'Authorization: \xff',
    'Host: data.localhost',
    'host: other',
    'X-Forwarded-Host: x',
  ],
  ...[
    'No-Colon',
    ': no-name',
    'Space : before',
    ' folded: first',
    'A: b\r\n folded',
    'A: b\r\n\tfolded',
    'N\x00l: 1',
  ],
  ...[
    'Null: a\x00b',
    'Ctl: \x01\x7f',
    'Caf\xe9: 1',
    '(paren): 1',
    'Bare: a\rb',
    'Bare: a\nb: c',
    'Empty:',
    '__proto__: 1',
  ],
  ...[
    `Long: ${'v'.repeat(20_000)}`,
    `${'n'.repeat(9000)}: 1`,
    `Huge: ${'v'.repeat(200_000)}`,
    'X: y\r\n'.repeat(300).trim(),
  ],
);

const header = fc.oneof(
  { weight: 3, arbitrary: forged },
  { weight: 2, arbitrary: framing },
  { weight: 4, arbitrary: oddHeader },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.string({ unit: 'binary-ascii', maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 60 }))
      .map(([name, value]) => `${oneLine(name)}: ${latin1(value)}`),
  },
);

const body = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['hello', '{"a":1}', '{"__proto__":{"x":1}}', '5\r\nhello\r\n0\r\n\r\n', '0\r\n\r\n'],
      ...[
        '5;ext="a;b"\r\nhello\r\n0;last\r\n\r\n',
        '5\r\nhello\r\n0\r\nx-selvedge-mount: /evil\r\ncf-blob: {}\r\n\r\n',
      ],
      ...[
        '5\nhello\n0\n\n',
        'FFFFFFFFFFFFFFFF\r\nx',
        '-1\r\nx\r\n0\r\n\r\n',
        '0x5\r\nhello\r\n0\r\n\r\n',
        'z\r\n',
      ],
      ...[
        '5\r\nhelloX\r\n0\r\n\r\n',
        '5\r\nhel',
        '00000000000000000005\r\nhello\r\n0\r\n\r\n',
        ' 5\r\nhello\r\n0\r\n\r\n',
      ],
      ...[
        '5 \r\nhello\r\n0\r\n\r\n',
        `${'5\r\nhello\r\n'.repeat(50)}0\r\n\r\n`,
        '\r\n\r\n',
        '\x00\xff\xfe',
        `5;${'e'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`,
      ],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }).map(latin1) },
);

/** A request that hides in the body of the one before it, should two parsers differ on where that ends. */
const hidden = fc
  .tuple(fc.constantFrom('echo.localhost', 'data.localhost', 'closed.localhost'), fc.constantFrom('', 'X: y'))
  .map(
    ([name, extra]) =>
      (mark: string) =>
        `GET /hidden-${mark} HTTP/1.1\r\nHost: ${name}\r\n${markHeader}: ${mark}\r\n${extra}`,
  );

const lineEnd = fc.oneof(
  { weight: 30, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: fc.constantFrom('\n', '\r', '\r\r\n', '\n\r') },
);

const aspects = ['method', 'target', 'version', 'host', 'hosts', 'headers', 'framing', 'lineEnd'] as const;
type Aspect = (typeof aspects)[number];

const tame = {
  method: fc.constantFrom('GET', 'GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'),
  host: fc.constantFrom(
    'echo.localhost',
    'data.localhost',
    'event.localhost',
    'ECHO.localhost:80',
    'routed.example',
  ),
  start: fc.constantFrom('/', '/', '/r/', '/p/default/functions/data/', '/p/default/functions/echo/x/'),
  headers: fc.array(
    fc.oneof(forged, fc.constantFrom('Accept: */*', 'Cookie: a=b; c=d', 'Range: bytes=0-1')),
    {
      maxLength: 3,
    },
  ),
};

/** At most two things are odd about a request: with more, the first parser that it meets refuses nearly all. */
const wholeRequest = fc
  .record({
    odd: fc.subarray([...aspects], { maxLength: 2 }),
    ...{ method, target, version, host, body, lineEnd },
    tame: fc.record(tame),
    hosts: fc.constantFrom(0, 2),
    headers: fc.array(header, { minLength: 1, maxLength: 3, size: 'medium' }),
    hidden: fc.option(hidden, { freq: 2 }),
    hidesIn: fc.constantFrom('body', 'chunk', 'after'),
  })
  .map((request) => (mark: string): { text: string; method: string } => {
    const is = (aspect: Aspect): boolean => request.odd.includes(aspect);
    const secret = request.hidden?.(mark) ?? '';
    const chunked = request.hidesIn === 'chunk';
    const content = request.body + (request.hidesIn === 'after' ? '' : secret);
    const frame = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${content.length}`;
    const verb = is('method') ? request.method : request.tame.method;
    const path = is('target') ? request.target(mark) : `${request.tame.start}${mark}`;
    const hostLine = `Host: ${is('host') ? request.host : request.tame.host}`;
    const lines = [
      `${verb} ${path} ${is('version') ? request.version : 'HTTP/1.1'}`,
      `${markHeader}: ${mark}`,
      ...Array.from({ length: is('hosts') ? request.hosts : 1 }, () => hostLine),
      ...(is('headers') ? request.headers : request.tame.headers),
      ...(is('framing') || content === '' ? [] : [frame]),
    ];
    const wrapped = chunked && content !== '' && !is('framing');
    const wire = wrapped ? `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n` : content;
    const end = is('lineEnd') ? request.lineEnd : '\r\n';
    const after = request.hidesIn === 'after' ? secret : '';
    return { text: `${lines.map((line) => line + end).join('')}${end}${wire}${after}`, method: verb };
  });

/** Anything at all, and requests that stop in the middle. */
const garbage = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }).map(latin1),
  fc.constantFrom(
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc',
    '\r\n'.repeat(2000),
    'GET / HTTP/1.1\r\nHost:',
  ),
);

const cut = fc.oneof(
  { weight: 9, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
);

/** One to three requests on a connection, in one to three writes. */
export const edgeCase: fc.Arbitrary<(mark: string) => EdgeCase> = fc
  .record({
    requests: fc.array(wholeRequest, { minLength: 1, maxLength: 3 }),
    noise: fc.oneof({ weight: 15, arbitrary: fc.constant('') }, { weight: 1, arbitrary: garbage }),
    cut,
    splits: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 2 }),
  })
  .map(({ requests, noise, cut: kept, splits }) => (mark: string) => {
    const made = requests.map((request) => request(mark));
    const text = noise + made.map((one) => one.text).join('');
    const bytes = Buffer.from(text.slice(0, Math.ceil(text.length * kept)), 'latin1');
    const ends = [
      ...splits.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b),
      bytes.length,
    ];
    const writes = ends.map((end, at) => bytes.subarray(at === 0 ? 0 : ends[at - 1], end));
    return { mark, writes: writes.filter((part) => part.length > 0), methods: made.map((one) => one.method) };
  });

/** Characters above 255 have no byte of their own: each becomes its UTF-8 bytes. */
function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, '');
}
