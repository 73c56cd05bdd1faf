// Runs the suite's client against an address, with the suite's own origin behind it.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Kind = 'required' | 'optimal' | 'check';

export interface SuiteTest {
  readonly id: string;
  readonly name: string;
  readonly kind: Kind;
  readonly dependsOn: readonly string[];
  readonly forBrowsers: boolean;
}

/** True, or the kind of failure and its message. */
export type Outcome = true | readonly [string, string];

interface RawTest {
  readonly id: string;
  readonly name: string;
  readonly kind?: Kind;
  readonly depends_on?: readonly string[];
  readonly browser_only?: boolean;
}

type Handler = (path: string[], request: unknown, response: unknown) => void;

const load = <T>(suite: string, file: string): Promise<T> =>
  import(pathToFileURL(join(suite, file)).href) as Promise<T>;

/** The suite's server: it does what each test has told it. */
export async function startOrigin(suite: string): Promise<{ server: Server; port: number }> {
  const handlers = Object.fromEntries(
    await Promise.all(
      ['config', 'test', 'state'].map(
        async (name) =>
          [name, (await load<{ default: Handler }>(suite, `server/handle-${name}.mjs`)).default] as const,
      ),
    ),
  );
  const server = createServer((request, response) => {
    const [name = '', ...rest] = new URL(String(request.url), 'http://origin').pathname.slice(1).split('/');
    const handler = handlers[name];
    if (handler) handler(rest, request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

export async function listTests(suite: string): Promise<SuiteTest[]> {
  const { default: groups } = await load<{ default: { tests: RawTest[] }[] }>(suite, 'tests/index.mjs');
  return groups.flatMap(({ tests }) =>
    tests.map(({ id, name, kind = 'required', depends_on = [], browser_only = false }) => ({
      ...{ id, name, kind, dependsOn: depends_on, forBrowsers: browser_only },
    })),
  );
}

/** `only` names tests; undefined is all of them. */
export async function runSuite(
  suite: string,
  base: string,
  fetchLike: typeof fetch,
  only?: readonly string[],
): Promise<Record<string, Outcome>> {
  const { default: groups } = await load<{ default: { tests: RawTest[] }[] }>(suite, 'tests/index.mjs');
  const { runTests, getResults } = await load<{
    runTests(tests: unknown, fetch: unknown, browser: boolean, base: string): Promise<void>;
    getResults(): Record<string, Outcome>;
  }>(suite, 'client/runner.mjs');
  const wanted = groups.map((group) => ({
    ...group,
    tests: group.tests.filter(({ id }) => only === undefined || only.includes(id)),
  }));
  await runTests(wanted, fetchLike, false, base);
  return getResults();
}
