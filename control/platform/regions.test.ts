import { expect, test } from 'vitest';
import { callerOf, owner, useDrafts } from '../../test/support/use-drafts.ts';
import { OWNER } from '../model/access.ts';
import { createFunctionSchema } from '../model/function.ts';
import { createRegionSchema, updateRegionSchema } from '../model/region.ts';
import { regionsMax } from './regions.ts';

const SECRET = 'a-secret-of-thirty-two-characters';
const place = { latitude: 53.35, longitude: -6.26 };
const region = (name: string, more: object = {}) =>
  createRegionSchema.parse({ name, ...place, endpoint: `https://${name}.example.com`, ...more });

test('this machine is a region from the start, and can be told where it is', async () => {
  const { platform } = await useDrafts();
  expect(platform.listRegions()).toMatchObject([{ name: 'local', record: null, local: true }]);
  await platform.createRegion(owner, region('local', { endpoint: null, tags: ['eu', 'EU'] }));
  expect(platform.getRegion('local')).toMatchObject({
    record: { ...place, tags: ['EU'], endpoint: null },
    health: { healthy: true, latencyMs: 0 },
  });
  await platform.deleteRegion(owner, 'local');
  expect(platform.getRegion('local').record).toBeNull();
});

test('a region is made, changed and deleted; the secret stays unless another is sent, and is nowhere in plain', async () => {
  const { platform, store } = await useDrafts();
  await platform.createRegion(owner, region('eu-west', { hop_secret: SECRET }));
  const [stored] = await store.regions.all();
  expect(stored?.hopSecret).toMatch(/^v1\./);
  await platform.updateRegion(owner, 'eu-west', updateRegionSchema.parse({ tags: ['ie'], latitude: 50 }));
  expect((await store.regions.all())[0]).toMatchObject({
    ...{ latitude: 50, longitude: place.longitude, tags: ['IE'], hopSecret: stored?.hopSecret },
  });
  await platform.updateRegion(owner, 'eu-west', { hop_secret: null });
  expect((await store.regions.all())[0]?.hopSecret).toBeNull();
  await platform.deleteRegion(owner, 'eu-west');
  expect(() => platform.getRegion('eu-west')).toThrow(/There is no region "eu-west"/);
  const { items } = await platform.audit(owner, { limit: 10 });
  expect(items.map(({ action, changes }) => [action, changes])).toEqual([
    ['region.delete', { name: { old: 'eu-west' } }],
    ['region.update', { hop_secret: { old: 'secret', new: null } }],
    ['region.update', { tags: { old: [], new: ['IE'] }, latitude: { old: 53.35, new: 50 } }],
    ['region.create', expect.objectContaining({ hop_secret: { new: 'secret' }, name: { new: 'eu-west' } })],
  ]);
  expect(JSON.stringify(items)).not.toContain(SECRET);
});

test('a region is somewhere else, unless it is this machine', async () => {
  const { platform } = await useDrafts();
  await expect(platform.createRegion(owner, region('eu-west', { endpoint: null }))).rejects.toThrow(
    /"eu-west" needs an endpoint: without one it would be this machine, whose region is "local"/,
  );
  await expect(platform.createRegion(owner, region('local'))).rejects.toThrow(/"local" is this machine/);
  await platform.createRegion(owner, region('eu-west'));
  await expect(platform.updateRegion(owner, 'eu-west', { endpoint: null })).rejects.toThrow(
    /needs an endpoint/,
  );
  await expect(platform.createRegion(owner, region('eu-west'))).rejects.toMatchObject({
    details: { status: 409 },
  });
});

test('regions are of all projects, and so is who changes them', async () => {
  const { platform } = await useDrafts();
  const shopOwner = callerOf({ ...OWNER, id: 'key_1', name: 'shop', projects: ['shop'] });
  for (const change of [
    () => platform.createRegion(shopOwner, region('eu-west')),
    () => platform.updateRegion(shopOwner, 'local', {}),
    () => platform.deleteRegion(shopOwner, 'local'),
  ])
    await expect((async () => change())()).rejects.toMatchObject({ code: 'FN_009' });
});

test('rules name regions that there are, and a region that they name stays', async () => {
  const { platform } = await useDrafts();
  const make = (name: string, run_in: string[]) =>
    platform.createFunction(owner, {
      ...createFunctionSchema.parse({ name, rules: { regions: { run_in } } }),
    });
  await expect(make('a', ['eu-wets'])).rejects.toThrow(
    /names the region "eu-wets", which is not there; there are local/,
  );
  await platform.createRegion(owner, region('eu-west'));
  await make('a', ['eu-west', 'local']);
  await expect(platform.deleteRegion(owner, 'eu-west')).rejects.toMatchObject({
    message: expect.stringMatching(/rules.regions of the function "a" .* names the region "eu-west"/),
    details: { status: 409 },
  });
  await expect(
    platform.updateFunction(
      owner,
      { idOrName: 'a' },
      { rules: { regions: { run_in: ['gone'], prefer: 'nearest' } } },
    ),
  ).rejects.toThrow(/names the region "gone"/);
  await platform.updateFunction(owner, { idOrName: 'a' }, { rules: {} });
  await platform.deleteRegion(owner, 'eu-west');
});

test('there are as many regions as may be, and not one more', async () => {
  const { platform } = await useDrafts();
  for (let made = 0; made < regionsMax; made += 1) await platform.createRegion(owner, region(`r-${made}`));
  await expect(platform.createRegion(owner, region('one-more'))).rejects.toThrow(/There are 100 regions/);
});
