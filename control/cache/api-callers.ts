// Who may use the Cache API: a socket for each function version that control has written a file of, the same as for the
// outbound. The socket says whose entries they are, and nothing that a function sends does.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { listenAt } from '../service/listen-at.ts';
import { answerApi } from './api-door.ts';
import type { Cache } from './cache.ts';
import { type CacheOptions, cacheCallerSocket } from './contract.ts';
import { cacheHeaderBytesMax } from './limits.ts';

export interface ApiCaller {
  readonly function: string;
  readonly project: string;
}

export class ApiCallers {
  readonly #cache: Cache;
  readonly #options: CacheOptions;
  readonly #servers = new Map<string, Server>();

  constructor(cache: Cache, options: CacheOptions) {
    this.#cache = cache;
    this.#options = options;
  }

  async loadAll(): Promise<void> {
    const names = readdirSync(this.#options.callersDir).filter((file) => file.endsWith('.json'));
    await Promise.all(names.map((file) => this.load(file.slice(0, -'.json'.length))));
  }

  /** Takes a caller, or forgets it when its file is gone; resolves when its socket listens. A version never changes. */
  async load(name: string): Promise<void> {
    const { callersDir, socketsDir } = this.#options;
    const caller = readCaller(join(callersDir, `${name}.json`));
    const server = this.#servers.get(name);
    const socket = join(socketsDir, cacheCallerSocket(name));
    if (caller && !server) await listenAt(this.#serve(name, caller), socket);
    if (caller || !server) return;
    this.#servers.delete(name);
    rmSync(socket, { force: true });
    server.close();
    server.closeIdleConnections();
  }

  #serve(name: string, caller: ApiCaller): Server {
    const options = {
      maxHeaderSize: cacheHeaderBytesMax,
      keepAliveTimeout: 120_000,
      requestTimeout: 0,
      requireHostHeader: false,
    };
    const server = createServer(options, (request, response) => {
      answerApi(this.#cache, caller, request, response).catch((error: unknown) => {
        console.error(
          `a Cache API call could not be answered: ${error instanceof Error ? error.stack : error}`,
        );
        if (response.headersSent) response.destroy();
        else response.writeHead(500, { 'cf-cache-status': 'MISS' }).end();
      });
    });
    this.#servers.set(name, server);
    return server;
  }
}

/** Control wrote it. */
function readCaller(path: string): ApiCaller | undefined {
  try {
    const { function: id, project = id } = JSON.parse(readFileSync(path, 'utf8')) as {
      function: string;
      project?: string;
    };
    return { function: id, project };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
