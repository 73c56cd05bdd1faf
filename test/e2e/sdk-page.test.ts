// Goal: what docs/sdk.md shows is so.
// Method: its examples are one program, run in their order against a real platform; the comment behind each
// console.log is what it prints.

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bundleTour } from '../support/bundle-tour.ts';
import { testToken } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/sdk.md'), 'utf8');

test('the examples of docs/sdk.md print what they say', async () => {
  const program = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block]) => block).join('\n');
  const expected = [...program.matchAll(/^ *console\.log\(.+\); \/\/ (.+)$/gm)].map(([, said]) => said);
  expect(expected.length).toBeGreaterThan(5);
  // Not those in the source of a function.
  expect(program.match(/^ *console\.log/gm)).toHaveLength(expected.length);

  const platform = await useSelvedge();
  const dir = useTmpDir();
  const client = join(dir, 'client.mjs');
  writeFileSync(client, await bundleTour());
  const main = join(dir, 'main.mjs');
  writeFileSync(
    main,
    program
      .replaceAll("'selvedge/client'", JSON.stringify(pathToFileURL(client).href))
      .replaceAll('http://127.0.0.1:9000', platform.control),
  );
  const env = { ...process.env, SELVEDGE_TOKEN: testToken };
  const { stdout } = await promisify(execFile)(process.execPath, [main], { env });
  expect(stdout.trimEnd().split('\n')).toEqual(expected);
});
