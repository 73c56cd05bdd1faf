// A request on its way through the rules: what is known of it, and what they have asked for so far.

import { type Admission, STRANGER } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import type { Client } from '../client/client.ts';
import { normalizePath } from '../contract/normalize-path.ts';
import type { Choice } from '../dispatch/choose-version.ts';
import type { Front } from '../dispatch/front.ts';
import type { RouterEnv } from '../env.ts';
import type { RegionChoice } from '../regions/choose-region.ts';
import type { Hop } from '../regions/hop.ts';
import { splitUrl } from '../route/split-url.ts';
import type { Target } from '../route/table-index.ts';
import type { HeaderEdit } from './header-edit.ts';
import { NO_TRACE, type Trace } from './trace.ts';

/** Stands around what makes the answer: it may answer by itself, or change what comes. */
export type Around = (visit: Visit, next: () => Promise<Response>) => Promise<Response>;

export interface Arrival {
  readonly front: Front;
  readonly request: Request;
  readonly env: RouterEnv;
  readonly ctx: ExecutionContext;
  readonly requestId: string;
  /** The client sent the id itself. */
  readonly idKept: boolean;
  readonly client: Client;
  /** Another platform of the same owner has passed it on. */
  readonly hop?: Hop | undefined;
  readonly target: Target;
  /** Of the table that the target was found in. */
  readonly generation: number;
  readonly trace?: Trace;
  /** Nothing is to happen but decisions: nothing is counted, stored, set or waited for. */
  readonly dry?: boolean;
  /** No credential is asked for. */
  readonly letIn?: boolean;
}

export class Visit {
  readonly front: Front;
  /** As it came; one like it takes its place where a step had to read its body. */
  request: Request;
  readonly env: RouterEnv;
  readonly ctx: ExecutionContext;
  readonly requestId: string;
  readonly idKept: boolean;
  readonly client: Client;
  readonly hop: Hop | undefined;
  readonly generation: number;
  readonly trace: Trace;
  readonly dry: boolean;
  readonly letIn: boolean;
  /** What answers; a step may choose another function, or a version. */
  target: Target;
  /** As the function will see it; a step may rewrite it. */
  url: string;
  /**
   * The client's path as routes are matched by it, so that no spelling of one gets round a rule: patterns of rules are
   * compared with this, by `RouteTree`.
   */
  readonly path: string;
  /** `https://host[:port]` of what answers in the function's place. */
  origin: string | null = null;
  /** The version, when a step had to know it before it is its turn. */
  chosen: Choice | undefined = undefined;
  /** Bytes of the body, below the platform's own limit; undefined for that one. */
  bodyBytesMax: number | undefined = undefined;
  /** The region that was chosen, and those that stand in for it; null where no rule asks. */
  regions: readonly RegionChoice[] | null = null;
  admission: Admission = STRANGER;
  /** What a visitor who came without our cookie will be known by; null while nothing needs to know him. */
  newVisitor: string | null = null;
  identity: Identity | null = null;
  /** Of what the function is sent. */
  readonly requestHeaders: HeaderEdit[] = [];
  /** Of what the client gets, refusals too. */
  readonly responseHeaders: HeaderEdit[] = [];
  /** The first is the outermost. */
  readonly around: Around[] = [];
  /** Done when there is an answer, or a refusal, whichever step made it. */
  readonly atAnswer: (() => void)[] = [];

  constructor(arrival: Arrival) {
    this.front = arrival.front;
    this.request = arrival.request;
    this.env = arrival.env;
    this.ctx = arrival.ctx;
    this.requestId = arrival.requestId;
    this.idKept = arrival.idKept;
    this.client = arrival.client;
    this.hop = arrival.hop;
    this.generation = arrival.generation;
    this.target = arrival.target;
    this.url = arrival.target.url ?? arrival.request.url;
    this.path = normalizePath(splitUrl(this.url).path);
    this.trace = arrival.trace ?? NO_TRACE;
    this.dry = arrival.dry ?? false;
    this.letIn = arrival.letIn ?? false;
  }
}
