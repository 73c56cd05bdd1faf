import { expect, test } from 'vitest';
import { noAdvisories } from '../model/advisories.ts';
import { advisoryFindingsMax } from '../model/limits.ts';
import { type Advisories, auditLog, matchAdvisories } from './match-advisories.ts';

const advisory = (severity: string, range: string, title = 'Fault'): Advisories[string][number] => ({
  ...{ title, severity, vulnerable_versions: range, url: 'https://example.com/1' },
});
const audit = {
  checked_at: '2026-11-27T20:00:00.000Z',
  source: 'https://r.example',
  packages: 2,
  error: null,
};

test('tells of the versions that are installed and have the fault', () => {
  const packages = { lodash: ['4.17.20', '4.17.21'], left: ['1.0.0'] };
  expect(matchAdvisories(packages, { lodash: [advisory('high', '<4.17.21')] })).toEqual({
    advisories: { ...noAdvisories.advisories, high: 1 },
    findings: [
      {
        ...{ package: 'lodash', versions: ['4.17.20'], severity: 'high', title: 'Fault' },
        ...{ url: 'https://example.com/1', range: '<4.17.21' },
      },
    ],
  });
});

test('leaves out advisories for other versions and other packages, and ranges that are none', () => {
  const packages = { lodash: ['4.17.21'], constructor: ['1.0.0'] };
  const advisories = {
    lodash: [advisory('high', '<4.17.21'), advisory('low', 'nonsense')],
    other: [advisory('high', '*')],
  };
  expect(matchAdvisories(packages, advisories)).toEqual(noAdvisories);
});

test('a prerelease in the range has the fault', () => {
  const { findings } = matchAdvisories({ a: ['2.0.0-beta.1'] }, { a: [advisory('low', '<2.0.0')] });
  expect(findings).toHaveLength(1);
});

test('the worst come first, and a severity that nobody knows is high', () => {
  const packages = { a: ['1.0.0'] };
  const advisories = { a: [advisory('low', '*'), advisory('catastrophic', '*'), advisory('critical', '*')] };
  expect(matchAdvisories(packages, advisories).findings.map(({ severity }) => severity)).toEqual([
    ...['critical', 'high', 'low'],
  ]);
});

test('lists as many as it may, and counts one more', () => {
  const many = Array.from({ length: advisoryFindingsMax + 1 }, (_, at) =>
    advisory('low', '*', `Fault ${at}`),
  );
  const matched = matchAdvisories({ a: ['1.0.0'] }, { a: many });
  expect(matched.findings).toHaveLength(advisoryFindingsMax);
  expect(matched.advisories.low).toBe(advisoryFindingsMax + 1);
  expect(auditLog({ ...audit, ...matched }).at(-1)).toBe('warning: 1 more advisories are not listed');
});

test('the build log tells of what was found, of nothing, and of no answer', () => {
  const matched = matchAdvisories({ a: ['1.0.0'] }, { a: [advisory('high', '<2')] });
  expect(auditLog({ ...audit, ...matched })).toEqual([
    'warning: advisory: a 1.0.0 (high): Fault; versions <2, see https://example.com/1',
  ]);
  expect(auditLog({ ...audit, ...noAdvisories })).toEqual([
    'advisories: none is known of the 2 packages (https://r.example)',
  ]);
  expect(auditLog({ ...audit, ...noAdvisories, error: 'it is away' })).toEqual([
    'warning: the packages were not checked for advisories: it is away',
  ]);
});
