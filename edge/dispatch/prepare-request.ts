// What is sent to the instance: the client's request with the platform's own headers in place of any that the
// client made up.
//
// `fetch(url, {method, headers, body})` is the cheapest way to change anything: measured, it costs no more than
// handing on the request as it is, where `new Request(request)` costs 5 to 10 % of the hop.

import type { CredentialHeader } from '../auth/read-credential.ts';
import { cfObject } from '../client/cf-object.ts';
import type { Client } from '../client/client.ts';
import { tellOfClient, tellsOfClient } from '../client/client-headers.ts';
import {
  BOUND_HEADER,
  CF_BLOB_HEADER,
  INVOKE_HEADER,
  INVOKE_RETURNED,
  INVOKE_SCHEDULED,
  MOUNT_HEADER,
  OVERRIDES_HEADER,
  PLATFORM_PREFIX,
  REQUEST_ID_HEADER,
  SCHEME_HEADER,
} from '../contract/names.ts';
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
  readonly mount: string | null;
  /** Headers with credentials that are the platform's, not the function's. */
  readonly credentials: readonly CredentialHeader[];
  readonly client: Client;
  /** Name of this machine's region. */
  readonly colo: string;
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

const REPEATABLE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** @throws {PlatformError} FN_006 when the URL is longer than it may be, or the body is said to be. */
export function prepareRequest(request: Request, preparation: Preparation): OutgoingRequest {
  const { url } = preparation;
  if (url.length > urlLengthMax) throw urlTooLong(url);
  const { method } = request;
  const headers = prepareHeaders(request.headers, preparation);
  const cf = cfObject(preparation.client, preparation.colo);
  const { body } = request;
  if (body === null) {
    const init: RequestInit = { method, headers, cf, redirect: 'manual' };
    return { url, init, repeatable: REPEATABLE_METHODS.has(method), body: undefined };
  }
  const length = headers.get('content-length');
  if (length !== null && Number(length) > preparation.requestBytesMax) throw tooLong(preparation);
  if (method === 'GET' || method === 'HEAD') {
    // HTTP gives such a body no meaning, and fetch() refuses to send one: the request goes without.
    const bare = new Headers(headers);
    bare.delete('content-length');
    bare.delete('transfer-encoding');
    return {
      url,
      init: { method, headers: bare, cf, redirect: 'manual' },
      repeatable: true,
      body: undefined,
    };
  }
  const carried = new CarriedBody(
    request,
    length === null ? null : Number(length),
    preparation.requestBytesMax,
  );
  return { url, init: { method, headers, cf, redirect: 'manual' }, repeatable: false, body: carried };
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

/** Each request is told of its client, so that its headers are always a copy; docs/design/geo.md has what that costs. */
function prepareHeaders(given: Headers, preparation: Preparation): Headers {
  const { bound, client, credentials, invoked, mount, requestHeaders, requestId } = preparation;
  // Who calls through a binding, or by control, may call, and tells by himself for whom.
  const tells = (invoked || bound !== undefined) && client.pretended !== true;
  const headers = new Headers(given);
  for (const name of given.keys())
    if (isPlatforms(name) || (!tells && tellsOfClient(name, client.proxied))) headers.delete(name);
  for (const name of credentials) headers.delete(name);
  if (!tells) tellOfClient(headers, client);
  headers.set(REQUEST_ID_HEADER, requestId);
  if (mount !== null) headers.set(MOUNT_HEADER, mount);
  if (bound !== undefined) headers.set(BOUND_HEADER, bound);
  if (invoked) headers.set(INVOKE_HEADER, markOf(given.get(INVOKE_HEADER)));
  if (requestHeaders) editHeaders(headers, requestHeaders);
  return headers;
}

/** All that mean something to us anywhere, so that a function which passes its headers on forges nothing. */
const isPlatforms = (name: string): boolean =>
  name.startsWith(PLATFORM_PREFIX) ||
  name === CF_BLOB_HEADER ||
  name === SCHEME_HEADER ||
  name === OVERRIDES_HEADER;

const markOf = (mark: string | null): string =>
  mark === INVOKE_RETURNED || mark === INVOKE_SCHEDULED ? mark : '1';
