// What `functions dev` tells, and how a person reads it. Pure.

import type { ConsoleLevel } from '../../../edge/contract/console-line.ts';

export type DevEvent =
  | {
      readonly kind: 'ready';
      readonly url: string;
      /** The same at the function's own host, as on the platform. */
      readonly hostUrl: string;
      /** Where a debugger attaches; null without one. */
      readonly inspector: string | null;
    }
  | {
      readonly kind: 'built';
      readonly version: string;
      /** Files that changed; empty at the start. */
      readonly files: readonly string[];
      /** From the change to the moment when the new version answers. */
      readonly ms: number;
      /** The build log; after the first build, what is new in it. */
      readonly logs: readonly string[];
    }
  | { readonly kind: 'unchanged'; readonly files: readonly string[] }
  | {
      readonly kind: 'build-failed';
      readonly code: string;
      readonly message: string;
      readonly files: readonly string[];
      /** Whether an earlier version goes on. */
      readonly serving: boolean;
    }
  | {
      readonly kind: 'log' | 'error';
      readonly level: ConsoleLevel;
      readonly message: string;
      readonly stack: string | null;
      readonly requestId: string | null;
      readonly time: string;
    }
  | {
      readonly kind: 'request';
      readonly requestId: string;
      readonly method: string;
      readonly path: string;
      readonly status: number;
      readonly ms: number;
      /** Code of an error that the platform made, or that the handler threw. */
      readonly error: string | null;
    }
  | { readonly kind: 'notice'; readonly message: string }
  | { readonly kind: 'ended' };

/** One or more lines, without a line break at the end. */
export function describeDevEvent(event: DevEvent): string {
  switch (event.kind) {
    case 'ready':
      return [
        `Running at ${event.url} (and ${event.hostUrl}); Ctrl-C ends it.`,
        ...(event.inspector === null ? [] : [`Debugger at ${event.inspector}`]),
      ].join('\n');
    case 'built': {
      const why = event.files.length > 0 ? `${event.files.join(', ')} changed: ` : '';
      return [...event.logs, `${why}version ${event.version.slice(0, 8)} serves, ${event.ms} ms`].join('\n');
    }
    case 'unchanged':
      return `${event.files.join(', ')} changed: nothing that the function is made of`;
    case 'build-failed':
      return `${event.code} ${event.message}\n${event.serving ? 'The last version that worked goes on.' : 'Nothing serves yet.'}`;
    case 'log':
    case 'error':
      return describeLine(event.level, event.message, event.stack);
    case 'request': {
      const error = event.error === null ? '' : ` ${event.error}`;
      return `${event.method} ${event.path} ${event.status}${error} ${event.ms} ms`;
    }
    case 'notice':
      return event.message;
    case 'ended':
      return 'Ended.';
  }
}

/** A stack begins with its message as a rule; then the message is not said twice. */
export function describeLine(level: ConsoleLevel, message: string, stack: string | null): string {
  const text = stack === null ? message : stack.includes(message) ? stack : `${message}\n${stack}`;
  return level === 'log' ? text : `[${level}] ${text}`;
}
