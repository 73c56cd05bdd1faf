// What the TLS door holds its clients to. Against those that are slow on purpose, each stage of a connection has its
// time; once a request is with a function, the function's own times count.

import type { TlsTimes } from './contract.ts';

/** From the first packet of a connection to the end of its handshake. */
export const tlsHandshakeMs = 10_000;
/** From the first byte of a request's head to its last, over HTTP/1.1. */
export const tlsHeadMs = 15_000;
/** A whole request over HTTP/1.1: as long as a function may run at most, and a minute. */
export const tlsRequestMs = 960_000;
/** A connection on which nothing is asked. */
export const tlsIdleMs = 75_000;
/** How often connections are held against the three above. */
export const tlsCheckMs = 5_000;
export const tlsTimes: TlsTimes = {
  handshake: tlsHandshakeMs,
  head: tlsHeadMs,
  request: tlsRequestMs,
  idle: tlsIdleMs,
  check: tlsCheckMs,
};
/** All headers of a request or response. */
export const tlsHeaderBytesMax = 128 * 1024;
/** Headers of a request over HTTP/2. */
export const tlsHeadersMax = 256;
/** Requests at a time on one connection over HTTP/2. */
export const tlsStreamsMax = 128;
/** Connections of all clients, and their part of the descriptors that the process may have: one takes two or more. */
export const tlsConnectionsMax = 16_384;
export const tlsDescriptorShare = 1 / 4;
/** Idle connections to one front that are kept for the next requests. */
export const idleFrontConnectionsMax = 256;
/** And for how long. */
export const idleFrontConnectionMs = 4_000;
/** While no front listens, as when all are replaced, a request waits for so long. */
export const frontWaitMs = 5_000;
/** An answer is complete, but its request goes on: what still comes is read for so long, so that the answer is too. */
export const tlsLingerMs = 2_000;
/** Names of a client's certificate that functions are told. */
export const clientNamesMax = 20;
/** How often the folders are looked at, besides when the system says that something changed. */
export const certificateScanMs = 10_000;
/** After the last change of a folder, until it is read: files come in pairs. */
export const certificateSettleMs = 100;
