// One request of an attacker, on a connection of its own unless it brings an agent.

import { type Agent, type IncomingMessage, request } from 'node:http';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

export interface Question {
  readonly port: number;
  /** The function's name. */
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
  readonly agent?: Agent;
  /** The client leaves after this long, and has got `no answer`, or an `unended body`. */
  readonly giveUpMs?: number;
  /** False: the client takes the head and then reads nothing. */
  readonly reads?: boolean;
}

export interface Got {
  /** A few words, such as `504 FN_002`; the tally counts by it. */
  readonly what: string;
  readonly tookMs: number;
  /** The beginning of the body. */
  readonly text: string;
}

const giveUpDefaultMs = 12_000;
const textBytesMax = 4096;
/** A browser takes less; what is beyond is told as `not HTTP`. */
const headerBytesMax = 8 * 1024 * 1024;

/** Never rejects: whatever happens is what the client got. */
export function ask(question: Question): Promise<Got> {
  const { port, name, body, agent = false, method = 'GET', path = '/', headers } = question;
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let text = '';
    let headed = false;
    const end = (what: string): void => {
      clearTimeout(timer);
      outgoing.destroy();
      resolve({ what, text, tookMs: performance.now() - startedAt });
    };
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent,
        maxHeaderSize: headerBytesMax,
        headers: { host: `${name}.localhost`, ...headers },
      },
      (response) => {
        headed = true;
        if (question.reads === false) return; // Until the client gives up.
        response.on('data', (part: Buffer) => {
          if (text.length < textBytesMax) text += part.toString('latin1');
        });
        finished(response).then(
          () => {
            // With an agent the connection is kept.
            clearTimeout(timer);
            if (!agent) outgoing.destroy();
            resolve({ what: describe(response), text, tookMs: performance.now() - startedAt });
          },
          () => end('broken body'),
        );
      },
    );
    const timer = setTimeout(
      () => end(headed ? (question.reads === false ? 'unread body' : 'unended body') : 'no answer'),
      question.giveUpMs ?? giveUpDefaultMs,
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (headed) return;
      const words: Record<string, string> = { ECONNREFUSED: 'refused', ECONNRESET: 'reset', EPIPE: 'reset' };
      const code = error.code ?? error.message;
      end(words[code] ?? (code.startsWith('HPE_') ? `not HTTP (${code})` : code));
    });
    if (typeof body === 'object' && 'pipe' in body) {
      body.on('error', () => undefined);
      outgoing.on('close', () => body.destroy());
      body.pipe(outgoing);
    } else outgoing.end(body);
  });
}

function describe({ statusCode, headers }: IncomingMessage): string {
  if (headers['x-injected'] !== undefined) return `${statusCode} with an injected header`;
  const code = headers['x-selvedge-error'];
  if (code === undefined) return `${statusCode}`;
  const lacksRetry = code === 'FN_007' && headers['retry-after'] === undefined;
  return `${statusCode} ${code}${lacksRetry ? ' without Retry-After' : ''}`;
}
