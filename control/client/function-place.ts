// Where a function that is named by name is looked for, and made: what the call says, or else the client's own.

import type { CallOptions, Connection } from './connection.ts';

export interface FunctionPlace {
  readonly project: string | undefined;
  readonly environment: string | undefined;
}

export const placeOf = (connection: Connection, options?: CallOptions): FunctionPlace => ({
  project: options?.project ?? connection.project,
  environment: options?.environment ?? connection.environment,
});
