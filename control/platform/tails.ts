// Tails: who watches a function's invocations as they happen.
//
// While a function has one, fronts keep the request of each invocation with its record (`tailed` in its entry). A
// record comes within about a second; the lines that were logged for it come by another way, a little before or after. So
// both wait for each other here, for a moment, and are told as one. What comes later than that (`waitUntil` work, a
// body that goes on) is in the function's log and not in a tail.

import { randomBytes } from 'node:crypto';
import type { InvocationRecord } from '../../edge/contract/front-api.ts';
import type { Actor, Caller } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { FunctionId } from '../model/ids.ts';
import { tailsMax } from '../model/limits.ts';
import type { TailException, TailFilter, TailLog } from '../model/tail.ts';
import { matchTail } from '../plan/match-tail.ts';
import { exceptionOf, type Scheduled, tailEvent } from '../plan/tail-event.ts';
import type { LogStore } from '../telemetry/log-store.ts';
import type { Catalog } from './catalog.ts';
import type { LogEntry, TailClient, TailView } from './platform.ts';

/** How long a tail that nobody is connected to, and one that somebody is, may last. */
const unconnectedMs = 60_000;
const tailHoursMax = 6;
/** From an invocation's record until it is told: its lines may be on their way. */
const settleMs = 400;
/** Lines of one invocation that a tail tells. */
export const tailLinesMax = 256;
/** Invocations of one function that wait for their record or for their lines; the oldest are given up. */
export const tailWaitingMax = 1000;

interface Tail {
  readonly id: string;
  readonly functionId: FunctionId;
  readonly actor: Actor;
  readonly filters: readonly TailFilter[];
  expiresAt: number;
  /** Set while a client is connected. */
  client: TailClient | undefined;
}

interface Invocation {
  readonly logs: TailLog[];
  readonly exceptions: TailException[];
  truncated: boolean;
  record: InvocationRecord | undefined;
  scheduled: Scheduled | undefined;
}

interface Watched {
  readonly invocations: Map<string, Invocation>;
  readonly unsubscribe: () => void;
  /** Milliseconds since the epoch: fronts have kept requests from then on. */
  since: number;
}

export interface TailsOptions {
  readonly catalog: Pick<Catalog, 'get'>;
  readonly logs: Pick<LogStore, 'subscribe'>;
  readonly stands: (actor: Actor) => boolean;
  readonly publish: (functionId: string) => Promise<void>;
}

export class Tails {
  readonly #options: TailsOptions;
  readonly #tails = new Map<string, Tail>();
  readonly #watched = new Map<string, Watched>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: TailsOptions) {
    this.#options = options;
  }

  /** Whether fronts are to keep the requests of this function. */
  watches = (functionId: string): boolean => this.#watched.has(functionId);

  /** Resolves when every front keeps what the tail is to show. */
  async create({ actor }: Caller, functionId: FunctionId, filters: readonly TailFilter[]): Promise<TailView> {
    if (this.#tails.size >= tailsMax)
      throw new AppError(
        'FN_007',
        `There are ${tailsMax} tails already: end one of them (Ctrl-C in wrangler tail).`,
        {
          retryAfterSeconds: 60,
        },
      );
    // The id opens the tail's WebSocket, to which its client sends no other credential.
    const id = randomBytes(16).toString('hex');
    const tail: Tail = {
      ...{ id, functionId, actor, filters, client: undefined },
      expiresAt: Date.now() + unconnectedMs,
    };
    this.#tails.set(id, tail);
    this.#sweep ??= setInterval(() => this.#dropOld(Date.now()), 1000).unref();
    if (!this.#watched.has(functionId)) {
      const invocations = new Map<string, Invocation>();
      const unsubscribe = this.#options.logs.subscribe(functionId, (entry) => this.#line(invocations, entry));
      const watched: Watched = { invocations, unsubscribe, since: Number.POSITIVE_INFINITY };
      this.#watched.set(functionId, watched);
      await this.#options.publish(functionId);
      watched.since = Date.now();
    }
    return viewOf(tail);
  }

  list(functionId: FunctionId): TailView[] {
    return [...this.#tails.values()].filter((tail) => tail.functionId === functionId).map(viewOf);
  }

  /** False if the function has no such tail. */
  delete(functionId: FunctionId, id: string): boolean {
    const tail = this.#tails.get(id);
    if (tail?.functionId !== functionId) return false;
    this.#remove(tail, 'the tail was deleted');
    return true;
  }

  /** Undefined for a tail that there is not, or that has its client. Called when the client leaves. */
  connect(id: string, client: TailClient): (() => void) | undefined {
    const tail = this.#tails.get(id);
    if (!tail || tail.client || tail.expiresAt <= Date.now()) return undefined;
    tail.client = client;
    tail.expiresAt = Date.now() + tailHoursMax * 3_600_000;
    return () => this.#remove(tail, 'the client has left');
  }

  exists(id: string): boolean {
    return this.#tails.has(id);
  }

  /** A schedule's call is about to be made under this request id. */
  scheduled(functionId: string, requestId: string | undefined, event: unknown): void {
    const invocations = this.#watched.get(functionId)?.invocations;
    if (!invocations || requestId === undefined) return;
    this.#invocation(invocations, requestId).scheduled = event as Scheduled;
  }

  /** What fronts have recorded. */
  observe(records: readonly InvocationRecord[]): void {
    for (const record of records) {
      const watched = this.#watched.get(record.function);
      if (!watched || record.at < watched.since || record.shadow || record.repeated) continue;
      this.#invocation(watched.invocations, record.requestId).record = record;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#tell(record);
      }, settleMs);
      this.#timers.add(timer);
    }
  }

  close(): void {
    clearInterval(this.#sweep);
    for (const timer of this.#timers) clearTimeout(timer);
    for (const tail of this.#tails.values()) tail.client?.end('the platform stops');
    for (const { unsubscribe } of this.#watched.values()) unsubscribe();
    this.#tails.clear();
    this.#watched.clear();
  }

  #line(
    invocations: Map<string, Invocation>,
    { kind, requestId, level, message, stack, time }: LogEntry,
  ): void {
    if (requestId === null || kind === 'invocation') return;
    const invocation = this.#invocation(invocations, requestId);
    if (invocation.logs.length + invocation.exceptions.length >= tailLinesMax) {
      invocation.truncated = true;
      return;
    }
    const timestamp = Date.parse(time);
    if (kind === 'error') invocation.exceptions.push(exceptionOf(message, stack, timestamp));
    else invocation.logs.push({ message: [message], level, timestamp });
  }

  #invocation(invocations: Map<string, Invocation>, requestId: string): Invocation {
    const known = invocations.get(requestId);
    if (known) return known;
    const [oldest] = invocations.keys();
    if (invocations.size >= tailWaitingMax && oldest !== undefined) invocations.delete(oldest);
    const made: Invocation = {
      ...{ logs: [], exceptions: [], truncated: false },
      ...{ record: undefined, scheduled: undefined },
    };
    invocations.set(requestId, made);
    return made;
  }

  #tell(record: InvocationRecord): void {
    const watched = this.#watched.get(record.function);
    const invocation = watched?.invocations.get(record.requestId);
    const entry = this.#options.catalog.get(record.function);
    if (!watched || !invocation || !entry) return;
    watched.invocations.delete(record.requestId);
    const event = tailEvent(entry.record.name, record, invocation, invocation.scheduled);
    for (const tail of this.#tails.values())
      if (tail.functionId === record.function && matchTail(event, tail.filters, Math.random()))
        tail.client?.send(event);
  }

  #dropOld(now: number): void {
    for (const tail of this.#tails.values()) {
      const gone = !this.#options.catalog.get(tail.functionId);
      if (gone) this.#remove(tail, 'the function was deleted');
      else if (tail.expiresAt <= now) this.#remove(tail, 'the tail has expired');
      else if (!this.#options.stands(tail.actor)) this.#remove(tail, 'the key was revoked or has expired');
    }
  }

  #remove(tail: Tail, reason: string): void {
    if (!this.#tails.delete(tail.id)) return;
    tail.client?.end(reason);
    if (this.list(tail.functionId).length > 0) return;
    this.#watched.get(tail.functionId)?.unsubscribe();
    this.#watched.delete(tail.functionId);
    // A front that hears of it late keeps a few requests for nobody.
    this.#options.publish(tail.functionId).catch(() => undefined);
    if (this.#tails.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}

const viewOf = ({ id, expiresAt }: Tail): TailView => ({ id, expiresAt: new Date(expiresAt).toISOString() });
