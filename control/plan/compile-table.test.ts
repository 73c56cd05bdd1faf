import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import type { VersionId } from '../model/ids.ts';
import { compileFunction } from './compile-table.ts';

const nothing = { deployment: undefined, versions: [], aliases: new Map() };

test.each([
  [{ requests: 100, seconds: 60 }, 4, { requests: 100, windowMs: 60_000, perFront: 25 }],
  [{ requests: 7, seconds: 1 }, 2, { requests: 7, windowMs: 1000, perFront: 3 }],
  [{ requests: 1, seconds: 1 }, 4, { requests: 1, windowMs: 1000, perFront: 1 }],
  [null, 4, null],
])('the rate limit %j is compiled for %s fronts', (rateLimit, fronts, expected) => {
  expect(compileFunction(functionRecord({ rateLimit }), nothing, {}, fronts).rateLimit).toEqual(expected);
});

test.each([
  [{ by: 'random' }, { by: 'random' }],
  [{ by: 'cookie' }, { by: 'cookie', name: '__selvedge_visitor' }],
  [
    { by: 'cookie', name: 'Session' },
    { by: 'cookie', name: 'Session' },
  ],
  [
    { by: 'header', name: 'X-User' },
    { by: 'header', name: 'x-user' },
  ],
  [{ by: 'key' }, { by: 'key' }],
] as const)('visitors known %j are compiled as %j', (sticky, expected) => {
  expect(compileFunction(functionRecord({ sticky }), nothing, {}, 1).sticky).toEqual(expected);
});

test('aliases and the shadow go to the fronts with the deployment', () => {
  const version = 'ab'.repeat(32) as VersionId;
  const record = functionRecord({ shadow: { version, shareBp: 250 } });
  const known = { ...nothing, aliases: new Map([['staging', version]]) };
  expect(compileFunction(record, known, {}, 1)).toMatchObject({
    deployment: [],
    aliases: { staging: version },
    shadow: { version, shareBp: 250 },
  });
});
