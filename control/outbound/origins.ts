// What fronts send to other hosts, by function: whose connections they count among, and by which policy.

import type { OriginWay } from '../../edge/contract/origin.ts';
import { Caller } from './caller.ts';
import type { Exchange } from './exchange.ts';
import { connectTimeoutMs, originCallerKeptMs, regionConnectTimeoutMs } from './limits.ts';
import { OriginPolicy } from './origin-policy.ts';
import type { PlatformRules } from './policy.ts';
import { RefusalLog } from './refusal-log.ts';
import { Resolver } from './resolver.ts';

export class Origins {
  readonly #connectionsMax: number;
  readonly #policies: Readonly<Record<OriginWay['kind'], OriginPolicy>>;
  readonly #resolver = new Resolver();
  readonly #log = new RefusalLog();
  readonly #callers = new Map<string, Caller>();
  readonly #sweep: NodeJS.Timeout;

  constructor(rules: PlatformRules, connectionsMax: number) {
    this.#connectionsMax = connectionsMax;
    this.#policies = { rule: new OriginPolicy('rule', rules), region: new OriginPolicy('region', rules) };
    this.#sweep = setInterval(() => this.#forgetIdle(), originCallerKeptMs).unref();
  }

  /** Requests and connections under way. */
  get connections(): number {
    return [...this.#callers.values()].reduce((sum, { connections }) => sum + connections, 0);
  }

  exchangeOf(way: OriginWay): Exchange {
    const region = way.kind === 'region';
    return {
      record: { function: way.function, version: way.version },
      policy: this.#policies[way.kind],
      caller: this.#callerOf(way.function),
      ...{ resolver: this.#resolver, log: this.#log },
      passage: {
        host: way.host,
        added: Object.entries(way.headers).flat(),
        ...{ timeoutMs: way.timeoutMs, streamTimeoutMs: way.streamTimeoutMs },
        connectTimeoutMs: region ? regionConnectTimeoutMs : connectTimeoutMs,
        trusted: way.trusted === true,
      },
    };
  }

  close(): void {
    clearInterval(this.#sweep);
    for (const caller of this.#callers.values()) caller.close();
  }

  #callerOf(functionId: string): Caller {
    const known = this.#callers.get(functionId);
    if (known) return known;
    const caller = new Caller(functionId, this.#connectionsMax);
    this.#callers.set(functionId, caller);
    return caller;
  }

  #forgetIdle(): void {
    for (const [id, caller] of this.#callers) {
      if (caller.connections > 0) continue;
      caller.close();
      this.#callers.delete(id);
    }
  }
}
