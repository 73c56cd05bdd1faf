// A running instance: one process that serves one function version at one slot.

import type { ResourceGroup } from '../resources/resources.ts';
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
  /** Milliseconds since the epoch. */
  readonly readyAt: number = Date.now();
  /** CPU time that its start took, so that it is not blamed on the first request. */
  readonly startCpuMs: number;
  /** From the moment it takes no new work. */
  cordoned = false;
  /** Why it was ended, when it was for something that it did. */
  condemned: EndCause | undefined;

  constructor({ id, functionId, version, slot, memoryMb, process, resources }: InstanceParts) {
    this.id = id;
    this.functionId = functionId;
    this.version = version;
    this.slot = slot;
    this.memoryMb = memoryMb;
    this.process = process;
    this.resources = resources;
    this.startCpuMs = resources.cpuMs() ?? 0;
  }

  /** Ends it at once for what it did. */
  condemn(cause: EndCause): void {
    this.condemned = cause;
    this.process.kill();
  }
}
