// Goal: functions know where their clients are, from the operator's database and proxies and from nobody's own word;
// and no request suffers when the service that knows is away.
// Method: a platform that trusts a proxy at 127.0.0.2 and has a small database, which is replaced. Strangers call from
// 127.0.0.1.

import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';
import { type MmdbRow, writeMmdb } from '../support/write-mmdb.ts';

const folder = mkdtempSync(join(tmpdir(), 'slv-geo-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const germany = { country_code: 'DE', state1: 'Berlin', city: 'Berlin', latitude: 52.52, longitude: 13.405 };
const france = { country_code: 'FR', city: 'Paris', latitude: 48.85, longitude: 2.35 };

function place(rows: readonly MmdbRow[]): void {
  writeFileSync(join(folder, 'made'), writeMmdb(rows));
  renameSync(join(folder, 'made'), join(folder, 'places.mmdb'));
}
writeFileSync(
  join(folder, 'networks.mmdb'),
  writeMmdb([{ network: '5.5.0.0/16', record: { autonomous_system_number: 64500 } }], { type: 'Some-ASN' }),
);
place([
  { network: '5.5.0.0/16', record: germany },
  { network: '6.6.0.0/16', record: france },
  { network: '7.7.0.0/16', record: france },
]);

const platform = useSharedSelvedge({
  SELVEDGE_GEO: folder,
  SELVEDGE_TRUSTED_PROXIES: '127.0.0.2,10.0.0.0/8',
});
const TELLS = `export default { fetch: (request) =>
  Response.json({ url: request.url, cf: request.cf, headers: Object.fromEntries(request.headers) }) }`;

interface Told {
  readonly url: string;
  readonly cf: Record<string, unknown>;
  readonly headers: Record<string, string>;
}

async function tell(name: string, headers: Record<string, string>, from = '127.0.0.2'): Promise<Told> {
  const { status, text } = await platform.call(name, '/', { headers, from });
  expect(status, text).toBe(200);
  return JSON.parse(text) as Told;
}

test('behind a trusted proxy the client is the one it names, with his place in request.cf', async () => {
  await platform.create('places', TELLS);
  const { url, cf, headers } = await tell('places', {
    'x-forwarded-for': '6.6.6.6, 5.5.5.5, 10.1.1.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'shop.example.com',
  });
  expect(url).toBe('https://places.localhost/');
  expect(cf).toEqual({
    ...{
      country: 'DE',
      continent: 'EU',
      isEUCountry: '1',
      region: 'Berlin',
      regionCode: 'BE',
      city: 'Berlin',
    },
    ...{ latitude: '52.52', longitude: '13.405', timezone: 'Europe/Berlin', asn: 64_500 },
    ...{ colo: 'local', httpProtocol: 'HTTP/1.1' },
  });
  expect(headers).toMatchObject({
    ...{ 'cf-connecting-ip': '5.5.5.5', 'x-real-ip': '5.5.5.5', 'x-forwarded-proto': 'https' },
    ...{ 'x-forwarded-for': '5.5.5.5, 10.1.1.1, 127.0.0.2', 'x-forwarded-host': 'shop.example.com' },
  });
});

const FORGED = {
  ...{ 'x-forwarded-for': '5.5.5.5', 'cf-connecting-ip': '5.5.5.5', 'x-real-ip': '5.5.5.5' },
  ...{ 'true-client-ip': '5.5.5.5', forwarded: 'for=5.5.5.5', 'x-client-ip': '5.5.5.5' },
  ...{ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'bank.example.com', 'cf-ipcountry': 'DE' },
  ...{
    'x-selvedge-geo': '{"country":"DE"}',
    'x-selvedge-geo-country': 'DE',
    'x-selvedge-anything': '5.5.5.5',
  },
  'cf-blob': '{"country":"DE","clientIp":"5.5.5.5"}',
};

test('what a stranger says of himself reaches no function', async () => {
  await platform.create('strange', TELLS, { rules: { geo: { headers: true } } });
  const { cf, headers } = await tell('strange', FORGED, '127.0.0.1');
  expect(cf).toEqual({ colo: 'local', httpProtocol: 'HTTP/1.1' });
  expect(JSON.stringify(headers)).not.toMatch(/5\.5\.5\.5|DE|bank|https/);
  expect(headers).toMatchObject({
    ...{ 'cf-connecting-ip': '127.0.0.1', 'x-real-ip': '127.0.0.1', 'x-forwarded-for': '127.0.0.1' },
    'x-forwarded-proto': 'http',
  });
  // Nor by way of control's address, whose own requests come from this machine.
  const response = await fetch(`${platform.control}/p/default/functions/strange`, { headers: FORGED });
  expect(await response.text()).not.toMatch(/5\.5\.5\.5|bank/);
});

test('rules refuse by place, and tell the function where its client is', async () => {
  await platform.create('fenced', TELLS, {
    rules: { geo: { headers: true, allow: { countries: ['DE'] } } },
    routes: [{ pattern: '/open/*', rules: { geo: null } }],
  });
  const { headers } = await tell('fenced', {
    'x-forwarded-for': '5.5.9.9',
    'x-selvedge-geo-city': 'Atlantis',
  });
  expect(headers).toMatchObject({
    ...{ 'x-selvedge-geo-country': 'DE', 'x-selvedge-geo-region': 'Berlin', 'x-selvedge-geo-city': 'Berlin' },
    ...{ 'x-selvedge-geo-continent': 'EU', 'x-selvedge-geo-timezone': 'Europe/Berlin' },
  });
  expect(JSON.parse(String(headers['x-selvedge-geo']))).toMatchObject({ country: 'DE', regionCode: 'BE' });
  const refused = await platform.call('fenced', '/', {
    headers: { 'x-forwarded-for': '6.6.9.9' },
    from: '127.0.0.2',
  });
  expect([refused.status, refused.headers['x-selvedge-error'], refused.text]).toEqual([
    ...[403, 'FN_009', expect.stringContaining('Requests from FR are not taken here')],
  ]);
  const unknown = await platform.call('fenced', '/');
  expect([unknown.status, unknown.text]).toEqual([403, expect.stringContaining('unknown country')]);
  expect((await platform.call('fenced', '/open/door')).status).toBe(200);
});

test('the API and the command line tell where an address is', async () => {
  const { status, body } = await platform.api<object>('GET', '/geo/::ffff:5.5.1.1');
  expect([status, body]).toEqual([
    200,
    expect.objectContaining({ ip: '5.5.1.1', country: 'DE', city: 'Berlin' }),
  ]);
  expect((await platform.api('GET', '/geo/nonsense')).status).toBe(400);
});

test('a database that takes the place of another is used without a restart', async () => {
  await platform.create('moved', TELLS);
  expect((await tell('moved', { 'x-forwarded-for': '7.7.1.1' })).cf.country).toBe('FR');
  place([{ network: '7.7.0.0/16', record: germany }]);
  let block = 2;
  // Each asks from another block, as a front keeps what it was told of one for a minute.
  await waitFor(
    'the new database to be used',
    async () => (await tell('moved', { 'x-forwarded-for': `7.7.${block++}.1` })).cf.country === 'DE',
  );
});

test('no request fails while the geo service is away, and it comes back by itself', async () => {
  await platform.create('steady', TELLS);
  const service = () => platform.processes().find(({ kind }) => kind === 'geo');
  const before = service();
  process.kill(Number(before?.pid), 'SIGSTOP');
  expect((await tell('steady', { 'x-forwarded-for': '7.7.200.1' })).cf.country).toBeUndefined();
  process.kill(Number(before?.pid), 'SIGKILL');
  await waitFor('another geo service', () => service() !== undefined && service()?.pid !== before?.pid);
  let block = 100;
  await waitFor(
    'an answer of the new one',
    async () => (await tell('steady', { 'x-forwarded-for': `7.7.${block++}.1` })).cf.country === 'DE',
  );
});
