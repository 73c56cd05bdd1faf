// The fronts behind the door, by their sockets: the one with the fewest requests is next. A front that leaves takes its
// socket away first, so that nothing new is sent to it while it finishes what it has.

import { readdirSync, watch } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { SECURE_SOCKET_SUFFIX } from '../../edge/contract/names.ts';
import { frontWaitMs, idleFrontConnectionMs, idleFrontConnectionsMax } from './limits.ts';

/** How often those that wait for a front look, besides when the system says that something changed. */
const lookMs = 50;

export class FrontWay {
  readonly path: string;
  readonly agent = new Agent({
    keepAlive: true,
    // workerd closes idle connections after some seconds; ours are dropped first, so that none is found closed.
    timeout: idleFrontConnectionMs,
    maxFreeSockets: idleFrontConnectionsMax,
    scheduling: 'lifo',
  });
  /** Requests under way. */
  busy = 0;

  constructor(path: string) {
    this.path = path;
  }
}

export class Fronts {
  readonly #dir: string;
  readonly #ways = new Map<string, FrontWay>();
  #turn = 0;

  constructor(dir: string) {
    this.#dir = dir;
    watch(dir, () => this.#look()).unref();
    this.#look();
  }

  /** The least busy of those that are not in `tried`; each has its turn among equals. */
  pick(tried: ReadonlySet<FrontWay>): FrontWay | undefined {
    const ways = [...this.#ways.values()].filter((way) => !tried.has(way));
    this.#turn += 1;
    let best: FrontWay | undefined;
    for (let at = 0; at < ways.length; at += 1) {
      const way = ways[(at + this.#turn) % ways.length] as FrontWay;
      if (best === undefined || way.busy < best.busy) best = way;
    }
    return best;
  }

  /** As `pick`, and waits for one to come. */
  async find(tried: ReadonlySet<FrontWay>): Promise<FrontWay | undefined> {
    const until = performance.now() + frontWaitMs;
    for (;;) {
      const way = this.pick(tried);
      if (way !== undefined || performance.now() > until) return way;
      await new Promise((resolve) => setTimeout(resolve, lookMs));
      this.#look();
    }
  }

  /** It does not take connections. Its socket may be a leftover; one that is made anew is another front's. */
  lost(way: FrontWay): void {
    if (this.#ways.get(way.path) === way) this.#ways.delete(way.path);
    way.agent.destroy();
  }

  #look(): void {
    const found = new Set(
      readdirSync(this.#dir)
        .filter((file) => file.endsWith(SECURE_SOCKET_SUFFIX))
        .map((file) => join(this.#dir, file)),
    );
    for (const [path, way] of this.#ways) {
      if (found.has(path)) continue;
      this.#ways.delete(path);
      dropIdle(way.agent);
    }
    for (const path of found) if (!this.#ways.has(path)) this.#ways.set(path, new FrontWay(path));
  }
}

/** Connections in use go on. */
function dropIdle(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets))
    for (const socket of sockets ?? []) socket.destroy();
}
