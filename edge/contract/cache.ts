// What fronts and the cache say to each other: plain HTTP on a unix socket, with all that is not HTTP's own in one header
// each way. docs/design/cache.md has the calls in order.

/** The front's binding to the cache. */
export const CACHE_BINDING = 'CACHE';
/** The cache's socket for fronts, below the run directory. */
export const CACHE_SOCKET = 'cache.sock';

/** On each request of a front: a `CacheAsk` as JSON in ASCII. */
export const CACHE_ASK_HEADER = 'x-selvedge-cache-ask';
/** On each answer: a `CacheAnswer` as JSON in ASCII. */
export const CACHE_ANSWER_HEADER = 'x-selvedge-cache';

/** Longest key before it is hashed; a request with a longer one goes uncached. */
export const cacheKeyLengthMax = 16_384;

/** Whose entry, and which. */
export interface CachePlace {
  readonly function: string;
  readonly project: string;
  /** Hash of all that tells two answers apart, but for what `Vary` names. */
  readonly key: string;
  /** As the visitor knows it: what a purge names. */
  readonly url: string;
}

/** Seconds and switches of a rule that the cache itself acts by. */
export interface CacheStoring {
  readonly ttl: number | null;
  readonly statuses: Readonly<Record<string, number>>;
  readonly ignoreOrigin: boolean;
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
  readonly dropCookies: boolean;
}

export type CacheFields = readonly (readonly [string, string])[];

/** An answer of the function to a request that had a lease. */
export interface CacheAnswered {
  readonly status: number;
  readonly fields: CacheFields;
  readonly personal: boolean;
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly rule: CacheStoring;
  readonly tags: readonly string[];
  /** The body is sent decoded, and is to be encoded again as `content-encoding` says. */
  readonly decoded: boolean;
}

export type CacheAsk =
  /** GET or HEAD with the visitor's own headers: is there something? */
  | {
      readonly do: 'look';
      readonly place: CachePlace;
      /** Milliseconds to wait for another request of this key; null for a request whose answer will not be stored. */
      readonly collapseMs: number | null;
      /** The visitor's `Cache-Control` counts. */
      readonly heeds: boolean;
    }
  /** GET or HEAD: what is stored, as the function did not answer well. */
  | { readonly do: 'stand-in'; readonly place: CachePlace; readonly lease: string | null }
  /** GET or HEAD: what is stored, which a 304 says still holds. */
  | { readonly do: 'freshen'; readonly lease: string; readonly answered: CacheAnswered }
  /**
   * PUT with the body. `bytes` is how long it is; null for a stream, which then ends with the lease's id: workerd may end a
   * body that breaks off as if it were whole, and without the end it is none.
   */
  | {
      readonly do: 'store';
      readonly lease: string;
      readonly answered: CacheAnswered;
      readonly bytes: number | null;
    }
  /**
   * POST: there will be nothing to store. `pass`: nor is there to be soon, so nobody is to wait for this key. `alone`: who
   * waits goes by himself. `again`: the visitor has left, and another one may have the lease.
   */
  | { readonly do: 'release'; readonly lease: string; readonly waiters: 'pass' | 'alone' | 'again' }
  /** POST: something was written there. */
  | { readonly do: 'invalidate'; readonly function: string; readonly urls: readonly string[] };

export type CacheMiss = 'uri-miss' | 'vary-miss' | 'stale' | 'request';

/** `hit`: the response is the stored one. */
export type CacheAnswer =
  | {
      readonly hit: 'fresh' | 'stale';
      /** Seconds. */
      readonly age: number;
      readonly ttl: number;
      /** It waited for another request, which stored this. */
      readonly collapsed?: true;
      /** The body is decoded, and is to be encoded so. */
      readonly encoding?: string;
      /** With a stale one: the front is to ask the function anew behind it. */
      readonly lease?: CacheLease;
    }
  | {
      readonly miss: CacheMiss;
      readonly collapsed?: true;
      /** Absent: others ask already, or nothing of this key is stored for now. */
      readonly lease?: CacheLease;
      /** What is stored may stand in for an error. */
      readonly standsIn?: true;
    }
  | { readonly done: true }
  | { readonly failed: string };

export interface CacheLease {
  readonly id: string;
  /** Of what is stored, to ask the function whether it still holds. */
  readonly etag?: string;
  readonly lastModified?: string;
  /** Larger bodies are not taken. */
  readonly bytesMax: number;
}

/** JSON that a header can carry: what is not ASCII is escaped. */
export function asciiJson(value: object): string {
  const text = JSON.stringify(value);
  return NOT_ASCII.test(text) ? text.replace(NOT_ASCII_ALL, escaped) : text;
}

const NOT_ASCII = /[^\x20-\x7e]/;
const NOT_ASCII_ALL = /[^\x20-\x7e]/g;
const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
