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
  /** When a deploy took it off the live versions; milliseconds since the epoch, 0 for one that is live or never was. */
  replacedAt = 0;
  /** Until when one instance is kept although nobody calls it. */
  warmUntil = 0;
  /** When WebSockets that it still holds are ended; `Infinity` when none are left of before it was replaced. */
  endsWebSocketsAt = Number.POSITIVE_INFINITY;

  constructor(functionId: string, version: string) {
    this.functionId = functionId;
    this.version = version;
  }

  /** It is live, or as any version that can be previewed: nothing is kept of it for a return. */
  isOrdinary(): void {
    this.replacedAt = 0;
    this.warmUntil = 0;
    this.endsWebSocketsAt = Number.POSITIVE_INFINITY;
  }

  /** A deploy has taken it off the live versions; what is in flight has `graceMs`. */
  isReplaced(now: number, graceMs: number): void {
    this.replacedAt = now;
    this.endsWebSocketsAt = now + graceMs;
  }

  /** One that has ended stays in its group until the supervisor says so. */
  get running(): Instance[] {
    return [...this.instances].filter((instance) => instance.process.running);
  }

  get busy(): boolean {
    return this.instances.size > 0 || this.starting > 0 || this.activation !== undefined;
  }
}
