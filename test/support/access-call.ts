// How one route is called for the matrix of access, and what its answer is called there.

/** How a route is called, in a way that succeeds for whoever may. */
export interface Call {
  readonly path: string | (() => string);
  /** Sent as it is if it is a form, and as JSON otherwise. A function of the credential, where that is in it. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the credential that the column is for, where the route has one of its own. */
  readonly token?: string;
  /** Makes what is there for a short time only. */
  readonly before?: () => Promise<unknown>;
  /** What an answer shows: a word in place of its status, if the status alone does not tell. */
  readonly shows?: (text: string) => string | undefined;
  /**
   * Part of the answer that tells who was let in as far as to be told that there is no such thing: shown as "none". The
   * status alone would be the one of those for whom there is not even the function.
   */
  readonly none?: string;
  /** Puts back what the call took away. */
  readonly restore?: (answer: string) => Promise<unknown>;
}

export const has =
  (wanted: string, otherwise: string) =>
  (text: string): string | undefined =>
    text.includes(wanted) ? undefined : otherwise;

/** As the owner, for `restore` and for what must be there before; fails where the platform does not agree. */
export type AsOwner = (method: string, path: string, body?: unknown) => Promise<string>;
