// What the steps of the front door leave for the later ones.

import type { HttpBindings } from '@hono/node-server';
import type { Actor } from '../model/access.ts';

export interface ApiEnv {
  /** Of the server that the request came to; absent where it came by no connection. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    /** Who asks; absent on what is open, and on what was refused before it was known. */
    actor: Actor | undefined;
    /** The request's body, read within its limit; empty for methods that carry none. */
    bodyBytes: Uint8Array;
    /** What a repetition with the same Idempotency-Key is answered, where it is not the answer itself. */
    repetition: Response | undefined;
  };
}
