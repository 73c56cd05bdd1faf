import { expect, test } from 'vitest';
import { errorOf, FUNCTION_ID, TIME, useApi, VERSION_ID } from '../../test/support/use-api.ts';
import { deploymentVersionsMax, messageLengthMax } from '../model/limits.ts';

const other = 'ef'.repeat(32);
const shown = {
  id: 'dep_0123456789abcdefghij',
  function_id: FUNCTION_ID,
  versions: [
    { version: VERSION_ID, share: 99.75 },
    { version: other, share: 0.25 },
  ],
  strategy: null,
  message: null,
  author: null,
  reason: null,
  rollout: null,
  created_at: TIME,
};

test('lists deployments with shares in percent', async () => {
  const response = await useApi().call('GET', '/functions/cart/deployments');
  expect(await response.json()).toEqual({ deployments: [shown], cursor: null });
});

test('shows one deployment', async () => {
  const { call, platform } = useApi();
  const response = await call('GET', `/functions/cart/deployments/${shown.id}?project=shop`);
  expect(await response.json()).toEqual(shown);
  const ref = { idOrName: 'cart', project: 'shop' };
  expect(platform.getDeployment).toHaveBeenCalledWith(expect.anything(), ref, shown.id);
});

test('shares the traffic as asked for', async () => {
  const { call, platform } = useApi();
  const body = {
    versions: [
      { version: 'abababab', share: 99.75 },
      { version: 'efefefef', share: 0.25 },
    ],
    message: 'a few',
    strategy: 'percentage',
  };
  const response = await call('POST', '/functions/cart/deployments', body);
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual(shown);
  expect(platform.createDeployment).toHaveBeenCalledWith(expect.anything(), { idOrName: 'cart' }, body);
});

test('shares of three thirds can be given, as two decimals sum exactly', async () => {
  const { call } = useApi();
  const versions = [33.33, 33.33, 33.34].map((share, index) => ({ version: `${index}`.repeat(8), share }));
  expect((await call('POST', '/functions/cart/deployments', { versions })).status).toBe(201);
});

const all = { version: 'abababab', share: 100 };
test.each([
  [
    'shares that are short of all',
    { versions: [{ ...all, share: 99.99 }] },
    'sum to 99.99: they must sum to 100',
  ],
  ['shares beyond all', { versions: [all, { version: other, share: 0.01 }] }, 'sum to 100.01'],
  ['a third decimal', { versions: [{ ...all, share: 33.333 }] }, 'at most two decimals'],
  ['a negative share', { versions: [all, { version: other, share: -1 }] }, 'versions.1.share is -1'],
  ['no version', { versions: [] }, 'name at least one version'],
  ['what is no version', { versions: [{ version: 'latest', share: 100 }] }, 'must be the id of a version'],
  ['too long a message', { versions: [all], message: 'x'.repeat(messageLengthMax + 1) }, 'message'],
  [
    'too many versions',
    { versions: Array.from({ length: deploymentVersionsMax + 1 }, () => ({ ...all, share: 0 })) },
    'versions',
  ],
])('refuses %s', async (_, body, message) => {
  const { call, platform } = useApi();
  const refused = await call('POST', '/functions/cart/deployments', body);
  expect(refused.status).toBe(400);
  expect((await errorOf(refused)).error.message).toContain(message);
  expect(platform.createDeployment).not.toHaveBeenCalled();
});
