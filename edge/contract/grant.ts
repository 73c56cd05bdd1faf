// What a function may reach through a binding, and the messages by which it does. Control writes a grant into the
// config of the function's instances and signs it; a front believes no other. The function itself never has it: it is
// the property of a worker that stands between the function and the fronts.
//
//   function -> binding.worker (grant) -> socket -> front (opens the grant, picks an instance) -> harness of the other

/** Leads to a function of the project: the first of `names` that there is. */
export interface ServiceGrant {
  readonly kind: 'service';
  readonly project: string;
  /** In another environment than `prod` the environment's own function comes first. */
  readonly names: readonly string[];
  /** A named export; null for the default one. */
  readonly entrypoint: string | null;
  /** What the entrypoint finds in `ctx.props`; absent for nothing. */
  readonly props?: unknown;
}

/** Leads to whichever function of a dispatch namespace is named. */
export interface NamespaceGrant {
  readonly kind: 'namespace';
  readonly project: string;
  readonly namespace: string;
}

export type Grant = ServiceGrant | NamespaceGrant;

/** The value of `BOUND_HEADER` from an instance to a front. */
export interface BoundAsk {
  readonly grant: string;
  /** As the function wrote it, which the request line does not tell. */
  readonly url: string;
  /** In a namespace: the function. */
  readonly name?: string;
}

/** What a front is asked when a function calls a method of another. */
export interface BoundCall {
  readonly grant: string;
  readonly name?: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** The value of `BOUND_HEADER` from a front to the instance that answers. */
export interface BoundWay {
  readonly url: string;
  readonly entrypoint: string | null;
  readonly props?: unknown;
  /** Functions that the request has passed before. */
  readonly depth: number;
  /** From the instance itself, and part of a request that it has already. */
  readonly inside?: true;
}

/** The one argument of `GATEWAY_METHOD`. */
export interface GatewayCall {
  readonly requestId: string;
  readonly entrypoint: string | null;
  readonly props?: unknown;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** A grant as text: what is signed, and the signature, both in base64url. */
export const joinGrant = (payload: string, signature: string): string => `${payload}.${signature}`;

export function splitGrant(text: string): { readonly payload: string; readonly signature: string } {
  const [payload = '', signature = ''] = text.split('.');
  return { payload, signature };
}

/** JSON that a header may hold: whatever is not ASCII is escaped. */
export const headerJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
