// What control asks of a front on the front's private socket, and a front of control on control's. Plain
// JSON over HTTP on unix sockets that only the platform's user can open.
//
//   control -> front   PUT   /table       RoutingTable            200 FrontAck
//                      PATCH /table       TableDelta              200 FrontAck, 409 FrontAck (send the whole)
//                      GET   /status?since=<n>                    200 FrontStatus
//                      POST  /explain     ExplainRequest          200 ExplainAnswer
//                      POST  /limits/lend LendRequest             200 LendAnswer
//                      POST  /limits/reset ResetRequest           200 ResetAnswer
//                      GET   /limits/of/<function id>             200 LimiterCounters[]
//                      *     /invoke/<function id>/<version>/<rest>   the function's response; see InvokeHeaders
//   front -> control   GET   /table                               200 RoutingTable
//                      POST  /activate    ActivateRequest         200 ActivateAnswer, or an error body
//                      POST  /scale       ActivateRequest         202; control adds an instance if it may
//                      POST  /ended       EndedRequest            200 EndedAnswer
//                      POST  /lease       LeaseRequest            200 LeaseAnswer
//                      POST  /limits/borrow LoanRequest           200 LoanAnswer

import type { Geo } from './geo.ts';
import type { LimiterFigures } from './rules/rate-limits.ts';

/** Which of the machine's fronts one is; given to its process as `index/count/successorSince`. */
export interface Seat {
  /** 0 to `count` - 1; no two fronts that serve at the same time have the same. */
  readonly index: number;
  readonly count: number;
  /**
   * 0 for a front that began together with all others. Otherwise milliseconds since the epoch: what was let in before
   * then, by a front whose seat it has, it does not know.
   */
  readonly successorSince: number;
}

export interface FrontAck {
  readonly generation: number;
}

export interface ActivateRequest {
  readonly function: string;
  readonly version: string;
  /** Generation that the front has, so that control can tell a front that is behind. */
  readonly generation: number;
}

/** Sent after the instance is ready; slots as in the newest table. The front may use them at once. */
export interface ActivateAnswer {
  readonly generation: number;
  readonly slots: readonly number[];
}

/** An exchange with an instance broke off: why did the instance end? */
export interface EndedRequest {
  readonly function: string;
  readonly version: string;
  readonly slot: number;
}

/** What is to be told of a request that the instance had in flight when it ended. */
export interface EndedAnswer {
  /** FN_002 or FN_003 when a limit ended it; FN_004 when it ended by itself; null when nothing is known of an end. */
  readonly code: 'FN_002' | 'FN_003' | 'FN_004' | null;
  readonly message: string;
  /**
   * In milliseconds since the epoch, absent when nothing is known: when control heard of the end, or the moment from
   * which its JavaScript did not come back. What was handed over later was never looked at. The clocks of both are the machine's.
   */
  readonly at?: number;
}

/**
 * Asks for leave to take up to `want` requests of a function with a `rate_limit`: one for the request that is
 * there, and more when the front expects them.
 */
export interface LeaseRequest {
  readonly function: string;
  readonly want: number;
}

export interface LeaseAnswer {
  /** Requests that the front may take; 0 when the limit is reached. */
  readonly granted: number;
  /** Until when an unused grant holds, and with `granted` 0 when to ask again: milliseconds from now. */
  readonly forMs: number;
}

/** Counters of one version since the front started; they only grow, so a lost answer loses nothing. */
export interface VersionCounters {
  readonly function: string;
  readonly version: string;
  readonly requests: number;
  /** Responses with status 500 and above that the function made, or a handler that threw. */
  readonly errors: number;
  /** Errors made by the platform for this version, by code. */
  readonly refused: Readonly<Record<string, number>>;
  readonly coldStarts: number;
  /** Sum of times to response head, in milliseconds. */
  readonly durationMs: number;
  /** Counts of times to response head: below 1, 2, 4, ... 2^15 ms, and above. */
  readonly histogram: readonly number[];
  readonly inFlight: number;
  readonly queued: number;
  /** Milliseconds since the epoch of the newest request; 0 for none. */
  readonly lastRequestAt: number;
}

/** One finished invocation, kept in a bounded ring until control collects it. */
export interface InvocationRecord {
  readonly seq: number;
  readonly requestId: string;
  readonly function: string;
  readonly version: string;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Time to the response's head, in milliseconds. */
  readonly durationMs: number;
  readonly coldStart: boolean;
  /** Of the instance that served it; absent where none did. */
  readonly slot?: number;
  /** FN code if the platform made the answer, the handler threw, or the body broke off. */
  readonly error?: string;
  /** Why the body broke off after the head had come. */
  readonly brokenOff?: string;
  /** The head of this request was told of by an earlier record. */
  readonly repeated?: boolean;
  /** A copy of a request, made for a shadow. */
  readonly shadow?: boolean;
  /** Of a function that somebody watches. */
  readonly seen?: SeenRequest;
}

/** A request as a tail shows it. */
export interface SeenRequest {
  /** With its query. */
  readonly url: string;
  /** In lower case; what opens doors is withheld. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a difference may be in. */
export type DifferenceKind = 'status' | 'headers' | 'body';

/** One answer of a shadow that was not as the visitor's. */
export interface ShadowSample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly requestId: string;
  readonly method: string;
  /** Without its query, and cut. */
  readonly path: string;
  readonly differs: readonly DifferenceKind[];
  readonly status: SidesOf<number>;
  /** Those that differ, cut in number and length; null where the answer has none of that name. */
  readonly headers: readonly ({ readonly name: string } & SidesOf<string | null>)[];
  /** Of what was compared of them; null when they were not compared. */
  readonly body: SidesOf<BodyDigest> | null;
}

export interface SidesOf<T> {
  readonly live: T;
  readonly shadow: T;
}

export interface BodyDigest {
  readonly bytes: number;
  readonly sha256: string;
  /** There is more of it than was compared. */
  readonly cut: boolean;
}

/** What a front has seen of a function's shadow since the version is one. Counters only grow. */
export interface ShadowReport {
  readonly function: string;
  readonly version: string;
  /** Pairs of answers. */
  readonly compared: number;
  readonly same: number;
  /** By what they differ in; a pair may count for several. */
  readonly different: Readonly<Record<DifferenceKind, number>>;
  /** Pairs of which the bodies were not compared, as one was encoded, broke off or took too long. */
  readonly bodiesSkipped: number;
  /** Copies that had no answer, by code. */
  readonly failed: Readonly<Record<string, number>>;
  /** Requests whose turn it was and of which no copy was sent. */
  readonly skipped: Readonly<Record<ShadowSkip, number>>;
  /** The newest ones. */
  readonly samples: readonly ShadowSample[];
}

/**
 * `busy`: as many were under way as may be, or the shadow had no place. `body`: the request's was too long, or of no
 * declared length.
 */
export type ShadowSkip = 'busy' | 'body';

/** A request that nobody sends: what would be done with it? */
export interface ExplainRequest {
  /** With scheme and host. */
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly client: { readonly ip: string | null; readonly geo: Geo | null };
  /** As if it had what it takes to be let in. */
  readonly letIn: boolean;
}

export interface ExplainAnswer {
  /** What would answer; null where nothing is found. */
  readonly function: { readonly id: string; readonly project: string; readonly name: string } | null;
  /** In the order in which they were made. */
  readonly decisions: readonly {
    readonly step: string;
    readonly decision: string;
    readonly details?: Readonly<Record<string, unknown>>;
  }[];
  /** Of the router's own answer; null where the function's would be it. */
  readonly status: number | null;
  readonly error: string | null;
  /** That the router would set on the answer. */
  readonly headers: readonly (readonly [string, string])[];
}

export interface FrontStatus {
  readonly generation: number;
  readonly versions: readonly VersionCounters[];
  /**
   * Requests handed to each slot whose response head has not come yet, zeros left out. When it is zero and
   * the table no longer names the slot, the instance has read all that it will get.
   */
  readonly awaiting: Readonly<Record<string, number>>;
  /** Requests of each slot not yet fully answered, zeros left out. */
  readonly inFlight: Readonly<Record<string, number>>;
  /**
   * Slots in the table whose instance has answered with a WebSocket, ever. Whether one is open still, the front
   * does not know.
   */
  readonly upgraded: readonly number[];
  /** Records with seq above `since`; those that the ring lost are in `recordsDropped`, a running total. */
  readonly records: readonly InvocationRecord[];
  readonly seq: number;
  readonly recordsDropped: number;
  /** Digests of the credentials used since the last answer, each told once in a minute at most. */
  readonly credentialsUsed: readonly string[];
  /** Of functions with a shadow about which there is news. */
  readonly shadows: readonly ShadowReport[];
}

/** Request headers of `/invoke/...`. */
export const InvokeHeaders = {
  /** Asked for on the request: the request id to use. */
  requestId: 'x-request-id',
  /** See `INVOKE_HEADER` in names.ts. */
  mark: 'x-selvedge-invoke',
  /** Path at which the function is to believe itself mounted. */
  mount: 'x-selvedge-mount',
  timeoutMs: 'x-selvedge-timeout-ms',
} as const;
/** Response headers of `/invoke/...`, besides the function's own. */
export const InvokedHeaders = {
  slot: 'x-selvedge-slot',
  coldStart: 'x-selvedge-cold-start',
  durationMs: 'x-selvedge-duration-ms',
} as const;

/** Asks control to borrow from the other fronts what they have left of a limiter's key. */
export interface LoanRequest {
  readonly function: string;
  readonly limiter: LimiterFigures;
  readonly key: string;
  /** The window, or the slot of one, in which it will be used. */
  readonly period: number;
  /** Of the front that asks. */
  readonly seat: number;
  /** What it could use; token buckets have fractions. */
  readonly want: number;
  /** What it lacks for the request at hand: when so much has come, nobody else is asked. */
  readonly need: number;
}

export interface LoanAnswer {
  readonly lent: number;
  /** What all others have left now; null when not all of them were asked. */
  readonly left: number | null;
  /** Until one of them has something, as far as they know. */
  readonly freeInMs: number;
  /** Number of the loan; they grow. 0 when nothing was lent. */
  readonly loan: number;
}

/** Control asks a front, on behalf of another one. */
export interface LendRequest {
  readonly function: string;
  readonly limiter: LimiterFigures;
  readonly key: string;
  readonly period: number;
  readonly want: number;
  /** A loan that this front was given of the same key, and must have before it answers; 0 for none. */
  readonly after: number;
}

export interface LendAnswer {
  readonly lent: number;
  readonly left: number;
  readonly freeInMs: number;
}

/** Of one limiter since the front started, or since its figures were changed. */
export interface LimiterCounters {
  readonly id: string;
  readonly name: string;
  readonly allowed: number;
  readonly refused: number;
  /** Questions to the other fronts. */
  readonly asked: number;
  /** Keys that the front knows of now. */
  readonly keys: number;
}

/** Lets the owner of a key in again. */
export interface ResetRequest {
  readonly function: string;
  readonly name: string;
  readonly key: string;
}

export interface ResetAnswer {
  /** The front had counted something of it. */
  readonly known: boolean;
}
