// All callers: a socket and a policy for each version that control has written a file of, and a `Caller` for each
// function that has one.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { listenAt } from '../service/listen-at.ts';
import { Caller } from './caller.ts';
import { createCallerServer } from './caller-server.ts';
import { type CallerRecord, callerFile, callerSocket, type OutboundOptions } from './contract.ts';
import type { Exchange } from './exchange.ts';
import { type PlatformRules, Policy } from './policy.ts';
import { RefusalLog } from './refusal-log.ts';
import { Resolver } from './resolver.ts';

interface Entry {
  readonly exchange: Exchange;
  readonly server: Server;
}

export class Callers {
  readonly #options: OutboundOptions;
  readonly #rules: PlatformRules;
  readonly #connectionsMax: number;
  readonly #resolver = new Resolver();
  readonly #log = new RefusalLog();
  readonly #entries = new Map<string, Entry>();
  readonly #functions = new Map<string, { readonly caller: Caller; versions: number }>();

  constructor(options: OutboundOptions, rules: PlatformRules, connectionsMax: number) {
    this.#options = options;
    this.#rules = rules;
    this.#connectionsMax = connectionsMax;
  }

  /** Connections under way. */
  get connections(): number {
    return [...this.#functions.values()].reduce((sum, { caller }) => sum + caller.connections, 0);
  }

  /** Takes every caller that there is a file of. */
  async loadAll(): Promise<void> {
    const names = readdirSync(this.#options.callersDir).filter((file) => file.endsWith('.json'));
    await Promise.all(names.map((file) => this.load(file.slice(0, -'.json'.length))));
  }

  /** Takes a caller, or forgets it when its file is gone; resolves when its socket listens. A version never changes. */
  async load(name: string): Promise<void> {
    const record = readRecord(join(this.#options.callersDir, callerFile(name)));
    const known = this.#entries.get(name);
    if (!record) this.#forget(name, known);
    else if (!known) await this.#listen(name, this.#exchangeFor(record));
  }

  #exchangeFor(record: CallerRecord): Exchange {
    const { function: id, egress } = record;
    const known = this.#functions.get(id) ?? { caller: new Caller(id, this.#connectionsMax), versions: 0 };
    known.versions += 1;
    this.#functions.set(id, known);
    return {
      ...{ record, caller: known.caller, resolver: this.#resolver, log: this.#log },
      policy: new Policy(egress, this.#rules),
    };
  }

  #listen(name: string, exchange: Exchange): Promise<void> {
    const server = createCallerServer(() => exchange);
    this.#entries.set(name, { exchange, server });
    return listenAt(server, join(this.#options.socketsDir, callerSocket(name)));
  }

  #forget(name: string, entry: Entry | undefined): void {
    if (!entry) return;
    this.#entries.delete(name);
    rmSync(join(this.#options.socketsDir, callerSocket(name)), { force: true });
    entry.server.close();
    entry.server.closeIdleConnections();
    const { function: id } = entry.exchange.record;
    const owner = this.#functions.get(id);
    if (!owner) return;
    owner.versions -= 1;
    if (owner.versions > 0) return;
    owner.caller.close();
    this.#functions.delete(id);
  }
}

/** Control wrote it, by the schema of a function's settings. */
function readRecord(path: string): CallerRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as CallerRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
