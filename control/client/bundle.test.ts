// Goal: the client runs where there is neither Node nor npm: a browser, a function.
// Method: it is bundled as for any of them, with every package left outside; then nothing may be left outside.

import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('the client is bundled without a package, without zod and without node:*', async () => {
  const { metafile, outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'client.ts')],
    ...{
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'neutral',
      packages: 'external',
    },
  });
  const [output] = Object.values(metafile.outputs);
  expect(output?.imports).toEqual([]);
  const outside = Object.keys(metafile.inputs).filter((path) => !path.startsWith('control/client/'));
  expect(outside).toEqual([]);
  const text = String(outputFiles[0]?.text);
  expect(text).toContain('idempotency-key');
  expect(text).not.toMatch(/\b(process|Buffer|require|__dirname)\b[.(]/);
});
