// Keeps the routing table and brings every front to it.
//
// Each change makes a new generation. A front is sent what it lacks, one message at a time, so changes made
// meanwhile travel together. `publish` resolves when every front that runs has the change: from then on no
// front sends a request by an older table. A front that fails to answer is given up: it is ended, and its
// successor starts from the newest table.

import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ROUTING_TABLE_VERSION, SNAPSHOT_FILE } from '../../edge/contract/names.ts';
import type { RegionsTable } from '../../edge/contract/regions.ts';
import type {
  ApiKeyEntry,
  Credentials,
  FunctionEntry,
  RouteEntry,
  RoutingTable,
} from '../../edge/contract/routing-table.ts';
import { type TableChange, tableChangesMax, tableDelta } from '../plan/table-delta.ts';
import type { Front } from './front.ts';

/** The snapshot is for a front that starts without control, so it may be this much behind. */
const snapshotDelayMs = 200;

export interface TableUpdate {
  readonly functions?: Readonly<Record<string, FunctionEntry | null>>;
  readonly routes?: readonly RouteEntry[];
  readonly credentials?: Credentials;
  readonly regions?: RegionsTable;
  /** Keys of visitors by their digests; null for one that is gone. */
  readonly apiKeys?: Readonly<Record<string, ApiKeyEntry | null>>;
  readonly challenges?: Readonly<Record<string, string>>;
}

interface Link {
  /** Generation that the front is known to have. */
  reached: number;
  pushing: Promise<void> | undefined;
}

export class TablePublisher {
  readonly #table: RoutingTable;
  readonly #snapshotDir: string;
  readonly #onFault: (front: Front, error: unknown) => void;
  readonly #links = new Map<Front, Link>();
  #changes: TableChange[] = [];
  #snapshotTimer: NodeJS.Timeout | undefined;
  #snapshotWriting: Promise<void> = Promise.resolve();

  /** `generation` must be above that of any table which a running front may have. */
  constructor(
    table: Omit<RoutingTable, 'version'>,
    snapshotDir: string,
    onFault: (front: Front, error: unknown) => void,
  ) {
    this.#table = { version: ROUTING_TABLE_VERSION, ...table };
    this.#snapshotDir = snapshotDir;
    this.#onFault = onFault;
  }

  get table(): Readonly<RoutingTable> {
    return this.#table;
  }

  /** Before any front has the table: where TLS is served is known when it is. */
  setTls(tls: NonNullable<RoutingTable['tls']>): void {
    this.#table.tls = tls;
  }

  /** Gives a front the whole table and keeps it up to date until `remove`. */
  async add(front: Front): Promise<void> {
    const link: Link = { reached: -1, pushing: undefined };
    this.#links.set(front, link);
    await this.#push(front, link);
  }

  remove(front: Front): void {
    this.#links.delete(front);
  }

  /** Changes the table now; resolves when every running front has the change. */
  async publish(update: TableUpdate): Promise<void> {
    const { functions = {}, routes, credentials, apiKeys = {}, challenges, regions } = update;
    const table = this.#table;
    for (const [id, entry] of Object.entries(functions)) {
      if (entry) table.functions[id] = entry;
      else delete table.functions[id];
    }
    if (routes) table.routes = [...routes];
    if (credentials) table.credentials = credentials;
    if (regions) table.regions = regions;
    for (const [digest, key] of Object.entries(apiKeys)) {
      table.apiKeys ??= {};
      if (key) table.apiKeys[digest] = key;
      else delete table.apiKeys[digest];
    }
    if (challenges) table.challenges = { ...challenges };
    table.generation += 1;
    this.#changes.push({
      generation: table.generation,
      functions: Object.keys(functions),
      routes: routes !== undefined,
      credentials: credentials !== undefined,
      regions: regions !== undefined,
      apiKeys: Object.keys(apiKeys),
      challenges: challenges !== undefined,
    });
    if (this.#changes.length > tableChangesMax) this.#changes = this.#changes.slice(-tableChangesMax / 2);
    this.#scheduleSnapshot();
    await Promise.all([...this.#links].map(([front, link]) => this.#push(front, link)));
  }

  /** True when every front has the newest table and there is one. */
  get settled(): boolean {
    const links = [...this.#links.values()];
    return links.length > 0 && links.every((link) => link.reached >= this.#table.generation);
  }

  #push(front: Front, link: Link): Promise<void> {
    link.pushing ??= this.#bringUp(front, link).finally(() => {
      link.pushing = undefined;
    });
    const target = this.#table.generation;
    // A push under way may have read the table before this change; then one more follows it.
    return link.pushing.then(() =>
      link.reached >= target || !this.#links.has(front) ? undefined : this.#push(front, link),
    );
  }

  async #bringUp(front: Front, link: Link): Promise<void> {
    try {
      const delta = link.reached < 0 ? undefined : tableDelta(this.#table, this.#changes, link.reached);
      const patched = delta && (await front.patchTable(delta));
      const ack =
        patched && patched.generation >= delta.generation ? patched : await front.putTable(this.#table);
      link.reached = ack.generation;
      if (ack.generation > this.#table.generation) this.#overtake(ack.generation);
    } catch (error) {
      this.#links.delete(front);
      this.#onFault(front, error);
    }
  }

  /**
   * A front has a newer table than there is: the clock, from which an earlier control took its generations, has
   * been set back since. Every front gets the whole table anew, under a generation that is above.
   */
  #overtake(generation: number): void {
    this.#table.generation = generation + 1;
    this.#changes = [];
    for (const [front, link] of this.#links) {
      link.reached = -1;
      // Pushes never reject.
      void this.#push(front, link);
    }
  }

  /** Writes the snapshot now and waits for it. */
  async writeSnapshot(): Promise<void> {
    clearTimeout(this.#snapshotTimer);
    this.#snapshotTimer = undefined;
    const text = JSON.stringify(this.#table);
    this.#snapshotWriting = this.#snapshotWriting.then(async () => {
      const path = join(this.#snapshotDir, SNAPSHOT_FILE);
      const file = await open(`${path}~`, 'w', 0o600);
      try {
        await file.writeFile(text);
      } finally {
        await file.close();
      }
      await rename(`${path}~`, path);
    });
    await this.#snapshotWriting;
  }

  #scheduleSnapshot(): void {
    this.#snapshotTimer ??= setTimeout(() => {
      this.#snapshotTimer = undefined;
      // A snapshot that cannot be written (a full disk) is tried again at the next change.
      this.writeSnapshot().catch(() => undefined);
    }, snapshotDelayMs).unref();
  }
}
