// What the runner and the generator of the honest load say to each other over their IPC channel.

export interface LoadPlan {
  readonly port: number;
  /** Requests a second of each function. */
  readonly rate: number;
  /** Keep-alive connections of each function; a request takes the next one in turn. */
  readonly connections: number;
  /** A request that has not been answered for so long has failed. */
  readonly timeoutMs: number;
  readonly functions: readonly {
    readonly name: string;
    readonly method: 'GET' | 'POST';
    readonly body?: string;
    readonly expected: string;
  }[];
}

/** One request of the honest load. Times are milliseconds since the epoch, with fractions. */
export interface Sample {
  /** Its place in the plan's functions. */
  readonly function: number;
  /** When it was meant to be sent. */
  readonly dueAt: number;
  /** From then to the last byte of the answer, so that a server that stalls is charged for all who wait. */
  readonly latencyMs: number;
  /** How late the generator itself was in sending; part of the latency. */
  readonly lateMs: number;
  /** Undefined: the answer was right. */
  readonly fault?: string;
  /** Our end of the connection; 0 when there was none. */
  readonly port: number;
  /** The connection had carried a request before. */
  readonly reused: boolean;
}

export type ToGenerator = { readonly settle: number };
export type FromGenerator =
  | { readonly samples: readonly Sample[] }
  /** Every request that was due before has ended, and its sample has been sent. */
  | { readonly settled: number };
