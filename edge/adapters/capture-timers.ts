// Wraps the functions that call back later. workerd says nothing when such a callback throws: no event, no
// output. The wrapper writes an error line and throws on, so that what else the runtime does is unchanged.

type Callback = (...args: unknown[]) => unknown;
type Schedule = (callback: unknown, ...rest: unknown[]) => unknown;

const SCHEDULERS = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];

/** Ids and `clear*` are the runtime's own: only the callback is another. */
export function captureTimers(target: Record<string, unknown>, onError: (error: unknown) => void): void {
  for (const name of SCHEDULERS) {
    const original = target[name];
    if (typeof original !== 'function') continue;
    const schedule = (original as Schedule).bind(target);
    const wrapped = (callback: unknown, ...rest: unknown[]): unknown => {
      if (typeof callback !== 'function') return schedule(callback, ...rest);
      const guarded = (...args: unknown[]): unknown => {
        try {
          return (callback as Callback)(...args);
        } catch (error) {
          onError(error);
          throw error;
        }
      };
      return schedule(guarded, ...rest);
    };
    // Name, length and the symbol by which `util.promisify` knows a timer.
    target[name] = Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
  }
}
