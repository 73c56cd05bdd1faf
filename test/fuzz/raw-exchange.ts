// One TCP connection to a server under test: bytes go in as they are, and HTTP/1.1 responses are read out of
// what comes back. Node's own client refuses to send most of what is sent here.

import { connect } from 'node:net';

export interface RawResponse {
  readonly status: number;
  /** Names in lower case; a repeated header has its values joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Exchange {
  readonly responses: readonly RawResponse[];
  /** What came and is no response, such as the beginning of one. */
  readonly rest: string;
  readonly connected: boolean;
}

export interface ExchangeOptions {
  readonly port: number;
  /** Written one after the other, with a pause between, so that the server sees them apart. */
  readonly writes: readonly Buffer[];
  /** Responses after which the client leaves. */
  readonly expected: number;
  /** Methods of the requests in order, as far as they are known: a response to HEAD has no body. */
  readonly methods: readonly string[];
  /** Without a byte for this long, the client says that it has nothing more to send. */
  readonly patienceMs?: number;
}

const patienceDefaultMs = 150;
const betweenWritesMs = 3;
/** After that, it waits this long for the server to have its say. */
const lingerMs = 250;

/** Never rejects: a connection that breaks has the responses that came before. */
export function exchange(options: ExchangeOptions): Promise<Exchange> {
  const { port, writes, expected, methods, patienceMs = patienceDefaultMs } = options;
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    const chunks: Buffer[] = [];
    let connected = false;
    let ended = false;
    const read = (): Exchange => ({
      ...parseResponses(Buffer.concat(chunks).toString('latin1'), methods),
      connected,
    });
    const finish = (): void => {
      socket.destroy();
      resolve(read());
    };
    const writeFrom = (at: number): void => {
      const bytes = writes[at];
      if (socket.destroyed) return;
      if (bytes) {
        socket.write(bytes);
        setTimeout(writeFrom, at + 1 < writes.length ? betweenWritesMs : 0, at + 1);
      } else if (expected === 0) {
        finish();
      }
    };
    socket.setNoDelay(true);
    socket.setTimeout(patienceMs, () => {
      if (ended) return finish();
      ended = true;
      socket.end();
      socket.setTimeout(lingerMs);
    });
    socket.on('connect', () => {
      connected = true;
      writeFrom(0);
    });
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (expected > 0 && read().responses.length >= expected) finish();
    });
    socket.on('end', finish);
    socket.on('error', finish);
    socket.on('close', finish);
  });
}

/** Responses as far as they are whole; those of status 100 to 199 are not counted. */
export function parseResponses(
  text: string,
  methods: readonly string[] = [],
): Pick<Exchange, 'responses' | 'rest'> {
  const responses: RawResponse[] = [];
  let rest = text;
  for (;;) {
    const head = /^HTTP\/1\.[01] (\d{3})[^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(rest);
    if (!head) return { responses, rest };
    const status = Number(head[1]);
    const headers = readHeaders(String(head[2]));
    const after = rest.slice(head[0].length);
    if (status < 200 && status !== 101) {
      rest = after;
      continue;
    }
    const bare = status === 101 || status === 204 || status === 304 || methods[responses.length] === 'HEAD';
    const read = bare ? { body: '', rest: after } : readBody(headers, after);
    if (!read) return { responses, rest };
    responses.push({ status, headers, body: read.body });
    rest = read.rest;
  }
}

function readHeaders(lines: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines.split('\r\n').filter(Boolean)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}

function readBody(
  headers: Readonly<Record<string, string>>,
  text: string,
): { body: string; rest: string } | undefined {
  if (headers['transfer-encoding'] === 'chunked') return readChunks(text);
  if (headers['content-length'] === undefined) return { body: text, rest: '' };
  const length = Number(headers['content-length']);
  return text.length < length ? undefined : { body: text.slice(0, length), rest: text.slice(length) };
}

function readChunks(text: string): { body: string; rest: string } | undefined {
  let body = '';
  for (let at = 0; ; ) {
    const end = text.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const size = Number.parseInt(text.slice(at, end), 16);
    if (text.length < end + 4 + size) return undefined;
    if (size === 0) return { body, rest: text.slice(end + 4) };
    body += text.slice(end + 2, end + 2 + size);
    at = end + 4 + size;
  }
}
