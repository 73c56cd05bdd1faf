// The geo service: the one process that holds the databases of places, so that they are in memory once and not in each
// front. It is in Node, as readers of such databases are, and goes on when control stops.
//
// Control bundles it, gives it its text on standard input and its options as an argument, and learns from a descriptor
// that it takes calls.

import { writeSync } from 'node:fs';
import { listenAt } from '../service/listen-at.ts';
import { Atlas } from './atlas.ts';
import type { GeoOptions } from './contract.ts';
import { createGeoServer } from './geo-server.ts';

/** Descriptor on which it writes a line once it takes calls. */
const READY_FD = 3;

const options = JSON.parse(String(process.argv[2])) as GeoOptions;
const atlas = new Atlas(options);
await atlas.open();
const server = createGeoServer(atlas);
await listenAt(server, options.socket);
writeSync(READY_FD, 'ready\n');

process.on('SIGTERM', () => {
  atlas.close();
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
