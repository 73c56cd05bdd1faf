// `client.regions`: where requests can be answered.

import type { CreateRegionInput, DeletedRegion, Region, RegionList, UpdateRegionInput } from './answers.ts';
import { type CallOptions, type Connection, input } from './connection.ts';
import { sendCall } from './send-call.ts';

export interface RegionsClient {
  /** By name, with their health; one of them is the machine itself. */
  list(options?: CallOptions): Promise<RegionList>;
  get(name: string, options?: CallOptions): Promise<Region>;
  create(region: CreateRegionInput, options?: CallOptions): Promise<Region>;
  /** What is left out stays. */
  update(name: string, changes: UpdateRegionInput, options?: CallOptions): Promise<Region>;
  delete(name: string, options?: CallOptions): Promise<DeletedRegion>;
}

export function createRegionsClient(connection: Connection): RegionsClient {
  return {
    list: async (options) => sendCall(connection, { method: 'GET', path: '/regions' }, options),
    get: async (name, options) => sendCall(connection, { method: 'GET', path: regionPath(name) }, options),
    create: async (body, options) =>
      sendCall(connection, { method: 'POST', path: '/regions', body }, options),
    update: async (name, body, options) =>
      sendCall(connection, { method: 'PUT', path: regionPath(name), body }, options),
    delete: async (name, options) =>
      sendCall(connection, { method: 'DELETE', path: regionPath(name) }, options),
  };
}

function regionPath(name: string): string {
  if (typeof name !== 'string' || !/^[a-z0-9-]+$/.test(name))
    throw input(`${JSON.stringify(name)} is no name of a region.`);
  return `/regions/${name}`;
}
