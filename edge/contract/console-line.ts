// What the harness writes to an instance's standard output, a line each: `CONSOLE_MARK` and then JSON.
//
// The output is a file that control follows, so a line is safe once console.log has returned: it outlives a
// handler that loops, an instance that is killed and a control that restarts. `n` counts every line that the
// harness meant to write; a gap in it is a loss, and control counts it.

export type ConsoleLevel = 'debug' | 'log' | 'info' | 'warn' | 'error';

export type ConsoleLine =
  | {
      readonly k: 'log';
      readonly n: number;
      /** Milliseconds since the epoch. */
      readonly t: number;
      readonly l: ConsoleLevel;
      readonly m: string;
      /** Request id; absent outside of any request. */
      readonly r?: string;
    }
  | {
      /** An uncaught error, an unhandled rejection, or a failed `waitUntil`. */
      readonly k: 'error';
      readonly n: number;
      readonly t: number;
      readonly m: string;
      /** As V8 wrote it, in the bundle's coordinates. */
      readonly s?: string;
      readonly o: 'uncaught' | 'unhandledrejection' | 'waituntil' | 'timer';
      readonly r?: string;
    }
  | {
      /** The invocation `r` and all its `waitUntil` work have ended; only for requests with `INVOKE_HEADER`. */
      readonly k: 'end';
      readonly n: number;
      readonly t: number;
      readonly r: string;
    }
  | {
      /** Lines dropped by the harness since the last such line, because the instance was over its log rate. */
      readonly k: 'dropped';
      readonly n: number;
      readonly t: number;
      readonly c: number;
    };

/** What the outbound writes: a line for the log of function `f`, version `v`. No other process's `f` is believed. */
export type OutboundLine = Extract<ConsoleLine, { k: 'log' | 'dropped' }> & {
  readonly f: string;
  readonly v: string;
};

/** Longest message of one line in characters; the rest is cut and its length said. */
export const consoleMessageLengthMax = 16_384;
/** Bytes that an instance may write in a second; beyond, lines are dropped and counted. */
export const consoleBytesPerSecondMax = 1024 * 1024;

/** What the harness is told through `INFO_BINDING`. */
export interface InstanceInfo {
  readonly function: string;
  readonly name: string;
  readonly project: string;
  readonly version: string;
  /** For `context.getRemainingTimeInMillis()`; absent means the default timeout. */
  readonly timeoutMs?: number;
  /** How long work given to `waitUntil` may go on after the response; absent means without a limit. */
  readonly waitUntilMs?: number;
  /** Requests that the instance serves at a time, whichever front they come from; absent means any number. */
  readonly concurrency?: number;
  /** Names in `env` of what leads to other functions. */
  readonly bound?: readonly string[];
  /** Names in `env` of what leads to the function's own default export. */
  readonly own?: readonly string[];
  /** Named exports that bindings of its own lead to. */
  readonly exports?: readonly string[];
  /** Names in `env` of dispatch namespaces. */
  readonly namespaces?: readonly string[];
  /** Names of variables whose values no answer of ours may hold; absent means none. */
  readonly secrets?: readonly string[];
}
