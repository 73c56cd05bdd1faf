// Goal: shares may change at any time without a failed request, visitors stay with their version, and owners see any.
// Method: a whole platform whose deployments are changed through the API, and visitors who call meanwhile.

import { expect, test } from 'vitest';
import { testToken } from '../support/test-platform.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';

const platform = useSharedSelvedge();
const owner = { authorization: `Bearer ${testToken}` };

const source = (says: string, name: string): string =>
  `export default { fetch: () => new Response('${says}') }; // ${name}`;

interface Two {
  readonly old: string;
  readonly fresh: string;
  /** Gives the new version a share, in percent, and the old one the rest. */
  readonly share: (percent: number) => Promise<void>;
}

async function useTwo(name: string, settings: object = {}): Promise<Two> {
  const { active_version: old } = await platform.create(name, source('old', name), settings);
  const { body } = await platform.api<{ version: string }>('PUT', `/functions/${name}`, {
    code: source('new', name),
    deploy: false,
  });
  const fresh = body.version;
  const share = async (percent: number): Promise<void> => {
    const versions = [
      { version: fresh, share: percent },
      { version: String(old), share: 100 - percent },
    ];
    const answer = await platform.api('POST', `/functions/${name}/deployments`, { versions });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  };
  return { old: String(old), fresh, share };
}

const durationMs = 30_000;
const changeEveryMs = 100;
const clients = 4;

test('no request fails while shares change every 100 ms for 30 s, and each share is kept to', async () => {
  const { share } = await useTwo('restless');
  const steps = [1, 10, 50, 90, 99, 0, 35, 100, 65];
  const tallies = new Map(steps.map((percent) => [percent, { requests: 0, fresh: 0 }]));
  /** The share that all fronts have; undefined while it changes. */
  let current: number | undefined;
  let changes = 0;
  let ended = false;
  const faults: string[] = [];
  const client = async (): Promise<void> => {
    while (!ended) {
      const [at, change] = [current, changes];
      const { status, text } = await platform
        .call('restless')
        .catch((error: unknown) => ({ status: 0, text: String(error) }));
      if (status !== 200 || !['old', 'new'].includes(text)) faults.push(`${status} ${text}`);
      // Served under one share from its beginning to its end.
      const tally = at !== undefined && change === changes && current === at ? tallies.get(at) : undefined;
      if (!tally) continue;
      tally.requests += 1;
      if (text === 'new') tally.fresh += 1;
    }
  };
  const load = Array.from({ length: clients }, client);
  const until = Date.now() + durationMs;
  while (Date.now() < until) {
    const next = Date.now() + changeEveryMs;
    const percent = steps[changes % steps.length] as number;
    current = undefined;
    await share(percent);
    changes += 1;
    current = percent;
    const restMs = next - Date.now();
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
  }
  ended = true;
  await Promise.all(load);
  expect(faults).toEqual([]);
  expect(changes).toBeGreaterThan(durationMs / changeEveryMs / 4);
  for (const [percent, { requests, fresh }] of tallies) {
    const mean = (requests * percent) / 100;
    const deviation = Math.sqrt((mean * (100 - percent)) / 100);
    expect(requests, `requests at ${percent} %`).toBeGreaterThan(30);
    // Five deviations: once in a million runs by chance.
    expect(Math.abs(fresh - mean), `${fresh} of ${requests} at ${percent} %`).toBeLessThanOrEqual(
      5 * deviation,
    );
  }
}, 120_000);

test('visitors by cookie only come to the new version as its share grows, at whichever front they arrive', async () => {
  const { share, fresh, old } = await useTwo('steady', { sticky: { by: 'cookie' } });
  const jars = new Map<number, string>();
  const visit = async (visitor: number): Promise<string> => {
    const cookie = jars.get(visitor);
    const { headers, text } = await platform.call('steady', '/', cookie ? { headers: { cookie } } : {});
    const [set] = (headers['set-cookie'] as string[] | undefined) ?? [];
    if (set) jars.set(visitor, String(set.split(';')[0]));
    return text;
  };
  const visitors = Array.from({ length: 100 }, (_, n) => n);
  let came = new Set<number>();
  for (const percent of [1, 10, 50, 99]) {
    await share(percent);
    const now = new Set<number>();
    for (const visitor of visitors) {
      const [first, again] = [await visit(visitor), await visit(visitor)];
      expect(again).toBe(first);
      if (first === 'new') now.add(visitor);
      expect(jars.get(visitor)?.slice(-8)).toBe((first === 'new' ? fresh : old).slice(0, 8));
    }
    expect([...came].filter((visitor) => !now.has(visitor))).toEqual([]);
    came = now;
  }
  expect(came.size).toBeGreaterThan(80);
  // The old version is kept for those who had it, and nobody else.
  const stayed = visitors.filter((visitor) => jars.get(visitor)?.endsWith(old.slice(0, 8)));
  const anybody = 1000;
  await share(100);
  for (const visitor of [...stayed, anybody])
    expect(await visit(visitor)).toBe(stayed.includes(visitor) ? 'old' : 'new');
});

test('an owner looks at any version, and a stranger only at the one that he gets', async () => {
  const { fresh, old } = await useTwo('shown');
  const alias = await platform.api<{ url: string }>('PUT', '/functions/shown/aliases/staging', {
    version: fresh,
  });
  expect([alias.status, alias.body.url]).toEqual([
    expect.any(Number),
    expect.stringContaining('staging-shown.localhost'),
  ]);
  expect((await platform.call('staging-shown.localhost')).text).toBe('new');
  const ask = async (wanted: string, headers: Record<string, string> = owner): Promise<unknown[]> => {
    const answer = await platform.call('shown', '/', {
      headers: { ...headers, 'x-selvedge-version': wanted },
    });
    return [answer.status === 200 ? answer.text : answer.status, answer.headers['x-selvedge-version']];
  };
  expect(await ask('staging')).toEqual(['new', fresh]);
  expect(await ask(fresh.slice(0, 10))).toEqual(['new', fresh]);
  expect(await ask('show')).toEqual(['old', old]);
  expect(await ask('99'.repeat(32))).toEqual([404, expect.anything()]);
  expect(await ask(fresh, {})).toEqual(['old', undefined]);

  const { body: key } = await platform.api<{ token: string }>('POST', '/keys', {
    name: 'caller',
    role: 'invoker',
    projects: null,
  });
  const invoker = { 'x-api-key': key.token };
  expect(await ask(fresh, invoker)).toEqual(['old', undefined]);
  expect(await ask('show', invoker)).toEqual(['old', old]);
});
