import { expect, test } from 'vitest';
import { errorOf, region, TIME, useApi } from '../../test/support/use-api.ts';

const shown = {
  ...{ name: 'eu-west', latitude: 53.35, longitude: -6.26, tags: ['EU'], health_path: '/', hop_secret: true },
  ...{ endpoint: 'https://eu-west.example.com', local: false, created_at: TIME, updated_at: TIME },
  health: {
    ...{ healthy: false, since: TIME, checked_at: TIME, latency_ms: 24.5, fault: 'nothing listens there' },
  },
};
const place = { latitude: 53.35, longitude: -6.26 };

test('regions are shown with their health, and without their secret', async () => {
  const { call } = useApi();
  const all = await (await call('GET', '/regions')).json();
  expect(all).toEqual({ regions: [shown] });
  expect(await (await call('GET', '/regions/eu-west')).json()).toEqual(shown);
  expect(JSON.stringify(all)).not.toContain('sealed');
});

test('this machine is shown as it is, before anybody said where that is', async () => {
  const { call, platform } = useApi();
  platform.getRegion.mockReturnValue({ ...region, name: 'local', record: null, local: true });
  expect(await (await call('GET', '/regions/local')).json()).toMatchObject({
    ...{ name: 'local', local: true, latitude: null, longitude: null, tags: [], endpoint: null },
    ...{ hop_secret: false, created_at: null },
  });
});

test('a region is made with its defaults, changed by what is sent, and deleted', async () => {
  const { call, platform } = useApi();
  const made = await call('POST', '/regions', {
    name: 'eu-west',
    ...place,
    endpoint: 'https://eu-west.example.com',
  });
  expect([made.status, made.headers.get('location')]).toEqual([201, '/regions/eu-west']);
  expect(platform.createRegion).toHaveBeenCalledWith(expect.anything(), {
    ...{ name: 'eu-west', ...place, tags: [], endpoint: 'https://eu-west.example.com' },
    ...{ health_path: '/', hop_secret: null },
  });
  await call('PUT', '/regions/eu-west', { tags: ['eu'] });
  expect(platform.updateRegion).toHaveBeenCalledWith(expect.anything(), 'eu-west', { tags: ['EU'] });
  expect(await (await call('DELETE', '/regions/eu-west')).json()).toEqual({ name: 'eu-west', deleted: true });
});

test('what is wrong with a region is named', async () => {
  const { call, platform } = useApi();
  const wrong = await call('POST', '/regions', { name: 'EU', ...place, endpoint: 'https://x' });
  expect(wrong.status).toBe(400);
  expect((await errorOf(wrong)).error.message).toMatch(/name .*lower-case letters/);
  expect((await call('PUT', '/regions/eu-west', { name: 'other' })).status).toBe(400);
  expect(platform.createRegion).not.toHaveBeenCalled();
  expect(platform.updateRegion).not.toHaveBeenCalled();
});
