// The instances of one version of a function, and how its last starts and ends went.

import { type CrashHistory, noCrashes } from '../plan/crash-history.ts';
import type { EndCause } from '../workerd/end-cause.ts';
import type { Instance } from '../workerd/instance.ts';

/** How an instance, or its start, ended the last time. */
export interface LastEnd {
  readonly code: EndCause['code'] | 'FN_005';
  readonly message: string;
  /** The end of what it wrote; for people. */
  readonly output: string;
}

export class VersionGroup {
  readonly functionId: string;
  readonly version: string;
  /** In the table or about to be; the oldest first. */
  readonly instances = new Set<Instance>();
  starting = 0;
  /** Starts of instances, until they have come to their end. */
  readonly starts = new Set<Promise<void>>();
  activation: Promise<void> | undefined;
  history: CrashHistory = noCrashes;
  lastEnd: LastEnd | undefined;

  constructor(functionId: string, version: string) {
    this.functionId = functionId;
    this.version = version;
  }

  /** One that has ended stays in its group until the supervisor says so. */
  get running(): Instance[] {
    return [...this.instances].filter((instance) => instance.process.running);
  }

  get busy(): boolean {
    return this.instances.size > 0 || this.starting > 0 || this.activation !== undefined;
  }
}
