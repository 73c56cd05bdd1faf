// Who may call the outbound: a file for each function version that has instances, or is about to have some, and a
// word to the outbound when one comes or goes. The files are the truth; an outbound that starts reads them all.

import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheCallerPath } from '../cache/contract.ts';
import {
  type CallerRecord,
  CONTROL_ADDRESS_PATH,
  type ControlAddress,
  callerFile,
  callerPath,
  callerSocket,
  DRAIN_BINDINGS_PATH,
} from '../outbound/contract.ts';
import type { RunDir } from './run-dir.ts';
import { UnixHttp } from './unix-http.ts';

/** An outbound that does not hear control for this long is waited for no more: the start of an instance goes on. */
const answerTimeoutMs = 2000;
/** A version without an instance keeps its socket this long: one may be about to start, and need not wait for it. */
const unusedForMs = 600_000;

interface Known {
  /** When it was last seen to be used. */
  usedAt: number;
  /** The outbound listens. */
  readonly told: Promise<void>;
}

export interface OutboundCallersOptions {
  readonly runDir: RunDir;
  readonly log: (message: string, details: object) => void;
}

/** File name of the socket of a version: 96 bits of a hash, so that nobody can make one that is another's. */
export function callerName(functionId: string, version: string): string {
  return createHash('sha256').update(`${functionId} ${version}`).digest('base64url').slice(0, 16);
}

export class OutboundCallers {
  readonly #options: OutboundCallersOptions;
  readonly #http: UnixHttp;
  readonly #cache: UnixHttp;
  readonly #known = new Map<string, Known>();

  constructor(options: OutboundCallersOptions) {
    this.#options = options;
    this.#http = new UnixHttp(options.runDir.outboundSocket());
    this.#cache = new UnixHttp(options.runDir.cacheControlSocket());
    const now = Date.now();
    for (const file of readdirSync(options.runDir.callersDir())) {
      if (!file.endsWith('.json')) continue;
      this.#known.set(file.slice(0, -'.json'.length), { usedAt: now, told: Promise.resolve() });
    }
  }

  /**
   * Gives a version its socket; resolves with the socket's file name when the outbound listens there. Where there
   * is no outbound just now, the next one will.
   *
   * @throws {AppError} SYS_002 when the disk does not take it.
   */
  async admit(record: CallerRecord): Promise<string> {
    const { runDir } = this.#options;
    const name = callerName(record.function, record.version);
    let known = this.#known.get(name);
    if (!known) {
      runDir.writeJson(join(runDir.callersDir(), callerFile(name)), record);
      known = { usedAt: 0, told: this.#tellBoth(name) };
      this.#known.set(name, known);
    }
    known.usedAt = Date.now();
    await known.told;
    return callerSocket(name);
  }

  /** Takes the sockets of versions that had no instance for a while. `used` are those that have one. */
  async sweep(used: ReadonlySet<string>, now: number): Promise<void> {
    for (const [name, known] of this.#known) {
      if (used.has(name)) known.usedAt = now;
      else if (now - known.usedAt > unusedForMs) {
        await this.release(name);
      }
    }
  }

  /** Takes a socket that nobody uses any more, nor will. */
  async release(name: string): Promise<void> {
    if (!this.#known.delete(name)) return;
    rmSync(join(this.#options.runDir.callersDir(), callerFile(name)), { force: true });
    await this.#tellBoth(name);
  }

  /** Closes the control API to functions, from now on. */
  async protect(address: ControlAddress): Promise<void> {
    const { runDir } = this.#options;
    runDir.writeJson(runDir.controlAddressFile(), address);
    await this.#tell(CONTROL_ADDRESS_PATH);
  }

  /** Before fronts end: has what functions ask of each other go to none of them any more, as soon as it can. */
  drainBindings(): Promise<void> {
    return this.#tell(DRAIN_BINDINGS_PATH);
  }

  close(): void {
    this.#http.close();
    this.#cache.close();
  }

  /** The cache listens for the same callers, at sockets of its own. */
  async #tellBoth(name: string): Promise<void> {
    await Promise.all([
      this.#tell(callerPath(name)),
      this.#tell(cacheCallerPath(name), 'cache', this.#cache),
    ]);
  }

  async #tell(path: string, who = 'outbound', http = this.#http): Promise<void> {
    try {
      const { status, body } = await http.text('PUT', path, answerTimeoutMs);
      if (status >= 400) this.#options.log(`the ${who} could not take what it was told`, { path, body });
    } catch (error) {
      this.#options.log(`the ${who} does not answer; it reads what it missed when it starts`, {
        ...{ path, error: String(error) },
      });
    }
  }
}
