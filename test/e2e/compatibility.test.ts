// Functions keep the compatibility date and flags that they were written for; the harness works under all.

import { expect, test } from 'vitest';
import { compatibilityDateNewest } from '../../control/workerd/compatibility.ts';
import { useSelvedge } from '../support/use-selvedge.ts';

const code = `export default { fetch(request) { console.log({ at: request.url }); return new Response('served'); } };`;

test.each([
  { compatibility_date: '2021-11-02' },
  { compatibility_date: '2024-01-01' },
  { compatibility_date: '2024-10-01', compatibility_flags: ['nodejs_compat'] },
  { compatibility_date: '2026-11-01', compatibility_flags: ['no_nodejs_compat'] },
  // The newest that the binary knows, and one that a tool writes today.
  { compatibility_date: compatibilityDateNewest },
  { compatibility_date: '2031-05-04' },
])('%j', async (settings) => {
  const platform = await useSelvedge();
  await platform.create('dated', code, settings);
  const { body } = await platform.api<{ response: string; logs: { message: string }[] }>(
    'POST',
    '/functions/dated/invoke',
    {},
  );
  expect(body.response).toBe('served');
  expect(body.logs[0]?.message).toContain('dated');
});

test('a flag that workerd does not know is refused with its name', async () => {
  const platform = await useSelvedge();
  const { status, body } = await platform.api<{ error: { code: string; message: string } }>(
    'POST',
    '/functions',
    {
      name: 'odd',
      code,
      compatibility_flags: ['no_such_flag'],
    },
  );
  expect([status, body.error.code]).toEqual([422, 'FN_005']);
  expect(body.error.message).toContain('no_such_flag');
});
