// What CORS headers an answer has, by the Fetch standard. Pure.

import type { CorsEntry } from '../../contract/rules/cors.ts';
import type { HeaderEdit } from '../header-edit.ts';
import { originMatcher } from './match-origin.ts';

export interface CorsDecision {
  /** May the page at the origin read the answer? Null when no page asks. */
  readonly allowed: boolean | null;
  readonly edits: readonly HeaderEdit[];
}

/** The function's own are taken away first: what is set here is all that holds. */
const OWN = [
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-expose-headers',
];
const cleared: readonly HeaderEdit[] = OWN.map((name) => ({ op: 'remove', name }));
const TOKENS = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+(\s*,\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*$/;
const askedHeadersLengthMax = 2048;

export class Cors {
  readonly #entry: CorsEntry;
  readonly #matches: (origin: string) => boolean;

  constructor(entry: CorsEntry) {
    this.#entry = entry;
    this.#matches = entry.origins === '*' ? () => true : originMatcher(entry.origins);
  }

  /** Of any answer. */
  decide(origin: string | null): CorsDecision {
    const { credentials, expose, origins } = this.#entry;
    // The answer to a request without an origin must not be kept for one with an origin either.
    const vary: readonly HeaderEdit[] =
      origins === '*' ? [] : [{ op: 'append', name: 'vary', value: 'Origin' }];
    if (origin === null) {
      const open: readonly HeaderEdit[] = origins === '*' ? [allowOrigin('*')] : [];
      return { allowed: null, edits: [...cleared, ...vary, ...open] };
    }
    if (!this.#matches(origin)) return { allowed: false, edits: [...cleared, ...vary] };
    return {
      allowed: true,
      edits: [
        ...cleared,
        ...vary,
        allowOrigin(origins === '*' ? '*' : origin),
        ...(credentials ? [set('access-control-allow-credentials', 'true')] : []),
        ...(expose.length > 0 ? [set('access-control-expose-headers', expose.join(', '))] : []),
      ],
    };
  }

  /** What else the answer to a preflight has, or why it is refused. */
  preflight(asked: Headers): readonly HeaderEdit[] | string {
    const { headers, maxAgeSeconds, methods, privateNetwork } = this.#entry;
    const method = asked.get('access-control-request-method') ?? '';
    if (!methods.includes(method))
      return `the method ${method.slice(0, 20)} is not one of ${methods.join(', ')}`;
    const named = asked.get('access-control-request-headers') ?? '';
    const fault = this.#faultOfHeaders(named);
    if (fault) return fault;
    const wantsPrivate = asked.get('access-control-request-private-network') === 'true';
    if (wantsPrivate && !privateNetwork)
      return 'the server is in a private network, and "private_network" is off';
    return [
      set('access-control-allow-methods', methods.join(', ')),
      ...(named === ''
        ? []
        : [set('access-control-allow-headers', headers === '*' ? named : headers.join(', '))]),
      set('access-control-max-age', String(maxAgeSeconds)),
      ...(wantsPrivate ? [set('access-control-allow-private-network', 'true')] : []),
      { op: 'append', name: 'vary', value: 'Access-Control-Request-Method, Access-Control-Request-Headers' },
    ];
  }

  #faultOfHeaders(named: string): string | undefined {
    if (named === '') return undefined;
    if (named.length > askedHeadersLengthMax || !TOKENS.test(named))
      return 'the headers that it asks for are no list of names';
    const { headers } = this.#entry;
    if (headers === '*') return undefined;
    const other = named.split(',').find((name) => !headers.includes(name.trim().toLowerCase()));
    return other === undefined
      ? undefined
      : `the header ${other.trim()} is not one of ${headers.join(', ') || 'none'}`;
  }
}

const set = (name: string, value: string): HeaderEdit => ({ op: 'set', name, value });
const allowOrigin = (value: string): HeaderEdit => set('access-control-allow-origin', value);
