// What rules cost a request: CPU time of the fronts for a function without any, with a limiter, with the same one that says
// nothing, and with the whole chain: where the client is, a limiter, a JWT and an experiment. Each round starts a platform
// afresh; the variants take turns, and their order alternates.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { cpuTimeMs } from '../../../control/resources/process-usage.ts';
import { TestPlatform } from '../../support/test-platform.ts';
import { type BenchOptions, type Row, round } from '../row.ts';
import { helloSource } from '../sides.ts';
import { median } from '../statistics.ts';
import { type Load, wrk } from '../wrk.ts';

const connections = 32;
/** As rules write it, and no template of ours. */
const secretReference = `$${'{secrets.JWT}'}`;
const secret = 'a-secret-of-the-bench-of-32-characters';
/** Clients of the bench come from loopback, of which nothing is known: they are taken for this address. */
const somewhere = '193.99.144.80';
/** Each visitor has room, and is asked for a count all the same. */
const limiter = { name: 'all', algorithm: 'fixed', limit: 1_000_000, window: 1 };

const sections = {
  geo: { geo: { headers: true } },
  limit: { rate_limits: [limiter] },
  auth: { auth: { method: { type: 'jwt', secret: secretReference, issuer: 'bench' } } },
};

/** Their names are unique in a project. */
const experiment = (name: string) => ({
  experiments: [
    {
      name,
      variants: [
        { name: 'red', headers: { 'x-button': 'red' } },
        { name: 'blue', headers: { 'x-button': 'blue' } },
      ],
    },
  ],
});

const variants: Readonly<Record<string, object>> = {
  none: {},
  limit: sections.limit,
  quiet: { rate_limits: [{ ...limiter, headers: false }] },
  geo: sections.geo,
  auth: sections.auth,
  experiment: experiment('alone'),
  chain: { ...sections.geo, ...sections.limit, ...sections.auth, ...experiment('button') },
};

async function prepare(platform: TestPlatform, names: readonly string[]): Promise<string> {
  await platform.start();
  for (const name of names) {
    const scaling = { minInstances: 1, maxInstances: 1 };
    await platform.create(name, helloSource, { scaling });
    await platform.api('POST', `/functions/${name}/env`, { key: 'JWT', value: secret, secret: true });
    const { status, body } = await platform.api('PUT', `/functions/${name}`, { rules: variants[name] });
    if (status !== 200)
      throw new Error(`rules of ${name} were answered with ${status}: ${JSON.stringify(body)}`);
  }
  return new SignJWT({ sub: 'ada', roles: ['admin'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('bench')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
}

interface Spent {
  cpuMs: number;
  requests: number;
}

/** One second of load on one function, and what of the fronts' time it took. */
async function spend(platform: TestPlatform, name: string, headers: Load['headers']): Promise<Spent> {
  const fronts = platform.processes().filter(({ kind }) => kind === 'front');
  const cpu = (): number => fronts.reduce((sum, { pid }) => sum + (cpuTimeMs(pid) ?? Number.NaN), 0);
  const url = `http://127.0.0.1:${platform.edgePort}/`;
  const load = {
    url,
    host: `${name}.localhost`,
    headers,
    directory: platform.dataDir,
    connections,
    seconds: 1,
  };
  const before = cpu();
  const { requestsPerSecond, errors } = await wrk(load as Load);
  if (errors > 0) throw new Error(`${name}: ${errors} requests failed`);
  return { cpuMs: cpu() - before, requests: requestsPerSecond };
}

/**
 * Microseconds of all fronts for a request, by variant. A shared machine is slower at one time than at another, so that
 * the variants take turns, second by second.
 */
async function measure(
  platform: TestPlatform,
  names: readonly string[],
  token: string,
  seconds: number,
): Promise<Record<string, number>> {
  const sums = new Map<string, Spent>();
  const headers = new Map<string, Load['headers']>();
  for (const name of names) {
    // All variants are sent the same kind of headers, so that what is read of them is all that differs.
    const cookie = await cookieOf(platform, name, token);
    headers.set(name, { authorization: `Bearer ${token}`, cookie });
    await spend(platform, name, headers.get(name));
  }
  for (let second = 0; second < seconds; second += 1)
    for (const name of second % 2 === 0 ? names : names.toReversed()) {
      const { cpuMs, requests } = await spend(platform, name, headers.get(name));
      const sum = sums.get(name) ?? { cpuMs: 0, requests: 0 };
      sums.set(name, { cpuMs: sum.cpuMs + cpuMs, requests: sum.requests + requests });
    }
  return Object.fromEntries(
    [...sums].map(([name, { cpuMs, requests }]) => [`${name}FrontUs`, round((cpuMs * 1000) / requests, 1)]),
  );
}

/** A visitor who has been there before. */
async function cookieOf(platform: TestPlatform, name: string, token: string): Promise<string> {
  const { status, headers } = await platform.call(name, '/', {
    headers: { authorization: `Bearer ${token}` },
  });
  if (status !== 200) throw new Error(`${name} answered ${status}`);
  const set = [headers['set-cookie'] ?? []].flat().map((one) => String(one).split(';')[0]);
  return set.join('; ') || 'theme=dark';
}

export async function rulesRows({ rounds, seconds, say }: BenchOptions): Promise<Row[]> {
  const names = Object.keys(variants);
  const raw: Record<string, number>[] = [];
  for (let n = 0; n < rounds; n += 1) {
    const platform = new TestPlatform(mkdtempSync(join(tmpdir(), 'slvb-')), {
      SELVEDGE_GEO_LOCAL: somewhere,
    });
    try {
      const token = await prepare(platform, names);
      const order = n % 2 === 0 ? names : names.toReversed();
      const measured = await measure(platform, order, token, seconds);
      raw.push(measured);
      say(`  round ${n + 1}: ${JSON.stringify(measured)}`);
    } finally {
      await platform.destroy();
    }
  }
  const added = (name: string): number =>
    round(median(raw.map((values) => (values[`${name}FrontUs`] ?? 0) - (values.noneFrontUs ?? 0))), 1);
  const row = (figure: string, name: string, reachUs: number): Row => ({
    figure: `front CPU that ${figure} adds to a request`,
    reach: `<= ${reachUs} us`,
    measured: `${added(name)} us`,
    reached: added(name) <= reachUs,
    rounds: raw,
  });
  return [
    {
      figure: 'front CPU of a request of a function without rules',
      reach: 'told only',
      measured: `${round(median(raw.map(({ noneFrontUs = Number.NaN }) => noneFrontUs)), 1)} us`,
      reached: true,
      rounds: raw,
    },
    row('a limiter whose answers say nothing', 'quiet', 5),
    row('a limiter with its headers', 'limit', 20),
    row('geo, a limiter, a JWT and an experiment', 'chain', 60),
  ];
}
