// One function as the outbound knows it, whichever of its versions calls: what it has under way, and its idle
// connections. No other function is ever given one of them.

import { type ClientRequestArgs, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { idleConnectionMs, idleConnectionsPerFunctionMax, lookupsPerFunctionMax } from './limits.ts';
import { OutboundError } from './outbound-error.ts';
import type { LookupTurn } from './resolver.ts';

/** Besides host, port and TLS, the addresses that were allowed for a connection are part of its name. */
export type AgentRequest = ClientRequestArgs & { readonly allowedAddresses?: string };

export class Caller implements LookupTurn {
  readonly function: string;
  readonly #connectionsMax: number;
  readonly #http = keepingAgent(HttpAgent, () => this.#idle());
  readonly #https = keepingAgent(HttpsAgent, () => this.#idle());
  readonly #waiting: (() => void)[] = [];
  #lookups = 0;
  connections = 0;

  constructor(functionId: string, connectionsMax: number) {
    this.function = functionId;
    this.#connectionsMax = connectionsMax;
  }

  agent(tls: boolean): HttpAgent {
    return tls ? this.#https : this.#http;
  }

  /**
   * Counts a connection until the returned function is called, however often.
   *
   * @throws {OutboundError} FN_007 when the function has as many as it may.
   */
  enter(): () => void {
    if (this.connections >= this.#connectionsMax) {
      throw new OutboundError(
        'FN_007',
        429,
        `This function has ${this.connections} requests and connections of its own under way, which is as many as a function may: wait for some to end, and read or cancel the body of every response.`,
        { retryAfterSeconds: 1 },
      );
    }
    this.connections += 1;
    let left = false;
    return () => {
      if (!left) this.connections -= 1;
      left = true;
    };
  }

  async lookup<T>(work: () => Promise<T>): Promise<T> {
    if (this.#lookups < lookupsPerFunctionMax) this.#lookups += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#lookups -= 1;
    }
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #idle(): number {
    return [this.#http, this.#https]
      .flatMap((agent) => Object.values(agent.freeSockets))
      .reduce((sum, sockets) => sum + (sockets?.length ?? 0), 0);
  }
}

/** An agent whose connections are used again only for addresses that were allowed to them. */
function keepingAgent(Base: typeof HttpAgent, idle: () => number): HttpAgent {
  class KeepingAgent extends Base {
    override getName(options?: AgentRequest): string {
      return `${options?.allowedAddresses}|${super.getName(options)}`;
    }

    /** False closes the connection. */
    override keepSocketAlive(socket: Socket): boolean {
      return idle() < idleConnectionsPerFunctionMax && Boolean(super.keepSocketAlive(socket));
    }
  }
  return new KeepingAgent({ keepAlive: true, scheduling: 'lifo', timeout: idleConnectionMs });
}
