// All that a front holds between requests: the table, the traffic, and whom it lets in.

import { ApiKeys } from '../auth/api-keys.ts';
import { CredentialCheck } from '../auth/credential-check.ts';
import type { CredentialHeader } from '../auth/read-credential.ts';
import { REGION_DEFAULT } from '../client/cf-object.ts';
import { type Client, Clients } from '../client/client.ts';
import { ROUTING_TABLE_VERSION } from '../contract/names.ts';
import type { RoutingTable, TableDelta } from '../contract/routing-table.ts';
import type { RulesEntry } from '../contract/rules.ts';
import type { RouterEnv } from '../env.ts';
import { KnownRegions } from '../regions/known-regions.ts';
import { TableIndex } from '../route/table-index.ts';
import { AuthState } from '../rules/auth/auth-state.ts';
import { ExperimentBook } from '../rules/experiments/experiment-book.ts';
import { PreviewTokens } from '../rules/experiments/preview-tokens.ts';
import type { HeaderEdit } from '../rules/header-edit.ts';
import { HeldBytes } from '../rules/webhook/held-bytes.ts';
import { LateWatch } from '../traffic/late-watch.ts';
import { Limiters } from '../traffic/limiter/limiters.ts';
import { readSeat } from '../traffic/limiter/seat.ts';
import { Traffic } from '../traffic/traffic.ts';
import { Lane, Turns } from '../traffic/turns.ts';
import type { Told } from './tell-visitor.ts';

/** A request with what the pipeline has found out so far. */
export interface Call {
  readonly front: Front;
  readonly request: Request;
  readonly env: RouterEnv;
  readonly ctx: ExecutionContext;
  readonly requestId: string;
  /** The client, or control, expects the id on the answer. A public request then carries it already. */
  readonly idKept: boolean;
  /** Control invokes: the answer says which instance made it and how long it took. */
  readonly invoked: boolean;
  readonly credentials: readonly CredentialHeader[];
  readonly client: Client;
  /** What rules change of the headers that the function is sent; absent where none are asked. */
  readonly requestHeaders?: readonly HeaderEdit[];
  /** By which it came; a tail withholds what they look at. */
  readonly rules?: RulesEntry | undefined;
  /** What rules make of the platform's limit of a body; undefined for that one. */
  readonly bodyBytesMax?: number | undefined;
  /** A `BoundWay`, when another function calls through a binding. */
  readonly bound?: string;
  /** What the answer says of the version that serves; nearly always nothing. */
  readonly told: Told | undefined;
}

export class Front {
  readonly traffic = new Traffic();
  readonly credentials = new CredentialCheck();
  readonly clients = new Clients();
  readonly apiKeys = new ApiKeys();
  readonly auth = new AuthState();
  readonly watch = new LateWatch();
  readonly turns = new Turns();
  readonly experiments = new ExperimentBook();
  readonly previews = new PreviewTokens();
  readonly regions = new KnownRegions();
  readonly webhooks = new HeldBytes();
  /** For requests that lead to no function. */
  readonly lost = new Lane();
  #index: TableIndex | undefined;
  #limiters: Limiters | undefined;

  /** Undefined until the first table has come. */
  get index(): TableIndex | undefined {
    return this.#index;
  }

  /** Of this machine. */
  get regionName(): string {
    return this.regions.table.here || REGION_DEFAULT;
  }

  /** Made when the first limiter is asked for, as a front learns its seat from its bindings. */
  limiters(env: RouterEnv): Limiters {
    this.#limiters ??= new Limiters(readSeat(env.FRONT_SEAT));
    return this.#limiters;
  }

  /** Forgets keys of limiters that are not in use any more. */
  sweepLimiters(now: number): void {
    this.#limiters?.sweep(this.#limiters.now(now), (id) => this.#index?.byId(id) !== undefined);
  }

  get generation(): number {
    return this.#index?.generation ?? -1;
  }

  /** Takes a whole table; false when it is older than the one here or of another shape, and nothing changes. */
  replaceTable(table: RoutingTable): boolean {
    if (table.version !== ROUTING_TABLE_VERSION || table.generation < this.generation) return false;
    this.#index = new TableIndex(table);
    this.traffic.replace(table.functions, table.generation);
    this.credentials.replace(table.credentials);
    this.apiKeys.replace(table.apiKeys ?? {});
    this.regions.replace(table.regions);
    return true;
  }

  /** Takes a delta; false when it does not follow on the table here, and nothing changes. */
  applyDelta(delta: TableDelta): boolean {
    const index = this.#index;
    if (!index || delta.version !== ROUTING_TABLE_VERSION || delta.base !== index.generation) return false;
    index.apply(delta);
    for (const id of delta.removed) this.traffic.remove(id, delta.generation);
    for (const entry of Object.values(delta.functions)) this.traffic.update(entry, delta.generation);
    if (delta.regions) this.regions.replace(delta.regions);
    if (delta.credentials) this.credentials.replace(delta.credentials);
    if (delta.apiKeys) this.apiKeys.apply(delta.apiKeys.set, delta.apiKeys.removed);
    return true;
  }
}
