// The memory of the instances that served a batch of invocations, read once for each: it is seen up to a second
// after the invocation, and of all that the instance does at a time.

import type { InvocationRecord } from '../../edge/contract/front-api.ts';
import type { Instance } from '../workerd/instance.ts';

/** Undefined where the instance is gone, or its memory cannot be read. */
export function batchMemory(
  instanceAt: (slot: number) => Instance | undefined,
): (record: InvocationRecord) => number | undefined {
  const read = new Map<number, number | undefined>();
  return ({ slot, function: id, version }) => {
    const instance = slot === undefined ? undefined : instanceAt(slot);
    // The slot may be another function's by now.
    if (!instance || instance.functionId !== id || instance.version !== version) return undefined;
    if (!read.has(instance.slot)) read.set(instance.slot, instance.resources.usage()?.memoryBytes);
    return read.get(instance.slot);
  };
}
