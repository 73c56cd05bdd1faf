// The cache: the one process that keeps answers of functions. It is a process of its own, so that all fronts have the same
// one, and so that it goes on when control stops. docs/design/cache.md has the reasons.
//
// Control bundles it, gives it its text on standard input and its options as an argument, and learns from a descriptor
// that it takes calls.

import { writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { listenAt } from '../service/listen-at.ts';
import { ApiCallers } from './api-callers.ts';
import { Cache } from './cache.ts';
import { CacheStore } from './cache-store.ts';
import type { CacheOptions } from './contract.ts';
import { bootId } from './disk.ts';
import { answerFront, tell } from './front-door.ts';
import { cacheHeaderBytesMax, cacheUsedFlushMs } from './limits.ts';
import { openDisk } from './open-disk.ts';
import { createPrivateDoor } from './private-door.ts';

const READY_FD = 3;
/** How often a process that was told to end looks whether it can. */
const endCheckMs = 50;

const options = JSON.parse(String(process.argv[2])) as CacheOptions;
const disk = await openDisk(options.storeDir, bootId(), options.privateSocket);
const cache = new Cache(new CacheStore(disk, options.bytesMax));
const callers = new ApiCallers(cache, options);
const fronts = createServer(
  { maxHeaderSize: cacheHeaderBytesMax, keepAliveTimeout: 120_000, requestTimeout: 0 },
  (request, response) => {
    answerFront(cache, request, response).catch((error: unknown) => {
      console.error(`a front could not be answered: ${error instanceof Error ? error.stack : error}`);
      if (response.headersSent) response.destroy();
      else tell(response, 503, { failed: String(error) });
    });
  },
);

await listenAt(
  createPrivateDoor(cache, options.bytesMax, (name) => callers.load(name)),
  options.privateSocket,
);
await callers.loadAll();
await listenAt(fronts, options.frontSocket);
writeSync(READY_FD, 'ready\n');

const flushing = setInterval(() => {
  cache.leases.sweep(Date.now());
  try {
    if (!cache.retired) cache.store.flush();
  } catch (error) {
    console.error(`the order of use could not be written down: ${error}`);
  }
}, cacheUsedFlushMs);

process.on('SIGTERM', () => {
  clearInterval(flushing);
  setInterval(() => {
    if (cache.takes) return;
    cache.retire();
    process.exit(0);
  }, endCheckMs);
});
