// Goal: a database that is replaced is taken over, and one that is broken harms nobody.

import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Geo } from '../../edge/contract/geo.ts';
import { type Address, readAddress } from '../../edge/contract/ip-address.ts';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { writeMmdb } from '../../test/support/write-mmdb.ts';
import { Atlas } from './atlas.ts';

const berlin = {
  ...{ country_code: 'DE', state1: 'Berlin', city: 'Berlin', latitude: 52.52, longitude: 13.405 },
};
const paris = { country: { iso_code: 'FR' }, city: { names: { en: 'Paris' } } };
const subdivisions = join(
  dirname(createRequire(import.meta.url).resolve('cldr-subdivisions-full/package.json')),
  'subdivisions',
);

async function useAtlas(sources: readonly string[], fallbacks: readonly string[] = []) {
  const atlas = new Atlas({ socket: '', sources, fallbacks, subdivisions });
  await atlas.open();
  onTestFinished(() => atlas.close());
  const find = async (address: string): Promise<Geo> =>
    (await atlas.lookUp(readAddress(address) as Address)).geo;
  return { atlas, find };
}

function useDatabase(record: object = berlin, type?: string) {
  const dir = useTmpDir();
  const path = join(dir, 'places.mmdb');
  const write = (written: object, to = path): void =>
    writeFileSync(
      to,
      writeMmdb(
        [
          { network: '8.8.0.0/16', record: written },
          { network: '2a02::/16', record: written },
        ],
        type ? { type } : {},
      ),
    );
  write(record);
  return { dir, path, write };
}

test('what a database leaves out is added: continent, code, time zone', async () => {
  const { path } = useDatabase();
  const { atlas, find } = await useAtlas([path]);
  const geo = {
    ...{
      country: 'DE',
      continent: 'EU',
      isEUCountry: '1',
      region: 'Berlin',
      regionCode: 'BE',
      city: 'Berlin',
    },
    ...{ latitude: '52.52', longitude: '13.405', timezone: 'Europe/Berlin' },
  };
  expect(await find('8.8.8.8')).toEqual(geo);
  expect(await find('2a02::1')).toEqual(geo);
  expect(await find('9.9.9.9')).toEqual({});
  expect(atlas.status()).toEqual({
    files: [{ name: 'places.mmdb', holds: 'places', built: '2026-09-21' }],
    problems: [],
  });
});

test('a file that takes the place of another is taken over, and what is broken is told and not used', async () => {
  const { dir, path, write } = useDatabase();
  const { atlas, find } = await useAtlas([dir]);
  expect((await find('8.8.8.8')).country).toBe('DE');

  writeFileSync(join(dir, 'half'), 'no database');
  renameSync(join(dir, 'half'), path);
  await atlas.refresh();
  expect((await find('8.8.8.8')).country).toBe('DE');
  expect(atlas.status().problems.join()).toContain(`${path} is no database that can be read`);

  write(paris, join(dir, 'new'));
  renameSync(join(dir, 'new'), path);
  await atlas.refresh();
  expect(await find('8.8.8.8')).toMatchObject({ country: 'FR', city: 'Paris', continent: 'EU' });
  expect(atlas.status().problems).toEqual([]);

  rmSync(path);
  await atlas.refresh();
  expect(atlas.status().problems.join()).toContain('There is no database of places');
});

test('others are asked only for what the own databases do not hold at all', async () => {
  const own = useDatabase(paris);
  const other = useDatabase(berlin);
  writeFileSync(
    join(other.dir, 'networks.mmdb'),
    writeMmdb([{ network: '8.8.8.0/24', record: { autonomous_system_number: 15169 } }], { type: 'Some-ASN' }),
  );
  const { find } = await useAtlas([own.dir], [other.dir]);
  expect(await find('8.8.8.8')).toMatchObject({ country: 'FR', asn: 15169 });
});

test('a folder that is not there is told with what to do', async () => {
  const { atlas, find } = await useAtlas(['/nowhere/at/all']);
  expect(await find('8.8.8.8')).toEqual({});
  expect(atlas.status().problems.join(' ')).toMatch(/\/nowhere\/at\/all cannot be read .* SELVEDGE_GEO/);
});

const installed = join(import.meta.dirname, '../../node_modules/@ip-location-db');
// They are optional packages: whoever has installed without them has none.
test.skipIf(!existsSync(installed))(
  'the databases that are installed know addresses of both kinds',
  async () => {
    const folders = ['dbip-city-mmdb', 'asn'].map((name) => join(installed, name));
    const { find } = await useAtlas([], folders);
    for (const address of ['193.99.144.80', '2a02:2e0:3fe:1001:302::']) {
      expect(await find(address)).toMatchObject({
        ...{ country: 'DE', continent: 'EU', isEUCountry: '1', region: 'Lower Saxony', regionCode: 'NI' },
        ...{ timezone: 'Europe/Berlin', asn: 206_564, asOrganization: 'Plus.line AG' },
        city: expect.stringContaining('Hanover'),
        latitude: expect.stringMatching(/^52\.\d+$/),
        longitude: expect.stringMatching(/^9\.\d+$/),
      });
    }
  },
);
