// What workerd says of a module that throws at its top level, in the words and places of the user's source.

import { mapStack } from './map-stack.ts';

/** workerd writes `  at index.js:17:11 in mk` where V8 writes `    at mk (index.js:17:11)`. */
const WORKERD_FRAME = /^\s*at (\S+:\d+:\d+)(?: in (.+))?$/;
/** Names in our config that mean nothing to a user. */
const SERVICE = /\bservice main: (?:Uncaught )?/g;

export function mapStartFailure(
  message: string,
  sourceMap: string,
  modules?: Readonly<Record<string, string>> | undefined,
): string {
  const asV8 = message
    .replaceAll(SERVICE, '')
    .split('\n')
    .map((line) => {
      const [, place, callee] = WORKERD_FRAME.exec(line) ?? [];
      if (place === undefined) return line;
      return callee === undefined ? `    at ${place}` : `    at ${callee} (${place})`;
    });
  return mapStack(asV8.join('\n'), sourceMap, modules);
}
