// Carries a request to a front and the answer back, as they come, in both directions at the speed of the slower side.
// Bodies are not looked into. When either side gives up, so does the other.
//
// A front may end at any time. What it has not begun to answer is sent to another, if it was not sent at all or if twice
// is as once: HTTP says that of some methods, and what a body has lost is lost.

import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { constants } from 'node:http2';
import type { Duplex, Readable, Writable } from 'node:stream';
import { answerOf } from '../service/error-answer.ts';
import { DoorError } from './door-error.ts';
import { type Incoming, isHttp2, type Outgoing, requestHeaders, writeHead } from './front-headers.ts';
import type { Fronts, FrontWay } from './fronts.ts';
import { tlsHeaderBytesMax, tlsLingerMs } from './limits.ts';

const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Never throws: every fault is answered. */
export function forwardRequest(fronts: Fronts, incoming: Incoming, response: Outgoing, blob: string): void {
  try {
    new Passage(fronts, incoming, response, blob).begin();
  } catch (error) {
    if (!(error instanceof DoorError)) throw error;
    refuse(incoming, response, error);
  }
}

class Passage {
  readonly #fronts: Fronts;
  readonly #incoming: Incoming;
  readonly #response: Outgoing;
  /** What is read and written: over HTTP/2 the stream itself. */
  readonly #body: Readable;
  readonly #out: Writable;
  readonly #headers: readonly string[];
  readonly #hasBody: boolean;
  readonly #tried = new Set<FrontWay>();
  #outgoing: ClientRequest | undefined;
  /** The client has left, or has its answer. */
  #over = false;

  constructor(fronts: Fronts, incoming: Incoming, response: Outgoing, blob: string) {
    const framing = framingOf(incoming);
    this.#fronts = fronts;
    this.#incoming = incoming;
    this.#response = response;
    this.#body = isHttp2(incoming) ? incoming.stream : incoming;
    this.#out = 'stream' in response ? response.stream : response;
    this.#headers = requestHeaders(incoming, blob, framing);
    this.#hasBody = framing.length > 0 && framing[1] !== '0';
  }

  begin(): void {
    this.#out.on('error', () => undefined); // What broke also closes.
    this.#body.on('error', (error) => this.#outgoing?.destroy(error));
    this.#out.once('close', () => {
      this.#over = true;
      this.#outgoing?.destroy();
    });
    const way = this.#fronts.pick(this.#tried);
    if (way) this.#send(way);
    else this.#sendToNext();
  }

  #sendToNext(): void {
    void this.#fronts.find(this.#tried).then((way) => {
      if (this.#over) return;
      if (way) this.#send(way);
      else this.#refuse(new DoorError('SYS_003', 503, 'No front takes requests: try again in a moment.'));
    });
  }

  #send(way: FrontWay): void {
    let outgoing: ClientRequest;
    try {
      outgoing = request({
        ...{ socketPath: way.path, agent: way.agent, maxHeaderSize: tlsHeaderBytesMax, setHost: false },
        method: this.#incoming.method ?? 'GET',
        path: this.#incoming.url ?? '/',
        headers: this.#headers,
      });
    } catch (error) {
      this.#refuse(
        new DoorError('FN_006', 400, `This request cannot be handed on (${(error as Error).message}).`),
      );
      return;
    }
    this.#outgoing = outgoing;
    way.busy += 1;
    let answered = false;
    outgoing.once('close', () => {
      way.busy -= 1;
    });
    outgoing.once('response', (answer) => {
      answered = true;
      this.#carryBack(answer);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (answered) this.#breakOff();
      else this.#failed(way, outgoing, error);
    });
    if (!this.#hasBody) {
      outgoing.end();
      return;
    }
    // Nothing of the body is taken before there is a connection: until then another front may have it.
    outgoing.once('socket', (socket) => {
      const carry = (): void => {
        this.#body.pipe(outgoing);
      };
      if (socket.connecting) socket.once('connect', carry);
      else carry();
    });
  }

  #failed(way: FrontWay, outgoing: ClientRequest, { code, syscall }: NodeJS.ErrnoException): void {
    if (this.#over) return;
    const unreached = syscall === 'connect' && (code === 'ECONNREFUSED' || code === 'ENOENT');
    if (unreached) this.#fronts.lost(way);
    const method = this.#incoming.method ?? '';
    if (unreached || (!this.#hasBody && REPEATABLE.has(method) && this.#tried.size < 3)) {
      // A kept connection that was found closed says nothing about its front.
      if (unreached || !outgoing.reusedSocket) this.#tried.add(way);
      this.#sendToNext();
      return;
    }
    this.#refuse(
      new DoorError(
        'SYS_001',
        502,
        'The front that had this request ended before it answered: send it again.',
      ),
    );
  }

  #carryBack(answer: IncomingMessage): void {
    if (this.#over) {
      answer.destroy();
      return;
    }
    try {
      writeHead(this.#response, answer);
    } catch (error) {
      this.#outgoing?.destroy();
      this.#refuse(new DoorError('SYS_001', 502, `The answer cannot be handed on (${String(error)}).`));
      return;
    }
    answer.once('error', () => this.#breakOff());
    answer.once('aborted', () => this.#breakOff());
    answer.once('end', () => this.#linger());
    answer.pipe(this.#out);
  }

  /** A client that has all of its answer, and still sends. */
  #linger(): void {
    const body = this.#body as Duplex;
    if (!this.#hasBody || body.readableEnded || body.destroyed) return;
    body.unpipe();
    body.resume();
    const incoming = this.#incoming;
    const timer = setTimeout(() => {
      if (isHttp2(incoming)) incoming.stream.close(constants.NGHTTP2_NO_ERROR);
      else incoming.socket.destroy();
    }, tlsLingerMs);
    body.once('close', () => clearTimeout(timer));
    body.once('end', () => clearTimeout(timer));
  }

  /** An answer that is cut short is the only way to tell the client. */
  #breakOff(): void {
    if (this.#over) return;
    this.#over = true;
    if ('stream' in this.#response) this.#response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    else this.#response.destroy();
  }

  #refuse(error: DoorError): void {
    this.#over = true;
    refuse(this.#incoming, this.#response, error);
  }
}

/** As the client said it, or in chunks. Empty for no body. */
function framingOf(incoming: Incoming): readonly string[] {
  const { headers } = incoming;
  const length = headers['content-length'];
  if (isHttp2(incoming)) {
    if (incoming.stream.endAfterHeaders) return length === undefined ? [] : ['Content-Length', '0'];
    return length === undefined ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', length];
  }
  if (headers['transfer-encoding'] !== undefined) return ['Transfer-Encoding', 'chunked'];
  if (length !== undefined) return ['Content-Length', length];
  // Node would announce chunks.
  return /^(GET|HEAD|DELETE|OPTIONS|TRACE)$/.test(incoming.method ?? '') ? [] : ['Content-Length', '0'];
}

export function refuse(incoming: Incoming, response: Outgoing, error: DoorError): void {
  if (response.headersSent || response.destroyed) {
    if ('stream' in response) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    else response.destroy();
    return;
  }
  const { status, headers, body } = answerOf(error);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = status;
  response.end(body);
  // The rest of an upload is read and dropped, so that the client reads the answer and not a broken connection.
  incoming.unpipe();
  incoming.resume();
}
