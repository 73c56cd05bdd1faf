// Goal: requests are answered by the nearest region that is there and may have them, whatever becomes of the regions.
// Method: four network namespaces with wires between them: a platform at home, another platform nearby, and two servers
// that are 40 and 120 ms away. One is killed, one is cut off, one becomes slow. What is asserted are states and headers.

import { expect, test } from 'vitest';
import type { TestPlatform } from '../support/test-platform.ts';
import { noNamespaces, useSelvedgeIn } from '../support/use-namespace.ts';
import { useHome, usePlace, useRegionServer } from '../support/use-region-network.ts';
import { waitFor } from '../support/wait-for.ts';

if (noNamespaces !== undefined) console.warn(`regions.test.ts is skipped: ${noNamespaces}`);
const testIn = test.skipIf(noNamespaces !== undefined);

const SECRET = 'a-secret-of-thirty-two-characters';
const BERLIN = { latitude: 52.52, longitude: 13.4 };
const PRAGUE = { latitude: 50.08, longitude: 14.43 };
const MADRID = { latitude: 40.42, longitude: -3.7 };
const BOSTON = { latitude: 42.36, longitude: -71.06 };

const code = `export default {
  fetch: (request, env) => Response.json({ region: env.PLACE, url: request.url }),
};`;

interface Health {
  readonly health: {
    readonly healthy: boolean;
    readonly latency_ms: number | null;
    readonly fault: string | null;
  };
}

testIn(
  'the nearest region answers, and others stand in for one that is killed, cut off or slow',
  async () => {
    const home = await useHome();
    const [one, two, three] = [await usePlace(home, 1), await usePlace(home, 2), await usePlace(home, 3)];
    const [platform, prague, madrid] = await Promise.all([
      useSelvedgeIn(home, { SELVEDGE_REGION: 'berlin' }),
      useSelvedgeIn(one.namespace, { SELVEDGE_REGION: 'prague', SELVEDGE_EDGE: '0.0.0.0:8080' }),
      useRegionServer(two, 'madrid', 40),
      useRegionServer(three, 'boston', 120),
    ]);

    // Each says where it is, and the two platforms share a secret.
    const add = async (to: TestPlatform, region: object): Promise<void> => {
      expect(await to.api('POST', '/regions', region)).toMatchObject({ status: 201 });
    };
    await add(prague, { name: 'prague', ...PRAGUE, hop_secret: SECRET });
    await add(platform, { name: 'berlin', ...BERLIN, tags: ['EU'] });
    const at = (address: string): string => `http://${address}:8080`;
    await add(platform, {
      name: 'prague',
      ...PRAGUE,
      tags: ['EU'],
      endpoint: at(one.address),
      hop_secret: SECRET,
    });
    await add(platform, { name: 'madrid', ...MADRID, tags: ['EU'], endpoint: at(two.address) });
    await add(platform, { name: 'boston', ...BOSTON, tags: ['US'], endpoint: at(three.address) });

    const regions = { run_in: ['boston', 'madrid', 'prague'] };
    await Promise.all([
      prague.create('any', code, { environment: { PLACE: 'prague' } }),
      platform.create('any', code, { rules: { regions } }),
      platform.create('pair', code, { rules: { regions: { run_in: ['boston', 'madrid'] } } }),
      platform.create('eu', code, {
        rules: { regions: { ...regions, residency: ['eu'], failover: ['boston'] } },
      }),
      platform.create('here', code, { environment: { PLACE: 'berlin' }, rules: { regions: {} } }),
    ]);
    const ask = async (name: string, init: Parameters<TestPlatform['call']>[2] = {}) => {
      const { status, headers, text } = await platform.call(name, '/x?y=1', init);
      const [region, why] = [headers['x-selvedge-region'], headers['x-selvedge-region-why']];
      return { status, region, why, body: JSON.parse(text) };
    };
    const healthOf = async (name: string): Promise<Health['health']> =>
      (await platform.api<Health>('GET', `/regions/${name}`)).body.health;
    const until = (name: string, region: string, why: RegExp): Promise<boolean> =>
      waitFor(`${name} to be answered by ${region}`, async () => {
        const answer = await ask(name);
        expect(answer.status).toBe(200);
        return answer.region === region && why.test(String(answer.why));
      });

    // All are there.
    await waitFor('all latencies', async () => {
      const all = await Promise.all(['prague', 'madrid', 'boston'].map(healthOf));
      return all.every(({ latency_ms: ms }) => ms !== null);
    });
    expect(await ask('any')).toMatchObject({
      region: 'prague',
      why: 'nearest (281 km)',
      body: { region: 'prague' },
    });
    expect(await ask('pair')).toMatchObject({
      region: 'madrid',
      body: { region: 'madrid', host: 'pair.localhost' },
    });
    expect(await ask('here')).toMatchObject({
      region: 'berlin',
      why: 'nearest (0 km)',
      body: { region: 'berlin' },
    });
    const [near, mid, far] = await Promise.all(['prague', 'madrid', 'boston'].map(healthOf));
    expect(near?.latency_ms).toBeLessThan(Number(mid?.latency_ms));
    expect(mid?.latency_ms).toBeLessThan(Number(far?.latency_ms));

    // Slow: the next one answers, until it is as fast as its distance again.
    madrid.setDelay(400);
    await until('pair', 'boston', /^latency \(1\d\d(\.\d)? ms; madrid is nearer and slow: 4\d\d/);
    madrid.setDelay(40);
    await until('pair', 'madrid', /^nearest \(\d+ km\)$/);

    // Killed: no request fails, whether it is known yet or not.
    await Promise.all(prague.processes().map(({ pid }) => process.kill(pid, 'SIGKILL')));
    await prague.end('SIGKILL');
    for (let request = 0; request < 5; request += 1) {
      const post = await ask('any', { method: 'POST', body: 'x'.repeat(100_000) });
      expect(post).toMatchObject({ status: 200, region: 'madrid', body: { length: 100_000 } });
      expect(await ask('any')).toMatchObject({
        ...{
          status: 200,
          region: 'madrid',
          why: expect.stringMatching(/^failover from prague \(nothing listens there/),
        },
      });
    }
    await waitFor('prague to be given up', async () => !(await healthOf('prague')).healthy);
    expect(await healthOf('prague')).toMatchObject({ fault: 'nothing listens there (ECONNREFUSED)' });

    // Cut off: whoever may go farther does, and what is to stay in the EU is refused and not sent out of it.
    two.wire('down');
    await until('any', 'boston', /^failover from prague/);
    await waitFor('madrid to be given up', async () => !(await healthOf('madrid')).healthy);
    const refused = await ask('eu');
    expect(refused).toMatchObject({ status: 503, region: undefined, body: { error: { code: 'FN_008' } } });
    expect(refused.body.error.message).toMatch(
      /^No region within EU .* is healthy: madrid \(.*prague \(nothing listens/,
    );
    two.wire('up');
    const back = await waitFor('madrid to be taken again', async () => {
      const answer = await ask('eu');
      return answer.status === 200 && answer;
    });
    expect(back).toMatchObject({ region: 'madrid', why: expect.stringMatching(/^failover from prague/) });
  },
);
