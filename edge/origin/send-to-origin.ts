// Sends a request to another host, by the outbound, and tells what became of it. A front has no network of its own.

import {
  encodeWay,
  ORIGIN_FAULT_HEADER,
  ORIGIN_WAY_HEADER,
  type OriginFault,
  type OriginWay,
} from '../contract/origin.ts';
import type { RouterEnv } from '../env.ts';

/** Why an origin did not answer. */
export interface OriginFailure {
  readonly fault: OriginFault;
  readonly code: string;
  /** Without the origin's name, as visitors are told it. */
  readonly reason: string;
}

export type OriginOutcome = { readonly response: Response } | { readonly failure: OriginFailure };

/** Rejects only when the request's own body broke off, or the client left. */
export async function sendToOrigin(
  env: Pick<RouterEnv, 'ORIGIN'>,
  url: string,
  init: RequestInit,
  way: OriginWay,
): Promise<OriginOutcome> {
  const headers = new Headers(init.headers);
  headers.set(ORIGIN_WAY_HEADER, encodeWay(way));
  const response = await env.ORIGIN.fetch(url, { ...init, headers, redirect: 'manual' });
  const fault = response.headers.get(ORIGIN_FAULT_HEADER);
  if (fault === null) return { response };
  const { error } = await response.json<{ error: { code: string; reason?: string; message: string } }>();
  return {
    failure: { fault: fault as OriginFault, code: error.code, reason: error.reason ?? error.message },
  };
}

/** What is told when the outbound itself is not there; it is started again at once. */
export const noWay = (fault: OriginFault): OriginFailure => ({
  fault,
  code: 'FN_008',
  reason: 'the way from this platform to other hosts is interrupted, try again',
});
