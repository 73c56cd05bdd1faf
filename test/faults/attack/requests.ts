// Attacks that are requests: so many clients, each asking again when it has its answer.

import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import type { Drive, Scene } from '../fault.ts';
import { ask, type Question } from './ask.ts';

export interface RequestsOptions
  extends Pick<Question, 'method' | 'path' | 'headers' | 'giveUpMs' | 'reads'> {
  readonly clients?: number;
  /** Rest of a client between an answer and its next request. */
  readonly gapMs?: number;
  /** Of each request. */
  readonly bodyBytes?: number;
  /** A body without an end, in chunks of `bytes` every `everyMs`; 0 for as fast as it is taken. */
  readonly endless?: { readonly bytes: number; readonly everyMs: number };
  /** Each client keeps its connection. */
  readonly keepAlive?: boolean;
  /** Asks once a client and no more. */
  readonly once?: boolean;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function requests(options: RequestsOptions = {}): Drive {
  const { clients = 4 } = options;
  return async (scene) => {
    await Promise.all(Array.from({ length: clients }, () => client(scene, options)));
  };
}

async function client(scene: Scene, options: RequestsOptions): Promise<void> {
  const { bodyBytes, clients: _, endless, gapMs = 50, keepAlive, once, ...rest } = options;
  const agent = keepAlive ? new Agent({ keepAlive: true, maxSockets: 1 }) : undefined;
  const separator = rest.path?.includes('?') ? '&' : '?';
  const path = `${rest.path ?? '/'}${separator}canary=${scene.canary.port}`;
  do {
    const { what, tookMs } = await ask({
      ...{ ...rest, path, port: scene.platform.edgePort, name: scene.name },
      ...(agent && { agent }),
      ...(bodyBytes !== undefined && { body: Buffer.alloc(bodyBytes, 'x') }),
      ...(endless && { body: endlessBody(endless.bytes, endless.everyMs) }),
    });
    scene.tally.add(what, tookMs);
    await pause(gapMs);
  } while (!once && Date.now() < scene.until);
  agent?.destroy();
}

function endlessBody(bytes: number, everyMs: number): Readable {
  const chunk = Buffer.alloc(bytes, 'x');
  return new Readable({
    read(): void {
      if (everyMs === 0) setImmediate(() => this.push(chunk));
      else setTimeout(() => this.push(chunk), everyMs);
    },
  });
}
