// Service-worker syntax: `addEventListener('fetch', (event) => event.respondWith(...))`. workerd dispatches no
// such events to an ES module, which every bundle is, so the listeners are kept here and `module.ts` calls them.

import type { AnyFunction } from './adapter.ts';

const CAPTURED = new Set(['fetch', 'scheduled']);

export type Listeners = ReadonlyMap<string, readonly AnyFunction[]>;

/** Listeners for other events go to the runtime as before. */
export function captureListeners(target: Record<string, unknown>): Listeners {
  const listeners = new Map<string, AnyFunction[]>();
  const original = target.addEventListener;
  target.addEventListener = (type: string, listener: unknown, ...rest: unknown[]): unknown => {
    const call =
      typeof listener === 'function'
        ? (listener as AnyFunction)
        : (listener as { handleEvent?: AnyFunction } | null)?.handleEvent?.bind(listener);
    if (CAPTURED.has(type) && call) {
      listeners.set(type, [...(listeners.get(type) ?? []), call]);
      return undefined;
    }
    return (original as AnyFunction | undefined)?.call(target, type, listener, ...rest);
  };
  return listeners;
}
