// A way to say who one is. Each looks at a request for itself; which of several counts is decided in judge-methods.ts.

import type { Identity } from '../../auth/identity.ts';
import type { Visit } from '../visit.ts';

export type Finding =
  /** The request has nothing of this kind. */
  | { readonly found: 'nothing' }
  /** It has, and that is not good; `why` is for whoever sent it, and tells nothing of what would have been right. */
  | { readonly found: 'bad'; readonly why: string }
  | {
      readonly found: 'good';
      readonly identity: Identity;
    };

export interface Method {
  readonly type: Identity['kind'];
  /** Of the `WWW-Authenticate` header, without an error. */
  readonly challenge: string;
  /** @throws {PlatformError} when it cannot be known whether a credential is good. */
  find(visit: Visit): Finding | Promise<Finding>;
  /** Takes from what the function is sent what opens more than this request. Whatever was found. */
  hide(visit: Visit): void;
}

export const NOTHING: Finding = { found: 'nothing' };
export const bad = (why: string): Finding => ({ found: 'bad', why });
