// What control tells the cache: options at its start, and calls on its private socket.

/** The one argument of the process, as JSON. All paths are absolute. */
export interface CacheOptions {
  /** Where entries are kept. */
  readonly storeDir: string;
  readonly bytesMax: number;
  /** Socket of the fronts. */
  readonly frontSocket: string;
  /** Socket on which control asks. */
  readonly privateSocket: string;
  /** Directory with a `CallerRecord` of the outbound in `<name>.json` for each function version that may call. */
  readonly callersDir: string;
  /** Directory of the callers' sockets, `cacheCallerSocket(name)`. */
  readonly socketsDir: string;
}

/** A version's own socket for its Cache API. */
export const cacheCallerSocket = (name: string): string => `${name}.cache`;

/** PUT reads the caller's file, which was written or removed; answers 204. */
export const cacheCallerPath = (name: string): string => `/callers/${name}`;
/** POST with a `Purge`; answers `PurgeAnswer`. */
export const PURGE_PATH = '/purge';
/** GET: `CacheStatus`. */
export const STATUS_PATH = '/status';
/** POST: another process is about to take the store; answers 204 once this one has let go of it. */
export const RETIRE_PATH = '/retire';

export interface PurgeAnswer {
  readonly purged: number;
}

export interface CacheStatus {
  readonly bytes: number;
  readonly bytesMax: number;
  readonly entries: number;
  readonly evicted: number;
  readonly collapsed: number;
  /** Of functions with entries, or that asked since the process began. */
  readonly functions: Readonly<Record<string, FunctionCacheStatus>>;
}

export interface FunctionCacheStatus {
  readonly entries: number;
  readonly bytes: number;
  readonly hits: number;
  readonly misses: number;
  readonly stored: number;
}
