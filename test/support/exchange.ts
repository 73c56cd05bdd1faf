// One HTTP exchange on a connection of its own, told to the byte: for tests that hold two servers against each other.

import { request } from 'node:http';

export interface ExchangeRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An array is sent in chunks, without a length. */
  readonly body?: string | Buffer | readonly string[];
}

export interface Exchange {
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** The body broke off. */
  readonly broken: boolean;
}

export function exchange(port: number, host: string, ask: ExchangeRequest): Promise<Exchange> {
  const { method = 'GET', path = '/', headers = {}, body } = ask;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers: { host, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        const done = (broken: boolean): void =>
          resolve({
            status: response.statusCode ?? 0,
            reason: response.statusMessage ?? '',
            rawHeaders: response.rawHeaders,
            body: Buffer.concat(chunks),
            broken,
          });
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => done(false));
        response.once('error', () => done(true));
      },
    );
    outgoing.once('error', reject);
    if (Array.isArray(body)) for (const chunk of body) outgoing.write(chunk);
    outgoing.end(Array.isArray(body) ? undefined : (body as string | Buffer | undefined));
  });
}
