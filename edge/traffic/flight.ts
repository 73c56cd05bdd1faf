// One request on its way: from the moment its version is known until its last byte has been answered.
//
//   queued -> handed to an instance -> head has come -> ended
//
// Every counter that a flight has raised is lowered by the flight, once, whichever way it ends. A client that
// resets its connection makes workerd forget the request's whole context, `finally` blocks included; the only
// thing that still runs is the listener on the request's abort signal, and it calls `abandon`.

import type { InvocationRecord, SeenRequest } from '../contract/front-api.ts';
import { splitUrl } from '../route/split-url.ts';
import { type Instance, instanceAvoidedMs } from './instance.ts';
import type { VersionState } from './version-state.ts';

/** What a record says of a request whose client left before the answer. */
export const STATUS_CLIENT_LEFT = 499;

export class Flight {
  readonly version: VersionState;
  readonly requestId: string;
  readonly method: string;
  readonly url: string;
  readonly at: number;
  /** A copy of another request: it has a record, and no part in what the version's counters say of its visitors. */
  readonly shadow: boolean;
  /** For its record, if somebody watches. */
  seen: SeenRequest | undefined;
  instance: Instance | undefined;
  coldStart = false;
  /** What it has waited for instances so far. */
  waitedMs = 0;
  status = 0;
  error: string | undefined;
  durationMs = 0;
  /** When what is waited for must have come: the head, then the end of the body. */
  deadline = 0;
  /** Ends that wait; set while there is one. */
  late: (() => void) | undefined;
  /** The queue of the watch in which it stands; see `LateWatch`. */
  watched: Set<Flight> | undefined;
  /** Its context runs the watch. */
  keepsWatch = false;
  /** What broke the body off after the head had come. */
  brokenOff: { readonly code: string; readonly message: string } | undefined;
  /** Number of its newest record; 0 for none. */
  recordSeq = 0;
  /** Control may have a record of it that is out of date. */
  repeated = false;
  /** Ends the wait for a place; set while queued. */
  boarded: (() => void) | undefined;
  #queued = false;
  #awaiting = false;
  #ended = false;

  constructor(
    version: VersionState,
    requestId: string,
    method: string,
    url: string,
    now: number,
    shadow = false,
  ) {
    this.version = version;
    this.requestId = requestId;
    this.method = method;
    this.url = url;
    this.at = now;
    this.shadow = shadow;
    const { counters } = version;
    if (!shadow) counters.requests += 1;
    counters.lastRequestAt = now;
    counters.changedAt = now;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Begins to wait for an instance. */
  enqueue(): void {
    this.#queued = true;
    this.version.counters.queued += 1;
    this.version.function.queued += 1;
  }

  /** Is given to an instance; ends the wait for one. */
  board(instance: Instance): void {
    if (this.#ended) return;
    this.#leaveQueue();
    this.instance = instance;
    instance.inFlight += 1;
    instance.awaiting += 1;
    this.version.counters.inFlight += 1;
    this.#awaiting = true;
    const { boarded } = this;
    this.boarded = undefined;
    boarded?.();
  }

  /** Takes the flight back from an instance that could not be reached, which is avoided from now on. */
  unboard(now: number): void {
    if (this.#ended || !this.instance) return;
    this.instance.avoidedUntil = now + instanceAvoidedMs;
    this.#leaveInstance();
    this.instance = undefined;
  }

  /** The head has come, from the instance or from the platform in its place. */
  head(status: number, error: string | undefined, now: number): void {
    if (this.#ended || this.status !== 0) return;
    this.status = status;
    this.error = error;
    this.durationMs = Math.max(0, now - this.at);
    this.unwatch();
    if (this.#awaiting && this.instance) {
      this.#awaiting = false;
      this.instance.awaiting -= 1;
    }
    this.version.countHead(this, now);
  }

  /** Everything has been answered. */
  end(): void {
    if (this.#ended) return;
    this.#leaveQueue();
    this.#leaveInstance();
    this.#ended = true;
    this.unwatch();
    this.boarded = undefined;
    this.version.seatWaiting();
  }

  /** Leaves the watch: what was waited for has come, or nobody waits any more. */
  unwatch(): void {
    this.watched?.delete(this);
    this.watched = undefined;
    this.late = undefined;
  }

  /** The watch has found the deadline passed. */
  overdue(): void {
    const { late } = this;
    this.unwatch();
    late?.();
  }

  /** The body broke off, for a reason that is the platform's to tell. */
  breakOff(code: string, message: string, now: number): void {
    this.brokenOff = { code, message };
    this.version.countBreak(this, now);
    this.end();
  }

  /** The client has left. */
  abandon(now: number): void {
    this.head(STATUS_CLIENT_LEFT, undefined, now);
    this.end();
  }

  record(seq: number): InvocationRecord {
    return {
      seq,
      requestId: this.requestId,
      function: this.version.function.entry.id,
      version: this.version.version,
      at: this.at,
      method: this.method,
      path: splitUrl(this.url).path,
      status: this.status,
      durationMs: this.durationMs,
      coldStart: this.coldStart,
      ...(this.instance && { slot: this.instance.slot }),
      ...(this.shadow && { shadow: true }),
      ...(this.seen && { seen: this.seen }),
      ...(this.error !== undefined && { error: this.error }),
      ...(this.brokenOff && { error: this.brokenOff.code, brokenOff: this.brokenOff.message }),
      ...(this.repeated && { repeated: true }),
    };
  }

  #leaveQueue(): void {
    if (!this.#queued) return;
    this.#queued = false;
    this.version.waiting.delete(this);
    this.version.counters.queued -= 1;
    this.version.function.queued -= 1;
  }

  #leaveInstance(): void {
    const { instance } = this;
    if (!instance || this.#ended) return;
    instance.inFlight -= 1;
    if (this.#awaiting) instance.awaiting -= 1;
    this.#awaiting = false;
    this.version.counters.inFlight -= 1;
  }
}
