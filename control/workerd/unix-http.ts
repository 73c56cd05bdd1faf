// HTTP to our own processes over unix sockets, on kept-alive connections.

import { Agent, type IncomingMessage, request } from 'node:http';

export interface UnixRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

export class UnixHttp {
  readonly #socketPath: string;
  // workerd closes idle connections after some seconds; ours are dropped first, so that none is found closed.
  readonly #agent = new Agent({ keepAlive: true, keepAliveMsecs: 1000, timeout: 4000 });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Resolves with the response's head; its body is the caller's to read. Rejects on any fault of transport. */
  send({ method, path, headers = {}, body, signal }: UnixRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          socketPath: this.#socketPath,
          agent: this.#agent,
          method,
          path,
          headers: {
            host: 'selvedge',
            ...headers,
            ...(body && { 'content-length': Buffer.byteLength(body) }),
          },
          ...(signal && { signal }),
        },
        resolve,
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  /** Sends JSON and reads JSON; the answer's status is the caller's to judge. Rejects after `timeoutMs`. */
  async json<T>(
    method: string,
    path: string,
    body: unknown,
    timeoutMs: number,
  ): Promise<{ status: number; body: T }> {
    const response = await this.send({
      method,
      path,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return {
      status: response.statusCode ?? 0,
      body: JSON.parse((await readAll(response)).toString('utf8')) as T,
    };
  }

  /** Sends nothing and reads text. Rejects after `timeoutMs`. */
  async text(method: string, path: string, timeoutMs: number): Promise<{ status: number; body: string }> {
    const response = await this.send({ method, path, signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.statusCode ?? 0, body: (await readAll(response)).toString('utf8') };
  }

  close(): void {
    this.#agent.destroy();
  }
}

export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
