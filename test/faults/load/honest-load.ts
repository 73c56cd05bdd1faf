// The runner's side of the honest load: starts the generator, and gives figures of any stretch of time.

import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { percentile } from '../../bench/statistics.ts';
import type { FromGenerator, LoadPlan, Sample } from './protocol.ts';

export interface Figures {
  readonly requests: number;
  readonly failed: number;
  /** How often each fault was met. */
  readonly faults: Readonly<Record<string, number>>;
  /** Of requests that were answered rightly, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
  /** By which the generator itself was late in 1 of 100 requests: a bound of what is not the platform's. */
  readonly generatorP99Ms: number;
}

export const now = (): number => performance.timeOrigin + performance.now();

export class HonestLoad {
  readonly #child: ChildProcess;
  readonly #plan: LoadPlan;
  #samples: Sample[] = [];
  /** Since the start, forgotten samples included. */
  #requests = 0;
  #failed = 0;
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  /** Whether the kernel lets the generator go before what it measures. */
  readonly ahead: boolean;

  constructor(plan: LoadPlan) {
    this.#plan = plan;
    this.#child = fork(join(import.meta.dirname, 'generator.ts'), [JSON.stringify(plan)], {
      execArgv: [],
    });
    this.ahead = goAhead(this.#child.pid);
    this.#child.on('message', (message: FromGenerator) => {
      if ('samples' in message) this.#take(message.samples);
      else this.#waiting.get(message.settled)?.resolve();
    });
    this.#child.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(generatorEnded());
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when every request that was due before `at` has ended; rejects when the generator has. */
  async settled(at: number): Promise<void> {
    if (!this.#child.connected) throw generatorEnded();
    const waiting = Promise.withResolvers<void>();
    this.#waiting.set(at, waiting);
    this.#child.send({ settle: at });
    await waiting.promise.finally(() => this.#waiting.delete(at));
  }

  /** Requests that were due from `from` to `to`; all of them have ended when it resolves. */
  async samples(from: number, to: number): Promise<Sample[]> {
    await this.settled(to);
    return this.#samples.filter(({ dueAt }) => dueAt >= from && dueAt < to);
  }

  async figures(from: number, to: number): Promise<Figures> {
    return summarise(await this.samples(from, to));
  }

  /** The method of a sample's function. */
  method(sample: Sample): 'GET' | 'POST' {
    return this.#plan.functions[sample.function]?.method ?? 'GET';
  }

  /** All requests since the start; all that were due have ended when it resolves. */
  async total(): Promise<Pick<Figures, 'requests' | 'failed'>> {
    await this.settled(now());
    return { requests: this.#requests, failed: this.#failed };
  }

  /** Drops samples that nobody will ask for any more. */
  forgetBefore(at: number): void {
    this.#samples = this.#samples.filter(({ dueAt }) => dueAt >= at);
  }

  #take(samples: readonly Sample[]): void {
    this.#samples.push(...samples);
    this.#requests += samples.length;
    this.#failed += samples.filter(({ fault }) => fault !== undefined).length;
  }

  async stop(): Promise<void> {
    if (!this.#child.connected) return;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    await exited;
  }
}

const generatorEnded = (): Error => new Error('the generator of the honest load has ended');

function summarise(samples: readonly Sample[]): Figures {
  const right = samples.filter(({ fault }) => fault === undefined).map(({ latencyMs }) => latencyMs);
  const faults: Record<string, number> = {};
  for (const { fault } of samples) if (fault !== undefined) faults[fault] = (faults[fault] ?? 0) + 1;
  return {
    requests: samples.length,
    failed: samples.length - right.length,
    faults,
    p50Ms: percentile(right, 0.5),
    p99Ms: percentile(right, 0.99),
    slowestMs: percentile(right, 1),
    generatorP99Ms: percentile(
      samples.map(({ lateMs }) => lateMs),
      0.99,
    ),
  };
}

/**
 * Visitors have machines of their own: that their program waits for a processor here is nothing that the platform
 * can help. So it goes before everything else, as the kernel's real-time class does; it uses some 5 % of a processor.
 * Where the user may not have that, `generatorP99Ms` shows what the wait was.
 */
function goAhead(pid: number | undefined): boolean {
  const { status } = spawnSync('chrt', ['--all-tasks', '--rr', '--pid', '1', String(pid)]);
  return status === 0; // The runner prints that it lacks the privilege, or the program.
}
