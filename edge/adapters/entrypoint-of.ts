// The named exports of the user's module as workerd knows them, with the properties that a binding gives them.

import type { ExecutionContextLike } from './adapter.ts';

/** A stub: `fetch`, and methods of any name. */
export type EntrypointStub = Record<string, (...args: readonly unknown[]) => Promise<unknown>> & {
  fetch(request: Request): Promise<Response>;
};

type Exports = Record<string, ((options: { props: unknown }) => EntrypointStub) | undefined>;

/** @throws {TypeError} naming the entrypoint, when the module has none of that name. */
export function entrypointOf(
  ctx: ExecutionContextLike,
  { entrypoint, props }: { readonly entrypoint: string | null; readonly props?: unknown },
): EntrypointStub {
  const exported = (ctx as { exports?: Exports }).exports ?? {};
  const found = exported[entrypoint ?? 'default'];
  if (typeof found === 'function') return found({ props: props ?? {} });
  throw new TypeError(
    `A binding leads to the entrypoint "${entrypoint ?? 'default'}", which this function does not have; it exports ${Object.keys(exported).join(', ') || 'none'}: export a class that extends WorkerEntrypoint, or an object with fetch, of that name.`,
  );
}

/** What is to be said of the first name that the module should export and does not; undefined if it has them all. */
export function lackingExport(ctx: ExecutionContextLike, names: readonly string[]): string | undefined {
  const exported = (ctx as { exports?: Exports }).exports ?? {};
  const name = names.find((wanted) => exported[wanted] === undefined);
  if (name === undefined) return undefined;
  const others = Object.keys(exported).filter((other) => other !== 'default');
  return `A binding leads to the class "${name}", which the module does not export; it exports ${others.join(', ') || 'no other than its default'}: export it from the entry file.`;
}
