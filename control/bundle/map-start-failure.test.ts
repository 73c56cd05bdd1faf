import { expect, test } from 'vitest';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { bundle } from './bundle.ts';
import { mapStartFailure } from './map-start-failure.ts';

test('names the file and line that the user wrote, and no service of ours', async () => {
  const { content } = await bundle(
    {
      code: {
        'index.ts': `import { make } from './lib/b';\nexport default { fetch: () => new Response(make()) };`,
        'lib/b.ts': `interface A { x: string }\n\nexport function make(): string {\n  throw new Error('no');\n}`,
      },
      handler: 'index.handler',
      convention: 'auto',
      dependencies: {},
    },
    { cacheDir: useTmpDir() },
  );
  const lines = String(content.modules[0]?.content).split('\n');
  const row = lines.findIndex((line) => line.includes("new Error('no')") || line.includes('new Error("no")'));
  const column = (lines[row]?.indexOf('new Error') ?? 0) + 1;
  const words = `service main: Uncaught Error: no\n  at index.js:${row + 1}:${column} in make`;
  expect(mapStartFailure(words, content.sourceMap)).toMatch(/^Error: no\n {4}at make \(lib\/b\.ts:4:\d+\)$/);
});

test('leaves words without frames alone', () => {
  const map = '{"version":3,"sources":[],"names":[],"mappings":""}';
  expect(mapStartFailure('No such compatibility flag: x', map)).toBe('No such compatibility flag: x');
});
