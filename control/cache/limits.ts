// What the cache holds itself and its callers to.

/** Body of one entry; a larger answer goes by unstored. Never more than a quarter of the whole cache. */
export const cacheEntryBytesMax = 32 * 1024 * 1024;
/** Entries of all functions, as each takes memory of the process besides its place on the disk. */
export const cacheEntriesMax = 50_000;
/** Responses of one key, told apart by `Vary`; the one used least recently goes first. */
export const cacheVariantsMax = 16;
/** Bodies up to this size are rows of the index, larger ones files. */
export const cacheInlineBytesMax = 64 * 1024;
/** Bodies kept in memory as well, least recently used first. */
export const cacheHotBytesMax = 64 * 1024 * 1024;
/** All header fields of one stored response. */
export const cacheFieldsBytesMax = 32 * 1024;
/** Tags of one entry, and the length of each. */
export const cacheEntryTagsMax = 64;
export const cacheTagLengthMax = 256;
/** Requests that wait for another of the same key; further ones go to the function by themselves. */
export const cacheWaitersMax = 1000;
/** A lease that nobody has brought back after this long is nobody's. */
export const cacheLeaseMs = 120_000;
/** How long whoever renews a stale answer may take before another one does, at least. */
export const cacheRenewMs = 10_000;
/** That a key whose answers may not be stored is not waited for, and how many such keys are remembered. */
export const cachePassMs = 10_000;
export const cachePassesMax = 10_000;
/** How often it is written down what was used last. */
export const cacheUsedFlushMs = 30_000;
/** Headers of a request of a front or an instance, the ask among them. */
export const cacheHeaderBytesMax = 512 * 1024;
