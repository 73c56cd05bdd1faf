// What the harness does to its isolate before the user's module is evaluated: it takes over console, timers and
// listeners, so that every word and every failure reaches the console file with the request it belongs to.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { InstanceInfo } from '../contract/console-line.ts';
import { INFO_BINDING } from '../contract/names.ts';
import { traceBindings } from './bound-fetch.ts';
import { captureConsole } from './capture-console.ts';
import { captureListeners, type Listeners } from './capture-listeners.ts';
import { captureTimers } from './capture-timers.ts';
import { openNamespaces } from './dispatch-namespace.ts';
import { hideSecrets } from './hide-secrets.ts';
import { LineWriter } from './line-writer.ts';
import type { Clock } from './places.ts';
import { failureOf, type RequestScope } from './request-scope.ts';

export interface Runtime {
  readonly writer: LineWriter;
  readonly info: InstanceInfo;
  readonly scopes: AsyncLocalStorage<RequestScope>;
  readonly listeners: Listeners;
  /** Without the values of secrets. */
  readonly hide: (text: string) => string;
  /** The runtime's own timers, whatever the user's module makes of the global ones. */
  readonly clock: Clock;
}

/** For a function that runs outside of the platform. */
const NO_INFO: InstanceInfo = { function: '', name: 'function', project: 'default', version: '' };

/**
 * `env` is the isolate's one environment: removing the info binding from it removes it from every `env` that
 * the user's code gets to see, also those of classes and of `cloudflare:workers`, and from process.env.
 */
export function createRuntime(global: Record<string, unknown>, env: Record<string, unknown>): Runtime {
  const info = readInfo(env[INFO_BINDING]);
  delete env[INFO_BINDING];

  const console = global.console as Record<string, unknown>;
  const print = (console.log as (line: string) => void).bind(console);
  const writer = new LineWriter(print, Date.now);
  const scopes = new AsyncLocalStorage<RequestScope>();
  const currentId = (): string | undefined => scopes.getStore()?.id;

  const clock: Clock = {
    now: Date.now,
    setInterval: (global.setInterval as typeof setInterval).bind(global),
    clearInterval: (global.clearInterval as (timer: unknown) => void).bind(global),
  };
  captureConsole(console, writer, currentId);
  captureTimers(global, (error) => {
    const { message, stack } = failureOf(error);
    writer.error('timer', message, stack, currentId());
  });
  const listeners = captureListeners(global);
  (global.addEventListener as (type: string, listener: (event: { reason: unknown }) => void) => void)(
    'unhandledrejection',
    (event) => {
      const { message, stack } = failureOf(event.reason);
      writer.error('unhandledrejection', message, stack, currentId());
    },
  );
  traceBindings(
    env,
    { bound: [...(info.bound ?? []), ...(info.namespaces ?? [])], own: info.own ?? [] },
    scopes,
  );
  openNamespaces(env, info.namespaces ?? []);
  const hide = (text: string): string => hideSecrets(text, info.secrets ?? [], env);
  return { writer, info, scopes, listeners, clock, hide };
}

function readInfo(binding: unknown): InstanceInfo {
  if (binding === undefined) return NO_INFO;
  return (typeof binding === 'string' ? JSON.parse(binding) : binding) as InstanceInfo;
}
