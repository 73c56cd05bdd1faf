// Messages that two servers in a row might take apart at different places, as bytes. Each has a request of its own hidden
// where one of them may see a body, or the other way round; `hidden` is for a function that lets nobody in.

export interface SmugglingTry {
  readonly name: string;
  readonly bytes: Buffer;
  /** In the path of each of its requests. */
  readonly mark: string;
}

const HOST = 'echo.localhost';
const CLOSED = 'closed.localhost';

const hiddenRequest = (mark: string): string =>
  `GET /hidden-${mark} HTTP/1.1\r\nHost: ${CLOSED}\r\nX-Hidden: 1\r\n\r\n`;

type Make = (mark: string) => string;

/** `LENGTH` in the headers is that of the body. */
const post =
  (headers: string, body: Make): Make =>
  (mark) => {
    const sent = body(mark);
    const head = headers.replace('LENGTH', String(sent.length));
    return `POST /open-${mark} HTTP/1.1
Host: ${HOST}
${head}

${sent}`;
  };

/** An end of chunks, and then the hidden request: with a length it is a body, with chunks it is the next request. */
const afterEnd: Make = (mark) => `0\r\n\r\n${hiddenRequest(mark)}`;
const both = (transfer: string): Make => post(`Content-Length: LENGTH\r\n${transfer}`, afterEnd);
/** The hidden request is one chunk: with the length of its first line it is the next request. */
const inChunk: Make = (mark) => {
  const hidden = hiddenRequest(mark);
  return `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
};
const chunked = (size: string, data: string, end = '\r\n'): Make =>
  post(
    'Transfer-Encoding: chunked',
    (mark) => `${size}${end}${data}${end}0${end}${end}${hiddenRequest(mark)}`,
  );
const head =
  (lines: readonly string[], end = '\r\n'): Make =>
  (mark) => {
    const hidden = hiddenRequest(mark);
    const written = lines.join(end).replaceAll('MARK', mark).replace('LENGTH', String(hidden.length));
    return `${written}${end}${end}${hidden}`;
  };

const TRANSFERS: readonly string[] = [
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: CHUNKED',
    'Transfer-Encoding:\tchunked',
    'Transfer-Encoding : chunked',
  ],
  ...[' Transfer-Encoding: chunked', 'Transfer-Encoding: xchunked', 'Transfer-Encoding: chunked, identity'],
  ...['Transfer-Encoding: identity, chunked', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: cow'],
  ...[
    'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding:\r\n chunked',
    'Transfer-Encoding: \x0bchunked',
  ],
  ...[
    'Transfer-Encoding: "chunked"',
    'Transfer-Encoding: chunked;q=1',
    'X: y\nTransfer-Encoding: chunked',
    'X: y\rTransfer-Encoding: chunked',
  ],
  ...[
    'Transfer\x00-Encoding: chunked',
    'Transfer_Encoding: chunked',
    'Transfer-Encoding: chun\r\n\tked',
    'Transfer-Encoding: chunked\x00',
  ],
];

const LENGTHS: readonly string[] = [
  ...[
    'Content-Length: 0\r\nContent-Length: 5',
    'Content-Length: 5\r\nContent-Length: 0',
    'Content-Length: 0, 5',
    'Content-Length: +0',
  ],
  ...[
    'Content-Length: -1',
    'Content-Length: 0x0',
    'Content-Length: 0 0',
    'Content-Length: 00',
    'Content-Length: ',
    'Content-Length: ٠',
  ],
  ...[
    'Content-Length : 0',
    'Content-Length:\r\n 0',
    'Content-Length: 18446744073709551616',
    'Content-Length: 0\x00',
    'Content_Length: 5',
  ],
];

const makers: readonly (readonly [name: string, make: Make])[] = [
  ...TRANSFERS.map((transfer) => [`length and ${JSON.stringify(transfer)}`, both(transfer)] as const),
  ...TRANSFERS.map(
    (transfer) =>
      [
        `a short length and ${JSON.stringify(transfer)}`,
        post(`Content-Length: 4\r\n${transfer}`, inChunk),
      ] as const,
  ),
  ...LENGTHS.map((length) => [JSON.stringify(length), post(length, hiddenRequest)] as const),
  ['a chunk extension with a line break', chunked('1;a=\nb', 'x')],
  ['a chunk extension with a bare CR', chunked('1;a=\rb', 'x')],
  ['a very long chunk extension', chunked(`1;${'a'.repeat(100_000)}`, 'x')],
  ['a chunk size that overflows', chunked('10000000000000001', 'x')],
  ['a negative chunk size', chunked('-1', 'x')],
  ['a chunk size with 0x', chunked('0x1', 'x')],
  ['a chunk size with a space', chunked('1 ', 'x')],
  ['a chunk that is longer than it says', chunked('1', 'xyz')],
  ['chunks with bare line feeds', chunked('1', 'x', '\n')],
  ['chunks with bare carriage returns', chunked('1', 'x', '\r')],
  [
    'trailers that frame',
    post(
      'Transfer-Encoding: chunked\r\nTrailer: Content-Length',
      (mark) => `0\r\nContent-Length: 99\r\nHost: ${CLOSED}\r\n\r\n${hiddenRequest(mark)}`,
    ),
  ],
  ['lines that end in a bare line feed', head([`GET /open-MARK HTTP/1.1`, `Host: ${HOST}`], '\n')],
  ['lines that end in a bare carriage return', head([`GET /open-MARK HTTP/1.1`, `Host: ${HOST}`], '\r')],
  ['a folded header', head([`GET /open-MARK HTTP/1.1`, `Host: ${HOST}`, 'X: a', ` Host: ${CLOSED}`])],
  ['a folded host', head([`GET /open-MARK HTTP/1.1`, 'Host:', ` ${CLOSED}`])],
  ['two hosts', head([`GET /open-MARK HTTP/1.1`, `Host: ${HOST}`, `Host: ${CLOSED}`])],
  ['two hosts, the other way round', head([`GET /open-MARK HTTP/1.1`, `Host: ${CLOSED}`, `Host: ${HOST}`])],
  ['a host before a space', head([`GET /open-MARK HTTP/1.1`, `Host : ${CLOSED}`, `Host: ${HOST}`])],
  ['an absolute form with another host', head([`GET http://${CLOSED}/open-MARK HTTP/1.1`, `Host: ${HOST}`])],
  [
    'an absolute form of the host, and another Host',
    head([`GET http://${HOST}/open-MARK HTTP/1.1`, `Host: ${CLOSED}`]),
  ],
  [
    'an absolute form with a user',
    head([`GET http://${HOST}@${CLOSED}/open-MARK HTTP/1.1`, `Host: ${HOST}`]),
  ],
  ['an authority form', head([`CONNECT ${CLOSED}:80 HTTP/1.1`, `Host: ${HOST}`])],
  ['GET with a body', head([`GET /open-MARK HTTP/1.1`, `Host: ${HOST}`, 'Content-Length: LENGTH'])],
  [
    'HEAD with chunks',
    (mark) =>
      `HEAD /open-${mark} HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n${inChunk(mark)}`,
  ],
  [
    'HTTP/1.0 with chunks',
    (mark) =>
      `POST /open-${mark} HTTP/1.0\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n${afterEnd(mark)}`,
  ],
  ['HTTP/0.9', (mark) => `GET /open-${mark}\r\n${hiddenRequest(mark)}`],
  [
    'an upgrade to h2c',
    head([
      `GET /open-MARK HTTP/1.1`,
      `Host: ${HOST}`,
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
    ]),
  ],
  ['the preface of HTTP/2', (mark) => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${hiddenRequest(mark)}`],
  ['Expect: 100-continue', post('Content-Length: LENGTH\r\nExpect: 100-continue', hiddenRequest)],
  [
    'a connection header that names Host and framing',
    head([
      `GET /open-MARK HTTP/1.1`,
      `Host: ${HOST}`,
      'Connection: keep-alive, host, content-length, x-request-id',
    ]),
  ],
  ['NUL in a header', head([`GET /open-MARK HTTP/1.1`, `Host: ${HOST}`, 'X: a\x00b'])],
  ['NUL in the path', head([`GET /open-MARK\x00/x HTTP/1.1`, `Host: ${HOST}`])],
  ['a line break in the path', head([`GET /open-MARK\nHost: ${CLOSED} HTTP/1.1`, `Host: ${HOST}`])],
  ['a space in the path', head([`GET /open-MARK HTTP/1.1 HTTP/1.1`, `Host: ${HOST}`])],
];

export const SMUGGLING_TRIES: readonly SmugglingTry[] = makers.map(([name, make], at) => {
  const mark = `try${at}x`;
  return { name, mark, bytes: Buffer.from(make(mark), 'latin1') };
});
