// What the outbound holds itself and its callers to.

/** From the first packet to a connection, TLS included. */
export const connectTimeoutMs = 10_000;
/** The same to the endpoint of a region: another one is there to be asked. */
export const regionConnectTimeoutMs = 2000;
/** The answer of the name servers. */
export const lookupTimeoutMs = 10_000;
/** A connection without a byte for this long is ended: as long as a function may run at most. */
export const idleTimeoutMs = 900_000;
/** A name is not looked up again for this long. */
export const resolvedForMs = 5000;
export const namesRememberedMax = 1000;
/** Lookups of one function under way; each holds a thread until the name servers answer. */
export const lookupsPerFunctionMax = 8;
/** Requests, WebSockets and `connect()`s of one function at a time. */
export const connectionsPerFunctionMax = 512;
/** One function's part of the descriptors that the process may have: a connection takes two. */
export const descriptorShare = 1 / 8;
/** Connections on which functions call each other, of all functions together, and their part of the descriptors. */
export const bindingConnectionsMax = 4096;
export const bindingDescriptorShare = 1 / 4;
/** Idle connections of one function that are kept for its next request, and for how long. */
export const idleConnectionsPerFunctionMax = 32;
export const idleConnectionMs = 4000;
/** What is known of a function whose requests fronts sent to other hosts is forgotten when it has none for this long. */
export const originCallerKeptMs = 60_000;
/** A front closes a connection that it does not use after some seconds, so that it never meets a closed one. */
export const idleFrontConnectionMs = 120_000;
/** All headers of a request or response. */
export const headerBytesMax = 128 * 1024;
/** Refusals of one function told in its log in a second; the others are counted there. */
export const refusalsToldPerSecondMax = 10;
/** The outbound's console file, should nobody read it. */
export const consoleBytesMax = 64 * 1024 * 1024;
