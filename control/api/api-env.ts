// What the steps of the front door leave for the later ones.

export interface ApiEnv {
  Variables: {
    requestId: string;
    /** The request's body, read within its limit; empty for methods that carry none. */
    bodyBytes: Uint8Array;
  };
}
