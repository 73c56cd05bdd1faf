import { expect, test } from 'vitest';
import type { ShadowSample } from '../../edge/contract/front-api.ts';
import { errorOf, TIME, useApi, VERSION_ID } from '../../test/support/use-api.ts';
import { AppError } from '../model/errors.ts';
import type { ShadowView } from '../platform/platform.ts';

const found: ShadowView = {
  shadow: { version: VERSION_ID, shareBp: 1_250 },
  ...{ compared: 5, same: 4, bodiesSkipped: 1, different: { status: 0, headers: 1, body: 1 } },
  ...{ failed: { FN_008: 2 }, skipped: { busy: 3, body: 0 } },
  samples: [
    {
      ...{ at: Date.parse(TIME), requestId: 'r', method: 'GET', path: '/p', differs: ['headers', 'body'] },
      status: { live: 200, shadow: 200 },
      headers: [{ name: 'x-a', live: null, shadow: '1' }],
      body: {
        live: { bytes: 1, sha256: 'aa', cut: false },
        shadow: { bytes: 2, sha256: 'bb', cut: true },
      },
    },
  ],
};

test('shows what was found of a shadow, in percent and with times', async () => {
  const { call, platform } = useApi();
  platform.getShadow.mockReturnValue(found);
  const response = await call('GET', '/functions/cart/shadow?project=shop');
  const { at: _at, requestId: _id, ...sample } = found.samples[0] as ShadowSample;
  expect([response.status, await response.json()]).toEqual([
    200,
    {
      ...{ version: VERSION_ID, share: 12.5, compared: 5, same: 4, bodies_skipped: 1 },
      ...{ different: found.different, failed: found.failed, skipped: found.skipped },
      samples: [{ ...sample, time: TIME, request_id: 'r' }],
    },
  ]);
  expect(platform.getShadow).toHaveBeenCalledWith(expect.anything(), { idOrName: 'cart', project: 'shop' });
});

test('a function without a shadow is told how to set one', async () => {
  const { call, platform } = useApi();
  platform.getShadow.mockImplementation(() => {
    throw new AppError('FN_001', 'Function "cart" has no shadow: set one.');
  });
  const response = await call('GET', '/functions/cart/shadow');
  expect([response.status, (await errorOf(response)).error.message]).toEqual([
    404,
    expect.stringMatching(/no shadow/),
  ]);
});
