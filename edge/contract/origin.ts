// How a front reaches other hosts. It has no network: it hands the request to the outbound, on a socket of its own,
// with the whole URL in the request line and an `OriginWay` in a header. No imports, as both sides take it.

/** On requests from a front to the outbound, and on no others: an `OriginWay` as JSON in ASCII. */
export const ORIGIN_WAY_HEADER = 'x-selvedge-origin-way';
/** On the outbound's answers to a front, if no origin made them: an `OriginFault`. */
export const ORIGIN_FAULT_HEADER = 'x-selvedge-origin-fault';
/** The front's binding to that socket. */
export const ORIGIN_BINDING = 'ORIGIN';

export interface OriginWay {
  /** Whose rules lead there: its log is told of faults, and its connections are counted together. */
  readonly function: string;
  /** Under which they are told; empty for a function that was never deployed, and then they are not. */
  readonly version: string;
  /**
   * `rule`: a function's owner wrote it, so it is held to the public internet and what the operator opens. `region`: an
   * owner of the platform did, and private networks are open to it.
   */
  readonly kind: 'rule' | 'region';
  /** `Host` of what is sent; absent for the URL's own. */
  readonly host?: string;
  /** Added to what is sent, after the platform's headers have been taken off. */
  readonly headers: Readonly<Record<string, string>>;
  /** From here to the response's head. */
  readonly timeoutMs: number;
  /** From the head to the end of the body. */
  readonly streamTimeoutMs: number;
  /** A platform of the same owner: what it says of its own errors is passed on. */
  readonly trusted?: true;
  /** Connects, and sends nothing: the answer is 204 or a fault. */
  readonly connectOnly?: true;
}

/**
 * How far a request came: `refused` by the rules of the platform, `unconnected` when nothing of it was sent,
 * `unanswered` when the origin may have seen it.
 */
export type OriginFault = 'refused' | 'unconnected' | 'unanswered';

/** A header holds ASCII. */
export const encodeWay = (way: OriginWay): string =>
  JSON.stringify(way).replace(
    /[\u0080-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
