// The parts. Telemetry is no process here: control follows console files and stores logs, so it dies with control.
// What a function logs while control is away must be in its log afterwards.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../faults/attack/ask.ts';
import { descendants } from '../faults/inventory.ts';
import type { TestPlatform } from '../support/test-platform.ts';
import { waitFor } from '../support/wait-for.ts';
import { asPromised, type Part } from './part.ts';

/** Started anew for each call, as it is idle for longer than it is kept. */
export const coldFunction = {
  name: 'often-cold',
  code: `export default { fetch: () => new Response('warm now') };`,
  settings: { scaling: { idleSeconds: 1 } },
} as const;

/** Logs the path that it is called at. */
export const tellingFunction = {
  name: 'telling',
  code: `export default { fetch(request) { console.log(new URL(request.url).pathname); return new Response('told'); } };`,
  settings: { scaling: { minInstances: 1 } },
} as const;

/** Calls out, and answers with what became of it. */
export const callerFunction = (originPort: number) =>
  ({
    name: 'honest-caller',
    code: `export default {
  async fetch() {
    const response = await fetch('http://127.0.0.1:${originPort}/');
    await response.arrayBuffer();
    return new Response(\`\${response.status}\`);
  },
};`,
    settings: { egress: [`127.0.0.1:${originPort}`] },
    method: 'GET',
  }) as const;

/** Answers that are kept, each for a second. */
export const keptFunction = {
  name: 'honest-kept',
  code: `export default { fetch: () => new Response('kept') };`,
  settings: { rules: { cache: { ttl: 1 } } },
  method: 'GET',
  expected: 'kept',
} as const;

const pidsOf = (platform: TestPlatform, kind: string): number[] =>
  platform
    .processes()
    .filter((record) => record.kind === kind)
    .sort((a, b) => a.id.localeCompare(b.id))
    .map(({ pid }) => pid);

const oneOf = (pids: readonly number[], turn: number): number[] => pids.slice(turn % pids.length).slice(0, 1);

/** Processes of control that have no record: what was spawned ahead of time, sandbox and all. */
function blanks(platform: TestPlatform): number[] {
  const recorded = new Set(platform.processes().map(({ pid }) => pid));
  const blankIds = readdirSync(join(platform.dataDir, 'run/slots')).filter((name) =>
    name.startsWith('instance-'),
  );
  if (blankIds.length === 0) return [];
  return descendants(platform.pid).filter(
    (pid) => !recorded.has(pid) && !descendants(pid).some((child) => recorded.has(child)),
  );
}

const told = (turn: number): string => `/while-control-was-away-${turn}`;

const nothing = (): boolean => false;

export const parts: readonly Part[] = [
  {
    name: 'control',
    promise: 'no request fails; telemetry, which is in control, included',
    victims: () => [],
    strike: async (platform, turn) => {
      await platform.end('SIGKILL');
      await ask({ port: platform.edgePort, name: tellingFunction.name, path: told(turn) });
      await platform.start();
    },
    afterwards: async (platform, turn) => {
      const read = async (): Promise<boolean> => {
        const { body } = await platform.api<{ logs: { message: string }[] }>(
          'GET',
          `/functions/${tellingFunction.name}/logs`,
        );
        return body.logs.some(({ message }) => message === told(turn));
      };
      return await waitFor('the line', read, 5000).then(
        () => asPromised,
        () => 'a lost log line',
      );
    },
    allows: nothing,
  },
  {
    name: 'front',
    promise: 'only requests on the connections that it held, or that waited for it',
    victims: (platform, turn) => oneOf(pidsOf(platform, 'front'), turn),
    allows: ({ connection }) => connection !== 'kept',
  },
  {
    name: 'instance',
    promise: 'only POST that it had in flight',
    victims: (platform, turn) => oneOf(pidsOf(platform, 'instance'), turn),
    allows: ({ method, inFlight }) => method === 'POST' && inFlight,
  },
  {
    name: 'outbound',
    promise: 'only calls of functions that it had in flight',
    victims: (platform) => pidsOf(platform, 'outbound'),
    allows: ({ function: name, inFlight }) => name === 'honest-caller' && inFlight,
  },
  {
    name: 'cache',
    promise: 'only kept answers whose body was on its way',
    victims: (platform) => pidsOf(platform, 'cache'),
    allows: ({ function: name, inFlight }) => name === keptFunction.name && inFlight,
  },
  {
    name: 'pool',
    promise: 'no request fails, cold starts included',
    victims: blanks,
    afterwards: async (platform) => {
      const { what } = await ask({ port: platform.edgePort, name: coldFunction.name });
      return what === '200' ? asPromised : `a cold start that got ${what}`;
    },
    allows: nothing,
  },
];
