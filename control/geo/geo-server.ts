// What the geo service answers, over HTTP on its socket. Only the platform's user can get there.

import { createServer, type Server } from 'node:http';
import { GEO_STATUS_PATH, geoPath } from '../../edge/contract/geo.ts';
import { readAddress } from '../../edge/contract/ip-address.ts';
import type { Atlas } from './atlas.ts';
import { messageOf } from './find-databases.ts';

interface Answer {
  readonly status: number;
  readonly body: object;
}

export function createGeoServer(atlas: Pick<Atlas, 'lookUp' | 'status'>): Server {
  return createServer((request, response) => {
    answer(atlas, request.url ?? '').then(
      ({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      },
      (error: unknown) => response.writeHead(500).end(messageOf(error)),
    );
  });
}

async function answer(atlas: Pick<Atlas, 'lookUp' | 'status'>, path: string): Promise<Answer> {
  if (path === GEO_STATUS_PATH) return { status: 200, body: atlas.status() };
  const prefix = geoPath('');
  const address = path.startsWith(prefix) ? readAddress(path.slice(prefix.length)) : undefined;
  if (!address) return { status: 404, body: { error: `There is no ${path} here.` } };
  return { status: 200, body: await atlas.lookUp(address) };
}
