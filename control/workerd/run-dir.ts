// The run directory: sockets, console files and one record for each process, by which the next control finds
// what is running. Records are written before a process is given work and removed after it has ended, so that
// a control killed at any instant leaves no process that the next one does not know.

import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CACHE_SOCKET } from '../../edge/contract/cache.ts';
import { SECURE_SOCKET_SUFFIX, slotSocket } from '../../edge/contract/names.ts';
import { AppError } from '../model/errors.ts';
import { memoryMb } from '../model/limits.ts';
import { CONTROL_SOCKET, GEO_SOCKET, ORIGIN_SOCKET } from './front-config.ts';

/** Node processes of the platform's own, each one of its kind; see `service-process.ts`. */
export const SERVICE_KINDS = ['outbound', 'cache', 'geo', 'tls'] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

const recordSchema = z.strictObject({
  kind: z.enum(['front', 'instance', ...SERVICE_KINDS]),
  /** Names the record, the console file and the private socket. */
  id: z.string().regex(/^[a-z]+-[a-z0-9]+$/),
  pid: z.int().positive(),
  startTime: z.string(),
  /** Hash of what the process was started with; another one means it is of another build. */
  build: z.string(),
  /** Instances only. */
  instance: z
    .strictObject({
      function: z.string(),
      version: z.string(),
      slot: z.int().min(0),
      /** What its function may use. Records of before there was a limit have none, and are of another build. */
      memoryMb: z.int().positive().default(memoryMb.default),
      /** `starting` and `stopping` ones are of no use to the next control, which ends them. */
      state: z.enum(['starting', 'ready', 'stopping']),
      /** It has the folder of its function's objects, which no other may have at the same time. */
      objects: z.boolean().default(false),
    })
    .optional(),
  /** Fronts only: the port that it listens on. */
  port: z.int().optional(),
  /** Fronts only: which of them it is. */
  seat: z.int().min(0).optional(),
});
export type ProcessRecord = z.infer<typeof recordSchema>;

export class RunDir {
  readonly path: string;
  /** Bound into every instance too: static files. Absent where nobody has any, as in tests. */
  readonly assetsDir: string | undefined;

  constructor(path: string, assetsDir?: string) {
    this.path = path;
    this.assetsDir = assetsDir;
    for (const part of [
      '',
      'slots',
      'fronts',
      'services',
      'callers',
      'processes',
      'console',
      'snapshot',
      'certificates',
    ]) {
      mkdirSync(join(path, part), { recursive: true, mode: 0o700 });
    }
    // Instances have a user of their own, to whom the folders above it are closed and this one is mounted.
    chmodSync(this.servicesDir(), 0o711);
  }

  /** Bound into every instance: only what instances may reach. */
  readonly servicesDir = (): string => join(this.path, 'services');
  /** A file for each function version that may call the outbound. */
  readonly callersDir = (): string => join(this.path, 'callers');
  /** On which the outbound answers control. */
  readonly outboundSocket = (): string => join(this.path, 'outbound.sock');
  /** On which the geo service answers fronts and control. */
  readonly geoSocket = (): string => join(this.path, GEO_SOCKET);
  /** On which the cache answers fronts, and control. */
  readonly cacheSocket = (): string => join(this.path, CACHE_SOCKET);
  readonly cacheControlSocket = (): string => join(this.path, 'cache-control.sock');
  /** On which the outbound takes what fronts send to other hosts. */
  readonly originSocket = (): string => join(this.path, ORIGIN_SOCKET);
  readonly controlAddressFile = (): string => join(this.path, 'control-address.json');
  readonly snapshotDir = (): string => join(this.path, 'snapshot');
  readonly controlSocket = (): string => join(this.path, CONTROL_SOCKET);
  readonly slotSocket = (slot: number): string => join(this.path, slotSocket(slot));
  readonly blankSocket = (id: string): string => join(this.path, 'slots', `${id}.sock`);
  readonly frontSocket = (id: string): string => join(this.path, 'fronts', `${id}.sock`);
  /** On which a front takes what functions ask of each other. */
  readonly boundSocket = (id: string): string => join(this.frontsDir(), `${id}.bound.sock`);
  /** On which a front takes what came by TLS. */
  readonly secureSocket = (id: string): string => join(this.frontsDir(), `${id}${SECURE_SOCKET_SUFFIX}`);
  /** On which the TLS door answers control. */
  readonly tlsSocket = (): string => join(this.path, 'tls.sock');
  /** Remembers the port of the TLS door where the system chose it. */
  readonly tlsPortFile = (): string => join(this.path, 'tls-port');
  /** Certificates that control hands to the TLS door. */
  readonly certificatesDir = (): string => join(this.path, 'certificates');
  readonly frontsDir = (): string => join(this.path, 'fronts');
  readonly consoleFile = (id: string): string => join(this.path, 'console', id);
  /** Remembers where the groups of resources are. */
  readonly groupsFile = (): string => join(this.path, 'groups.json');
  readonly consoleDir = (): string => join(this.path, 'console');

  /** @throws {AppError} SYS_002 when the disk does not take it. */
  writeRecord(record: ProcessRecord): void {
    this.writeJson(join(this.path, 'processes', `${record.id}.json`), record);
  }

  /**
   * Writes a file that others read at any time: they find what it was, or what it is now.
   *
   * @throws {AppError} SYS_002 when the disk does not take it.
   */
  writeJson(file: string, value: unknown): void {
    try {
      writeFileSync(`${file}~`, JSON.stringify(value), { mode: 0o600 });
      renameSync(`${file}~`, file);
    } catch (cause) {
      throw new AppError(
        'SYS_002',
        `${file} cannot be written (${String(cause)}): free some space on its disk, or make it writable.`,
        {},
        cause,
      );
    }
  }

  removeRecord(id: string): void {
    rmSync(join(this.path, 'processes', `${id}.json`), { force: true });
  }

  /**
   * Removes what processes without a record have left: blanks of a control that was killed, fronts that died
   * with it. `records` are all that there are, and nothing may be spawned meanwhile.
   */
  removeLeftovers(records: readonly ProcessRecord[]): void {
    const known = new Set(records.map(({ id }) => id));
    for (const { instance } of records) if (instance) known.add(String(instance.slot));
    for (const folder of ['slots', 'fronts', 'console']) {
      for (const name of readdirSync(join(this.path, folder))) {
        if (!known.has(ownerOf(name))) rmSync(join(this.path, folder, name), { force: true });
      }
    }
  }

  /** Records of an earlier control. One that cannot be read tells nothing and is removed. */
  readRecords(): ProcessRecord[] {
    const folder = join(this.path, 'processes');
    return readdirSync(folder).flatMap((name) => {
      if (name.endsWith('.json')) {
        const parsed = recordSchema.safeParse(parseJson(readFileSync(join(folder, name), 'utf8')));
        if (parsed.success) return [parsed.data];
      }
      rmSync(join(folder, name), { force: true });
      return [];
    });
  }
}

/** Sockets and console files are named after a process or a slot; `.sock`, `.read` and `~` come after. */
const ownerOf = (name: string): string => name.replace(/[.~].*$/, '');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The schema refuses it.
  }
}
