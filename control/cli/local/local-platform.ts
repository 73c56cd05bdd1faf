// The platform for one function and one developer: the real router in front, and behind it the newest version of the
// function that works, in Miniflare. It stands where control stands on a platform.
//
//   version -> start -> probe -> switch the table -> let the old one finish -> stop it
//
// A version that fails before the switch changes nothing for those who call.

import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InvocationRecord } from '../../../edge/contract/front-api.ts';
import { slotSocket } from '../../../edge/contract/names.ts';
import { AppError } from '../../model/errors.ts';
import { probe } from '../../platform/probe.ts';
import type { ParsedLine } from '../../telemetry/parse-console.ts';
import { serveControlSocket } from '../../workerd/control-socket.ts';
import { CONTROL_SOCKET } from '../../workerd/front-config.ts';
import type { BuiltFunction } from './build-function.ts';
import { checkFunction, localRecord } from './function-input.ts';
import { FunctionOutput } from './function-output.ts';
import { Isolate } from './isolate.ts';
import { localTable } from './local-table.ts';
import { SlotRelay } from './slot-relay.ts';
import { LocalFront, localSlots } from './start-front.ts';
import type { PretendedVisitor } from './visitor.ts';

/** How often the front is asked what was called, and what an old version still has to finish. */
const localLookEveryMs = 100;

export interface LocalPlatformOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly visitor: PretendedVisitor;
  readonly offline: boolean;
  /** Absolute path of the user's folder, when a debugger may come. */
  readonly inspectedFolder?: string | undefined;
  readonly onLine: (line: ParsedLine) => void;
  readonly onRecord: (record: InvocationRecord) => void;
  /** What the platform itself cannot go on without has ended. */
  readonly onFault: (error: unknown) => void;
}

interface Running {
  readonly slot: number;
  readonly isolate: Isolate;
  readonly relay: SlotRelay;
}

export class LocalPlatform {
  readonly #options: LocalPlatformOptions;
  readonly #dir: string;
  readonly #front: LocalFront;
  readonly #control: Server;
  /** The last one serves; those before it finish what they have. */
  #running: Running[] = [];
  #slot = 0;
  #generation = 0;
  #seen = 0;
  #looking: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #suspect: Running | undefined;
  #stopped: Promise<void> | undefined;
  /** Versions that are being ended, whoever waits for it. */
  readonly #ending = new Set<Promise<void>>();

  private constructor(options: LocalPlatformOptions, dir: string, front: LocalFront, control: Server) {
    this.#options = options;
    this.#dir = dir;
    this.#front = front;
    this.#control = control;
  }

  /** On success the caller owns it and must call `stop`. */
  static async start(options: LocalPlatformOptions): Promise<LocalPlatform> {
    let front: LocalFront | undefined;
    const dir = mkdtempSync(join(tmpdir(), `slv-dev-${process.pid}-`));
    try {
      front = await LocalFront.start({ dir, ...options });
      const control = await serveControlSocket(join(dir, CONTROL_SOCKET), {
        table: () => nothingYet,
        activate: () => Promise.reject(new AppError('FN_008', NOTHING_YET, { retryAfterSeconds: 1 })),
        scale: () => undefined,
        ended: () => Promise.resolve(undefined),
        lease: (_, want) => ({ granted: want, forMs: 1000 }),
        // There is one front, which has nobody to borrow from.
        borrow: async ({ limiter }) => ({ lent: 0, left: 0, freeInMs: limiter.windowMs, loan: 0 }),
        onFault: options.onFault,
      });
      await front.putTable(nothingYet);
      const platform = new LocalPlatform(options, dir, front, control);
      void front.ended.then((words) => {
        if (!platform.#stopped) options.onFault(new Error(`The local front ended: ${words}`));
      });
      platform.#lookLater();
      return platform;
    } catch (error) {
      await front?.stop();
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  get port(): number {
    return this.#front.port;
  }

  get front(): LocalFront {
    return this.#front;
  }

  get serving(): Isolate | undefined {
    return this.#running.at(-1)?.isolate;
  }

  /** Resolves when the version has the traffic. @throws {AppError} FN_005, and what ran before goes on. */
  deploy(built: BuiltFunction): Promise<void> {
    return this.#inTurn(() => this.#deploy(built));
  }

  async #deploy(built: BuiltFunction): Promise<void> {
    const { offline, inspectedFolder, onLine } = this.#options;
    const output = new FunctionOutput(built.sourceMap, onLine);
    const isolate = await Isolate.start(built, {
      tmpDir: this.#dir,
      offline,
      inspectedFolder,
      onOutput: (text) => output.push(text),
    });
    if (this.#stopped) {
      await isolate.stop();
      throw new AppError('SYS_003', 'The local platform has ended.');
    }
    const slot = this.#freeSlot();
    let relay: SlotRelay | undefined;
    try {
      relay = await SlotRelay.listen(join(this.#dir, slotSocket(slot)), () => isolate.address());
      await probe(relay.path);
      this.#generation += 1;
      const { record, version } = built;
      await this.#front.putTable(localTable({ generation: this.#generation, record, version, slot }));
    } catch (error) {
      relay?.close();
      await isolate.stop();
      throw error;
    }
    const running = { slot, isolate, relay };
    if (this.#stopped) await this.#end(running);
    else this.#running.push(running);
  }

  /** One at a time, so that what was asked for last is what serves. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined); // It is the caller's to hear of.
    return done;
  }

  /**
   * A loop holds up all that its process serves. On the platform the watchdog ends it at `cpu_ms` or `timeout`; here
   * whoever did not answer in time is asked whether it answers at all, and replaced if not.
   */
  async #replaceIfStuck(): Promise<void> {
    const suspect = this.#running.at(-1);
    if (!suspect || this.#suspect === suspect) return;
    this.#suspect = suspect;
    const stuck = await probe(suspect.relay.path).then(
      () => false,
      () => true,
    );
    this.#suspect = undefined;
    if (!stuck) return;
    await this.#inTurn(async () => {
      if (this.#stopped || this.serving !== suspect.isolate) return;
      this.#options.onLine(stuckLine());
      await this.#deploy(suspect.isolate.built);
    });
  }

  /** Ends everything at once. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#looking);
    this.#control.close();
    this.#control.closeAllConnections();
    await Promise.all([this.#front.stop(), ...this.#running.map((running) => this.#end(running))]);
    // A version that was starting ends itself when it sees that nobody waits for it.
    await this.#turn;
    // Those that drained, or made room, have their files in it too.
    await Promise.allSettled(this.#ending);
    rmSync(this.#dir, { recursive: true, force: true, maxRetries: 5 });
  }

  /** In turn, so that no kept connection meets another version; the oldest that still has something makes room. */
  #freeSlot(): number {
    if (this.#running.length >= localSlots) {
      const oldest = this.#running.shift();
      if (oldest) void this.#end(oldest);
    }
    do this.#slot = (this.#slot + 1) % localSlots;
    while (this.#running.some(({ slot }) => slot === this.#slot));
    return this.#slot;
  }

  #lookLater(): void {
    if (this.#stopped) return;
    this.#looking = setTimeout(() => {
      this.#look().then(
        () => this.#lookLater(),
        (error: unknown) => {
          if (!this.#stopped) this.#options.onFault(error);
        },
      );
    }, localLookEveryMs);
  }

  async #look(): Promise<void> {
    const before = this.#running.slice(0, -1);
    const status = await this.#front.status(this.#seen);
    if (this.#stopped) return;
    this.#seen = status.seq;
    for (const record of status.records) this.#options.onRecord(record);
    if (status.records.some(({ error }) => error === 'FN_002')) {
      this.#replaceIfStuck().catch(this.#options.onFault);
    }
    for (const running of before) {
      const { slot } = running;
      if (status.inFlight[slot] || status.awaiting[slot] || !this.#running.includes(running)) continue;
      this.#running = this.#running.filter((other) => other !== running);
      await this.#end(running);
    }
  }

  #end({ isolate, relay }: Running): Promise<void> {
    relay.close();
    const ended = isolate.stop().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
    return ended;
  }
}

/** Until the first version: the function is there, and has no instance. */
const nothingYet = localTable({
  generation: 0,
  record: localRecord(checkFunction({ name: 'function', code: ' ' }, {})),
  version: 'none',
  slot: undefined,
});
const NOTHING_YET = 'No version of the function has been built yet that works; the terminal says why.';

const stuckLine = (): ParsedLine => ({
  kind: 'console',
  time: Date.now(),
  level: 'error',
  message: 'FN_002 The function does not come back to its event loop; it was ended and started again.',
  requestId: null,
});
