import { expect, test, vi } from 'vitest';
import type { InvocationRecord } from '../../edge/contract/front-api.ts';
import type { Instance } from '../workerd/instance.ts';
import { batchMemory } from './batch-memory.ts';

const record = (slot: number | undefined, more: Partial<InvocationRecord> = {}): InvocationRecord => ({
  ...{ seq: 1, requestId: 'r', function: 'fn_a', version: 'v', at: 0, method: 'GET', path: '/' },
  ...{ status: 200, durationMs: 1, coldStart: false, ...(slot !== undefined && { slot }), ...more },
});

test('reads an instance once for a batch, and knows nothing of one that is gone or serves another by now', () => {
  const usage = vi.fn(() => ({ cpuMs: 1, memoryBytes: 5000, peakMemoryBytes: 6000 }));
  const instance = { functionId: 'fn_a', version: 'v', slot: 3, resources: { usage } } as unknown as Instance;
  const memoryOf = batchMemory((slot) => (slot === 3 ? instance : undefined));
  expect([record(3), record(3)].map(memoryOf)).toEqual([5000, 5000]);
  expect(usage).toHaveBeenCalledTimes(1);
  const others = [record(4), record(undefined), record(3, { function: 'fn_b' }), record(3, { version: 'w' })];
  expect(others.map(memoryOf)).toEqual([undefined, undefined, undefined, undefined]);
});
