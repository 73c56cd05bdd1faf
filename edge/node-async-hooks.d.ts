// The one Node module that the edge uses, as far as it uses it. workers-types leaves Node's modules to
// @types/node, whose globals would hide those of workers.

declare module 'node:async_hooks' {
  export class AsyncLocalStorage<T> {
    getStore(): T | undefined;
    run<R>(store: T, callback: () => R): R;
  }
}
