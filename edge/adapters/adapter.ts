// What an adapter is. Each handler convention has one: it looks at what the user's module exports and answers
// with a handler of the Workers shape, which the harness then runs.
//
// The types of the runtime are spelled out here, as far as they are used, so that the adapters are checked and
// tested under Node as well as under workers-types.

import type { InstanceInfo } from '../contract/console-line.ts';

export type Env = Readonly<Record<string, unknown>>;

export interface ExecutionContextLike {
  waitUntil(promise: Promise<unknown>): void;
  passThroughOnException?(): void;
}

/** What the harness knows of one request besides the request. */
export interface Invocation {
  /** The request id; never empty. */
  readonly id: string;
  /** Path at which the function is mounted, or an empty string at the root of a host. */
  readonly mount: string;
  readonly info: InstanceInfo;
  /** What the handler returned is asked for, not the response that it means. */
  readonly asReturned?: boolean;
}

/** What it gives is awaited once, by the harness, which also checks that it is a Response. */
export type FetchHandler = (
  request: Request,
  env: Env,
  ctx: ExecutionContextLike,
  invocation: Invocation,
) => unknown;

/** A user's function, of any shape. */
// biome-ignore lint/suspicious/noExplicitAny: the user's own functions take and give whatever they like.
export type AnyFunction = (this: unknown, ...args: any[]) => unknown;

export type Exports = Readonly<Record<string, unknown>>;

/** A class that extends `WorkerEntrypoint`. */
// biome-ignore lint/suspicious/noExplicitAny: mixin classes must take any arguments.
export type EntrypointClass = new (...args: any[]) => { env: Env; ctx: ExecutionContextLike };

export interface Adapted {
  /** Undefined when the module exports nothing that the convention can call; `problem` says why. */
  readonly fetch: FetchHandler | undefined;
  /** For the person who deploys: what was looked for, what there is, what to do. */
  readonly problem?: string;
  /** Handlers of other events (`scheduled`, `queue`, ...), by name. */
  readonly events?: Readonly<Record<string, AnyFunction>>;
  /** Set when the default export is a class, which workerd must be given as a class. */
  readonly entrypoint?: EntrypointClass;
}

export type Adapter = (exports: Exports, name: string) => Adapted;

/**
 * The handler broke the convention's rules: it returned what cannot be a response, or lacks a variable that it
 * requires. Its message is complete without a stack, since the user's code is no longer on the stack.
 */
export class HandlerFault extends Error {
  override readonly name = 'HandlerFault';
}

/** The client's request cannot be what the convention promises to the handler; the answer is a 400. */
export class RequestFault extends Error {
  override readonly name = 'RequestFault';
}

/** Names a value in a message: its kind, and a glimpse of it. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'function') return value.name ? `the function "${value.name}"` : 'a function';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') {
    const maker = (value as { constructor?: { name?: string } }).constructor?.name;
    const keys = Object.keys(value).slice(0, 5).join(', ');
    return maker && maker !== 'Object' ? `an object of class ${maker}` : `an object with the keys {${keys}}`;
  }
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return `the ${typeof value} ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`;
}
