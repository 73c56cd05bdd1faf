import { expect, test, vi } from 'vitest';
import type { SecretScan, SecretScanPolicy } from '../model/secret-scan.ts';
import { SourceSearch } from './source-search.ts';

const finding = {
  file: 'keys.js',
  line: 2,
  column: 5,
  kind: 'GITHUB_TOKEN',
  rule: '@secretlint/secretlint-rule-github',
};
const found: SecretScan = { findings: [finding], total: 3 };
const clean: SecretScan = { findings: [], total: 0 };
const unfinished: SecretScan = { ...clean, unfinished: 'it took more than 5000 ms (secretScanMs)' };

const useSearch = (policy: SecretScanPolicy, result: SecretScan) => {
  const scan = vi.fn(async () => result);
  return { scan, search: new SourceSearch({ scan, policyOf: async () => policy }) };
};

test('off: the source is not looked at', async () => {
  const { scan, search } = useSearch('off', found);
  expect(await search.search('shop', 'code')).toEqual([]);
  expect(scan).not.toHaveBeenCalled();
});

test('warn: finds are lines of the build log, with what to do', async () => {
  const lines = await useSearch('warn', found).search.search('shop', 'code');
  expect(lines[0]).toMatch(
    /^warning: keys.js:2 holds what looks like a secret: GITHUB_TOKEN \(@secretlint\/secretlint-rule-github\); set it as a secret/,
  );
  expect(lines[1]).toBe('warning: 2 more secrets are not listed');
});

test('warn: a search that was not finished is said to be that', async () => {
  expect(await useSearch('warn', unfinished).search.search('shop', 'code')).toEqual([
    'warning: the source was not searched for secrets: it took more than 5000 ms (secretScanMs)',
  ]);
});

test('refuse: finds fail the deploy, with their places', async () => {
  await expect(useSearch('refuse', found).search.search('shop', 'code')).rejects.toMatchObject({
    code: 'FN_005',
    message: expect.stringMatching(
      /^keys.js:2 holds .* \(and 2 more\), and this project refuses such source/,
    ),
    details: {
      issues: [{ file: 'keys.js', line: 2, column: 5, message: expect.stringContaining('GITHUB_TOKEN') }],
      buildLogs: [expect.stringMatching(/^error: keys.js:2/)],
    },
  });
});

test('refuse: source that could not be searched is refused too', async () => {
  await expect(useSearch('refuse', unfinished).search.search('shop', 'code')).rejects.toMatchObject({
    code: 'FN_005',
    message: expect.stringContaining('could not be searched for secrets'),
  });
});

test('refuse: source without secrets is built', async () => {
  expect(await useSearch('refuse', clean).search.search('shop', 'code')).toEqual([]);
});
