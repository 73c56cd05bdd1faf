import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { GeoDesk } from './geo-desk.ts';

test.each(['', 'x', '256.1.1.1', '1.2.3.4/8', 'fe80::1%eth0', 'localhost'])(
  '%j is no address',
  async (text) => {
    await expect(new GeoDesk(undefined).find(text)).rejects.toMatchObject({ code: 'FN_006' });
  },
);

test('where nothing is looked up nothing is known, and nothing is wrong', async () => {
  const desk = new GeoDesk(undefined);
  expect(await desk.find('::ffff:8.8.8.8')).toEqual({ ip: '8.8.8.8', geo: {} });
  expect(await desk.look()).toEqual([]);
});

test('a service that does not answer is told as a problem, and asking it is refused for now', async () => {
  const desk = new GeoDesk(join(useTmpDir(), 'nobody.sock'));
  await expect(desk.find('8.8.8.8')).rejects.toMatchObject({ code: 'SYS_003' });
  expect((await desk.look()).join()).toContain('The geo service does not answer');
  desk.close();
});
