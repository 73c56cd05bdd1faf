import { expect, test } from 'vitest';
import { assetFirstRuleLengthMax, assetFirstRulesMax } from '../../model/limits.ts';
import { readFirstRules } from './read-first-rules.ts';

test('says who comes first', () => {
  expect(readFirstRules(undefined, false)).toEqual({ has_user_worker: false });
  expect(readFirstRules(false, true)).toEqual({ has_user_worker: true });
  expect(readFirstRules(true, true)).toEqual({
    has_user_worker: true,
    invoke_user_worker_ahead_of_assets: true,
  });
  expect(readFirstRules(['/api/*', '!/api/docs/*'], true)).toEqual({
    has_user_worker: true,
    static_routing: { user_worker: ['/api/*'], asset_worker: ['/api/docs/*'] },
  });
});

test.each([
  [['api/*'], 'begins with "/" or "!/"'],
  [['!api'], 'begins with "/" or "!/"'],
  [['!/a'], 'no pattern without "!"'],
  [[], 'no pattern without "!"'],
  [['/a', '/a'], '"/a" twice'],
  [[`/${'a'.repeat(assetFirstRuleLengthMax)}`], `one may have ${assetFirstRuleLengthMax}`],
  [Array.from({ length: assetFirstRulesMax + 1 }, (_, n) => `/${n}`), `and may have ${assetFirstRulesMax}`],
])('refuses %j', (rules, why) => {
  expect(() => readFirstRules(rules, true)).toThrow(why);
});

test('takes as many patterns, and as long ones, as there may be', () => {
  const most = Array.from({ length: assetFirstRulesMax }, (_, n) =>
    `/${n}`.padEnd(assetFirstRuleLengthMax, 'a'),
  );
  expect(readFirstRules(most, true).static_routing?.user_worker).toEqual(most);
});

test('without a function nothing can come first', () => {
  expect(() => readFirstRules(true, false)).toThrow('there are only assets');
  expect(() => readFirstRules(['/a'], false)).toThrow('there are only assets');
});
