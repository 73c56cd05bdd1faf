import { expect, onTestFinished, test } from 'vitest';
import { secretFindingsMax } from '../model/limits.ts';
import { SecretScanner, type SecretScannerOptions } from './secret-scanner.ts';

// Put together here, so that no scanner takes this file for a leak.
const githubToken = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
const awsKey = `${'wJalrXUtnFEMIK7MDENG'}${'bPxRfiCYzEXAMPLEKEYa'}`.slice(0, 40);

function useScanner(options: SecretScannerOptions = {}): SecretScanner {
  const scanner = new SecretScanner(options);
  onTestFinished(() => scanner.close());
  return scanner;
}

const thread = (code: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads';${code}`)}`,
  );
const never = thread(`parentPort.on('message', () => { for (;;); });`);
const hungry = thread(
  `parentPort.on('message', () => { const all = []; for (;;) all.push(new Array(1e6).fill(all)); });`,
);

test('finds nothing in source without secrets', async () => {
  const scan = await useScanner().scan({
    'index.js': 'export default () => new Response(process.env.TOKEN);',
  });
  expect(scan).toEqual({ findings: [], total: 0 });
});

test('tells file, line, column and kind of a secret, and not the secret', async () => {
  const scan = await useScanner().scan({
    'index.js': 'export default () => new Response("x");',
    'config/keys.ts': `// keys\nexport const token = '${githubToken}';\nconst aws_secret_access_key = '${awsKey}';\n`,
  });
  expect(scan.total).toBe(2);
  expect(scan.findings).toContainEqual({
    ...{ file: 'config/keys.ts', line: 2, column: 23 },
    ...{ kind: 'GITHUB_TOKEN', rule: '@secretlint/secretlint-rule-github' },
  });
  expect(scan.findings).toContainEqual(expect.objectContaining({ line: 3, kind: 'AWSSecretAccessKey' }));
  expect(JSON.stringify(scan)).not.toContain(githubToken.slice(4, 12));
  expect(JSON.stringify(scan)).not.toContain('**');
});

test('looks into inline code, and into files in base64 that are text', async () => {
  const scanner = useScanner();
  expect((await scanner.scan(`const token = '${githubToken}';`)).total).toBe(1);
  const base64 = Buffer.from(`token=${githubToken}\n`).toString('base64');
  expect((await scanner.scan({ 'key.txt': { base64 } })).total).toBe(1);
  const binary = Buffer.concat([Buffer.from([0, 255]), Buffer.from(githubToken)]).toString('base64');
  expect((await scanner.scan({ 'module.wasm': { base64: binary } })).total).toBe(0);
});

test('lists as many finds as it may, and counts one more', async () => {
  const lines = Array.from({ length: secretFindingsMax + 1 }, (_, at) => {
    const digits = String(at).padStart(4, '0');
    return `const t${at} = '${githubToken.slice(0, -4)}${digits}';`;
  });
  const scan = await useScanner().scan(lines.join('\n'));
  expect(scan.findings).toHaveLength(secretFindingsMax);
  expect(scan.total).toBe(secretFindingsMax + 1);
});

test('a search that takes too long is ended, and the next one works', async () => {
  const scanner = useScanner({ thread: never, timeoutMs: 200 });
  const scans = await Promise.all([scanner.scan('a'), scanner.scan('b')]);
  for (const scan of scans)
    expect(scan).toEqual({ findings: [], total: 0, unfinished: 'it took more than 200 ms (secretScanMs)' });
});

test('a search that takes too much memory is ended, and control goes on', async () => {
  const scan = await useScanner({ thread: hungry, memoryMb: 32, timeoutMs: 20_000 }).scan('a');
  expect(scan.unfinished).toMatch(/^the search failed: .*memory/);
});

test('ten megabytes are searched within the time', async () => {
  const scan = await useScanner().scan('const a = foo(bar, "some text here");\n'.repeat(260_000));
  expect(scan).toEqual({ findings: [], total: 0 });
});
