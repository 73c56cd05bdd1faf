import { expect, test } from 'vitest';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { bundle } from './bundle.ts';

async function entryOf(code: string): Promise<string> {
  const { content } = await bundle(
    { code, handler: 'handler', convention: 'auto', dependencies: {} },
    { cacheDir: useTmpDir() },
  );
  return content.modules[0]?.content ?? '';
}

const chain = (imports: string, parts: string): string =>
  `import { ${imports} } from 'selvedge/functions';\nexport const handler = middleware([${parts}, (req) => new Response('fine')]);`;

test('of selvedge/functions a bundle has what the function uses', async () => {
  const limited = await entryOf(
    chain('middleware, rateLimit', `rateLimit({ maxRequests: 1, window: '1m' })`),
  );
  expect(limited).toContain('ratelimit-policy');
  expect(limited).not.toMatch(/HTTPException|access-control|__selvedge_ab/i);
  expect(limited.length).toBeLessThan(8000);
  const open = await entryOf(chain('middleware, cors', 'cors()'));
  expect(open.toLowerCase()).toContain('access-control-allow-origin');
  expect(open).not.toMatch(/ratelimit-policy|__selvedge_ab/);
});

test('names that a file uses of it without importing them are taken from it, unless they are its own', async () => {
  expect(await entryOf(chain('middleware', 'abTest({})'))).toContain('__selvedge_ab');
  const own = await entryOf(
    `${chain('middleware', 'abTest()')}\nfunction abTest() { return (r, c, next) => next(); }`,
  );
  expect(own).not.toContain('__selvedge_ab');
  const stranger = await entryOf(`export const handler = (req) => new Response(typeof abTest);`);
  expect(stranger).not.toContain('__selvedge_ab');
});
