// A running instance: one process that serves one function version at one slot.

import { normalWeight, type ResourceGroup } from '../resources/resources.ts';
import type { EndCause } from './end-cause.ts';
import type { ManagedProcess } from './managed-process.ts';

export interface InstanceParts {
  readonly id: string;
  readonly functionId: string;
  readonly version: string;
  readonly slot: number;
  readonly memoryMb: number;
  readonly process: ManagedProcess;
  readonly resources: ResourceGroup;
  /** It has the folder of its function's objects. */
  readonly objects?: boolean;
}

export class Instance implements InstanceParts {
  readonly id: string;
  readonly functionId: string;
  readonly version: string;
  readonly slot: number;
  /** What its function may use. */
  readonly memoryMb: number;
  readonly process: ManagedProcess;
  readonly resources: ResourceGroup;
  readonly objects: boolean;
  /** Milliseconds since the epoch. */
  readonly readyAt: number = Date.now();
  /** CPU time that its start took, so that it is not blamed on the first request. */
  readonly startCpuMs: number;
  #weight: number = normalWeight;
  #demoted = false;
  /** From the moment it takes no new work. */
  cordoned = false;
  /** Why it was ended, when it was for something that it did. */
  condemned: EndCause | undefined;
  /** Milliseconds since the epoch: what it was sent from then on it has never looked at. */
  lostFrom: number | undefined;

  constructor({ id, functionId, version, slot, memoryMb, process, resources, objects }: InstanceParts) {
    this.objects = objects === true;
    this.id = id;
    this.functionId = functionId;
    this.version = version;
    this.slot = slot;
    this.memoryMb = memoryMb;
    this.process = process;
    this.resources = resources;
    this.startCpuMs = resources.cpuMs() ?? 0;
  }

  /** Its part of the processors while others want them too, in shares of a function with one instance and no wish. */
  share(share: number): void {
    const weight = Math.max(1, Math.round(normalWeight * share));
    if (weight === this.#weight) return;
    this.#weight = weight;
    if (!this.#demoted) this.resources.weigh(weight);
  }

  /** Leaves it only the processor time that nobody else wants, or gives it its share back. */
  demote(demoted: boolean): void {
    this.#demoted = demoted;
    this.resources.weigh(demoted ? 'idle' : this.#weight);
  }

  /** Ends it at once for what it did; for `silentMs` it has done nothing else. */
  condemn(cause: EndCause, silentMs: number): void {
    this.condemned = cause;
    this.lostFrom = Date.now() - silentMs;
    // To end takes processor time too, and who waits for an answer is told only then.
    if (this.#demoted) this.demote(false);
    this.process.kill();
  }
}
