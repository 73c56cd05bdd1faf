// Carries what functions ask of each other to the fronts, byte for byte: requests as HTTP, calls of methods as
// workerd's own protocol. Every message brings a grant that the front checks. It is here and not a socket of a front
// that instances see, as fronts come and go and all of them are to have their part.
//
// workerd does not end while a connection for calls of methods is open, and never closes one. So when fronts are to
// end, such connections are closed here as soon as no call is under way on them.

import { readdirSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { RpcMeter } from './rpc-meter.ts';

const SUFFIX = '.bound.sock';
/** How a connection for calls of methods begins. */
const CONNECT = 'CONNECT ';

export class BindingRelay {
  readonly server: Server;
  readonly #frontsDir: string;
  /** Those that carry calls of methods; true while nothing is under way. */
  readonly #idle = new Map<Socket, () => boolean>();
  #turn = 0;
  #draining = false;

  constructor(frontsDir: string, connectionsMax: number) {
    this.#frontsDir = frontsDir;
    this.server = createServer({ allowHalfOpen: true }, (caller) => {
      caller.on('error', () => caller.destroy());
      this.#tryEach(caller, this.#frontSockets());
    });
    // More are closed at once.
    this.server.maxConnections = connectionsMax;
  }

  /** No method is being called. */
  get quiet(): boolean {
    return [...this.#idle.values()].every((idle) => idle());
  }

  /** From now on a connection for calls of methods is closed when nothing is under way on it. */
  drain(): void {
    this.#draining = true;
    for (const caller of this.#idle.keys()) this.#closeIdle(caller);
  }

  /** Each in its turn is the first. */
  #frontSockets(): string[] {
    const paths = readdirSync(this.#frontsDir)
      .filter((file) => file.endsWith(SUFFIX))
      .map((file) => join(this.#frontsDir, file));
    this.#turn += 1;
    const first = this.#turn % paths.length;
    return [...paths.slice(first), ...paths.slice(0, first)];
  }

  /** A front that has just ended may have left its socket behind: then it is the next one's. */
  #tryEach(caller: Socket, [path, ...others]: readonly string[]): void {
    if (path === undefined) {
      caller.destroy();
      return;
    }
    const front = connect({ path, allowHalfOpen: true });
    const failed = (): void => this.#tryEach(caller, others);
    front.once('error', failed);
    front.once('connect', () => {
      front.off('error', failed);
      this.#join(caller, front);
    });
  }

  #join(caller: Socket, front: Socket): void {
    front.on('error', () => front.destroy());
    front.once('close', () => caller.destroy());
    caller.once('close', () => {
      front.destroy();
      this.#idle.delete(caller);
    });
    if (caller.destroyed) {
      front.destroy();
      return;
    }
    caller.once('data', (first: Buffer) => {
      if (first.subarray(0, CONNECT.length).toString('latin1') === CONNECT) this.#meter(caller, front, first);
    });
    caller.pipe(front);
    front.pipe(caller);
  }

  #meter(caller: Socket, front: Socket, first: Buffer): void {
    const [asks, answers] = [new RpcMeter(), new RpcMeter()];
    asks.feed(first);
    // Either side calls the other, when a function was passed along.
    this.#idle.set(
      caller,
      () => asks.lost || answers.lost || (asks.asked <= answers.answered && answers.asked <= asks.answered),
    );
    caller.on('data', (chunk: Buffer) => asks.feed(chunk));
    front.on('data', (chunk: Buffer) => {
      answers.feed(chunk);
      if (this.#draining) setImmediate(() => this.#closeIdle(caller));
    });
  }

  #closeIdle(caller: Socket): void {
    if (this.#idle.get(caller)?.()) caller.destroySoon();
  }
}
