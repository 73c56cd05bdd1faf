// A workerd process that outlives control. One that we started is watched as a child; one that an earlier
// control started is watched by its pid and start time, as only a parent hears of an exit.

import type { ChildProcess } from 'node:child_process';
import { identify, isAlive, type ProcessIdentity, signalProcess } from './proc.ts';

/** How often an adopted process is looked at. */
const adoptedPollMs = 250;

export interface ExitInfo {
  /** Null when a signal ended it or it is not known. */
  readonly code: number | null;
  readonly signal: string | null;
}

export class ManagedProcess {
  readonly identity: ProcessIdentity;
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<ExitInfo>;
  #ended = false;

  private constructor(identity: ProcessIdentity, exited: Promise<ExitInfo>) {
    this.identity = identity;
    this.exited = exited.then((info) => {
      this.#ended = true;
      return info;
    });
  }

  /**
   * Watches a process that we started. `pid` is workerd's own, which inside a sandbox is not the child's;
   * each ends with the other.
   */
  static own(child: ChildProcess, pid: number): ManagedProcess {
    const identity = identify(pid) ?? { pid, startTime: 'gone' };
    const exited = new Promise<ExitInfo>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) {
        resolve({ code: child.exitCode, signal: child.signalCode });
      }
      child.once('exit', (code, signal) => resolve({ code, signal }));
    }).then((info) => {
      // A sandbox that was killed from outside leaves what was in it.
      signalProcess(identity, 'SIGKILL');
      return info;
    });
    return new ManagedProcess(identity, exited);
  }

  /** Watches a process that another control started; undefined if it is gone. */
  static adopt(identity: ProcessIdentity): ManagedProcess | undefined {
    if (!isAlive(identity)) return undefined;
    const exited = new Promise<ExitInfo>((resolve) => {
      const timer = setInterval(() => {
        if (isAlive(identity)) return;
        clearInterval(timer);
        resolve({ code: null, signal: null });
      }, adoptedPollMs).unref();
    });
    return new ManagedProcess(identity, exited);
  }

  /** What the kernel says: the news of an exit takes a moment, of an adopted process a quarter of a second. */
  get running(): boolean {
    return !this.#ended && isAlive(this.identity);
  }

  /**
   * Asks the process to finish what it has and end, and after `graceMs` makes it. workerd has no deadline
   * of its own, and one that is stuck in JavaScript never hears SIGTERM.
   */
  async stop(graceMs: number): Promise<ExitInfo> {
    if (!this.running) return this.exited;
    signalProcess(this.identity, 'SIGTERM');
    const timer = setTimeout(() => this.kill(), graceMs);
    const info = await this.exited;
    clearTimeout(timer);
    return info;
  }

  kill(): void {
    if (this.running) signalProcess(this.identity, 'SIGKILL');
  }
}
