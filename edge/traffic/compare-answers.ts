// How two answers to the same request differ, as far as it tells anything: what changes from answer to answer by its
// nature is left out.

import type { DifferenceKind, ShadowSample } from '../contract/front-api.ts';

/** Headers of a sample that are shown, and characters of a value. */
export const sampleHeadersMax = 10;
export const sampleValueLengthMax = 200;

/** Of the time, of the connection, of the platform; and the length, which follows the body. */
const IGNORED: ReadonlySet<string> = new Set([
  ...['date', 'x-request-id', 'server-timing', 'connection', 'keep-alive', 'transfer-encoding'],
  'content-length',
]);
const OURS = 'x-selvedge-';

export interface AnswerHead {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Iterable<readonly [string, string]>;
}

export interface HeadDifference {
  readonly differs: readonly Exclude<DifferenceKind, 'body'>[];
  readonly headers: ShadowSample['headers'];
}

export function compareHeads(live: AnswerHead, shadow: AnswerHead): HeadDifference {
  const headers = differentHeaders(headersOf(live), headersOf(shadow));
  return {
    differs: [
      ...(live.status === shadow.status ? [] : (['status'] as const)),
      ...(headers.length === 0 ? [] : (['headers'] as const)),
    ],
    headers: headers.slice(0, sampleHeadersMax),
  };
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}

/** Several of one name are joined. Of cookies the names count: their values are each visitor's own. */
function headersOf({ headers }: AnswerHead): Map<string, string> {
  const all = new Map<string, string>();
  for (const [name, value] of headers) {
    if (IGNORED.has(name) || name.startsWith(OURS)) continue;
    const told = name === 'set-cookie' ? `${value.slice(0, Math.max(value.indexOf('='), 0))}=…` : value;
    const before = all.get(name);
    all.set(name, before === undefined ? told : `${before}, ${told}`);
  }
  return all;
}

function differentHeaders(
  live: ReadonlyMap<string, string>,
  shadow: ReadonlyMap<string, string>,
): ShadowSample['headers'] {
  return [...new Set([...live.keys(), ...shadow.keys()])]
    .filter((name) => live.get(name) !== shadow.get(name))
    .map((name) => ({ name, live: shown(live.get(name)), shadow: shown(shadow.get(name)) }));
}

const shown = (value: string | undefined): string | null => value?.slice(0, sampleValueLengthMax) ?? null;
