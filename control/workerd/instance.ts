// A running instance: one process that serves one function version at one slot.

import type { ManagedProcess } from './managed-process.ts';
import { cpuTimeMs } from './proc.ts';

export class Instance {
  readonly id: string;
  readonly functionId: string;
  readonly version: string;
  readonly slot: number;
  readonly process: ManagedProcess;
  /** Milliseconds since the epoch. */
  readonly readyAt: number = Date.now();
  /** CPU time that its start took, so that it is not blamed on the first request. */
  readonly startCpuMs: number;
  /** From the moment it takes no new work. */
  cordoned = false;

  constructor(id: string, functionId: string, version: string, slot: number, process: ManagedProcess) {
    this.id = id;
    this.functionId = functionId;
    this.version = version;
    this.slot = slot;
    this.process = process;
    this.startCpuMs = cpuTimeMs(process.identity.pid) ?? 0;
  }
}
