// Instances as their owners may look at them: which there are, and what the kernel says that each uses.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Caller, inScope } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { Instance } from '../workerd/instance.ts';
import type { Catalog } from './catalog.ts';
import type { InstanceSample, InstanceView } from './platform.ts';

/** Between two samples of one that is watched. */
const sampleEveryMs = 1000;
/** At a time, of all instances: each is some reads of the kernel's files a second. */
export const watchersMax = 100;

export interface InstancesOptions {
  readonly catalog: Pick<Catalog, 'get'>;
  readonly running: () => Iterable<Instance>;
}

export class Instances {
  readonly #options: InstancesOptions;
  #watchers = 0;

  constructor(options: InstancesOptions) {
    this.#options = options;
  }

  /** Those in the caller's projects, the oldest first. */
  list(by: Caller, functionId?: string): InstanceView[] {
    return [...this.#options.running()]
      .filter((instance) => functionId === undefined || instance.functionId === functionId)
      .toSorted((a, b) => a.readyAt - b.readyAt)
      .flatMap((instance) => this.#view(by, instance) ?? []);
  }

  get(by: Caller, id: string): InstanceView {
    const instance = this.#running(id);
    const view = instance && this.#view(by, instance);
    if (view) return view;
    throw new AppError(
      'FN_001',
      `There is no instance "${id.slice(0, 80)}": it may have been stopped, as idle ones are. A request to its function starts another.`,
    );
  }

  /** What is not there, or not the caller's, is refused before the first sample. */
  watch(by: Caller, id: string, signal: AbortSignal): AsyncIterable<InstanceSample> {
    this.get(by, id);
    if (this.#watchers >= watchersMax)
      throw new AppError(
        'FN_007',
        `${watchersMax} instances are watched already: close one of the watchers.`,
      );
    return this.#samples(by, id, signal);
  }

  async *#samples(by: Caller, id: string, signal: AbortSignal): AsyncGenerator<InstanceSample> {
    this.#watchers += 1;
    try {
      yield* this.#samplesUntil(by, id, signal);
    } finally {
      this.#watchers -= 1;
    }
  }

  async *#samplesUntil(by: Caller, id: string, signal: AbortSignal): AsyncGenerator<InstanceSample> {
    let before: { readonly at: number; readonly cpuMs: number } | undefined;
    while (!signal.aborted) {
      const instance = this.#running(id);
      const usage = instance && this.#view(by, instance)?.usage;
      if (!usage) return;
      const at = performance.now();
      const cpuPercent = before && (100 * (usage.cpuMs - before.cpuMs)) / (at - before.at);
      before = { at, cpuMs: usage.cpuMs };
      yield {
        time: new Date().toISOString(),
        ...usage,
        cpuPercent: cpuPercent === undefined ? null : Math.round(cpuPercent * 10) / 10,
      };
      await sleep(sampleEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #running(id: string): Instance | undefined {
    for (const instance of this.#options.running()) if (instance.id === id) return instance;
    return undefined;
  }

  /** Undefined for one that serves nobody's function, or that of somebody else. */
  #view({ actor }: Caller, instance: Instance): InstanceView | undefined {
    const record = this.#options.catalog.get(instance.functionId)?.record;
    if (!record || !inScope(actor.projects, record.project)) return undefined;
    const { id, functionId, version, memoryMb, readyAt } = instance;
    return {
      ...{ id, functionId, version },
      ...{ functionName: record.name, project: record.project, vcpu: record.vcpu, memory: memoryMb },
      readyAt: new Date(readyAt).toISOString(),
      usage: instance.resources.usage() ?? null,
    };
  }
}
