// What is sent to the instance: the client's request with the platform's own headers in place of any that the
// client made up.
//
// `fetch(url, {method, headers, body})` is the cheapest way to change anything: measured, it costs no more than
// handing on the request as it is, where `new Request(request)` costs 5 to 10 % of the hop.

import type { CredentialHeader } from '../auth/read-credential.ts';
import {
  BOUND_HEADER,
  CF_BLOB_HEADER,
  CLAIMS_HEADER,
  DEPTH_HEADER,
  ERROR_HEADER,
  INVOKE_HEADER,
  INVOKE_RETURNED,
  INVOKE_SCHEDULED,
  MOUNT_HEADER,
  OUTCOME_HEADER,
  OVERRIDES_HEADER,
  PROBE_HEADER,
  REQUEST_ID_HEADER,
  ROLES_HEADER,
  SHADOW_HEADER,
  TIMEOUT_HEADER,
  USER_HEADER,
  VARIANT_HEADER,
  VERSION_HEADER,
} from '../contract/names.ts';
import { ORIGIN_FAULT_HEADER, ORIGIN_WAY_HEADER } from '../contract/origin.ts';
import { HOP_HEADER } from '../contract/regions.ts';
import { editHeaders, type HeaderEdit } from '../rules/header-edit.ts';
import { CarriedBody } from './carried-body.ts';
import { PlatformError } from './platform-error.ts';

export interface OutgoingRequest {
  readonly url: string;
  readonly init: RequestInit;
  /** Whether it may be sent once more: nothing of it is used up, and the method says that twice is as once. */
  readonly repeatable: boolean;
  /** Not in `init`, as it is read only when an instance is there; undefined when it is sent without one. */
  readonly body: CarriedBody | undefined;
}

export interface Preparation {
  readonly url: string;
  readonly requestId: string;
  /** The client sent the id itself. */
  readonly idKept: boolean;
  readonly mount: string | null;
  /** Headers with credentials that are the platform's, not the function's. */
  readonly credentials: readonly CredentialHeader[];
  /** For control's own invocations: asks the instance to tell their end. */
  readonly invoked: boolean;
  /** A `BoundWay`, for a request that another function makes. */
  readonly bound?: string | undefined;
  readonly requestBytesMax: number;
  /** Made last, so that rules may say what a client may not. */
  readonly requestHeaders?: readonly HeaderEdit[] | undefined;
}

/**
 * Longest URL that workerd sends on. It takes one whose path alone is as long, and would fail with the longer
 * whole as if the instance had ended, which then would be avoided: anybody could take instances from others.
 */
export const urlLengthMax = 65_534;

/** All that mean something to us anywhere, so that a function which passes its headers on forges nothing. */
const PLATFORM_HEADERS = [
  ...[INVOKE_HEADER, MOUNT_HEADER, PROBE_HEADER, CF_BLOB_HEADER, ERROR_HEADER, OUTCOME_HEADER],
  ...[TIMEOUT_HEADER, VERSION_HEADER, OVERRIDES_HEADER, SHADOW_HEADER, BOUND_HEADER, DEPTH_HEADER],
  ...[USER_HEADER, ROLES_HEADER, CLAIMS_HEADER],
  ...[HOP_HEADER, ORIGIN_WAY_HEADER, ORIGIN_FAULT_HEADER],
  VARIANT_HEADER,
] as const;
const REPEATABLE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** @throws {PlatformError} FN_006 when the URL is longer than it may be, or the body is said to be. */
export function prepareRequest(request: Request, preparation: Preparation): OutgoingRequest {
  const { url } = preparation;
  if (url.length > urlLengthMax) throw urlTooLong(url);
  const { method } = request;
  const headers = prepareHeaders(request.headers, preparation);
  const { body } = request;
  if (body === null) {
    const init = { method, headers, redirect: 'manual' } as const;
    return { url, init, repeatable: REPEATABLE_METHODS.has(method), body: undefined };
  }
  const length = headers.get('content-length');
  if (length !== null && Number(length) > preparation.requestBytesMax) throw tooLong(preparation);
  if (method === 'GET' || method === 'HEAD') {
    // HTTP gives such a body no meaning, and fetch() refuses to send one: the request goes without.
    const bare = new Headers(headers);
    bare.delete('content-length');
    bare.delete('transfer-encoding');
    return { url, init: { method, headers: bare, redirect: 'manual' }, repeatable: true, body: undefined };
  }
  const carried = new CarriedBody(
    request,
    length === null ? null : Number(length),
    preparation.requestBytesMax,
  );
  return { url, init: { method, headers, redirect: 'manual' }, repeatable: false, body: carried };
}

export function tooLong({ requestBytesMax }: Pick<Preparation, 'requestBytesMax'>): PlatformError {
  return new PlatformError(
    'FN_006',
    413,
    `The request's body is longer than ${requestBytesMax} bytes, which is the most that a function takes.`,
  );
}

/** A client that has closed its whole connection looks the same, and does not read it. */
export function brokenOff(): PlatformError {
  return new PlatformError(
    'FN_006',
    400,
    "The request's body broke off: the connection was closed from the client's side before the end of the body. Send all of it.",
  );
}

function urlTooLong(url: string): PlatformError {
  return new PlatformError(
    'FN_006',
    414,
    `The request's URL has ${url.length} characters, and at most ${urlLengthMax} are taken: send what is long in the body.`,
  );
}

/** The client's own headers if nothing has to change: `fetch` copies them anyway, and a second copy costs 20 µs. */
function prepareHeaders(given: Headers, preparation: Preparation): Headers {
  const { bound, credentials, idKept, invoked, mount, requestHeaders = [], requestId } = preparation;
  const forged = PLATFORM_HEADERS.some((name) => given.has(name));
  const edited = mount !== null || invoked || credentials.length > 0 || requestHeaders.length > 0;
  if (idKept && !forged && !edited) return given;
  const headers = new Headers(given);
  if (forged) for (const name of PLATFORM_HEADERS) headers.delete(name);
  for (const name of credentials) headers.delete(name);
  headers.set(REQUEST_ID_HEADER, requestId);
  if (mount !== null) headers.set(MOUNT_HEADER, mount);
  if (bound !== undefined) headers.set(BOUND_HEADER, bound);
  if (invoked) headers.set(INVOKE_HEADER, markOf(given.get(INVOKE_HEADER)));
  editHeaders(headers, requestHeaders);
  return headers;
}

const markOf = (mark: string | null): string =>
  mark === INVOKE_RETURNED || mark === INVOKE_SCHEDULED ? mark : '1';
