// Who goes when there is no room, and what a purge is of.

import { expect, test } from 'vitest';
import { Entries } from './entries.ts';
import { bytesOf, type Entry } from './entry.ts';
import { purgeMatcher } from './purge.ts';

let made = 0;
const entry = (project: string, bodyBytes: number, more: Partial<Entry> = {}): Entry => {
  made += 1;
  return {
    ...{ id: made, function: `fn_${project}`, project, key: `k${made}`, url: `a.test/${made}`, tags: [] },
    ...{ vary: [], status: 200, fields: [], decoded: false, bodyBytes, inline: true },
    times: { generatedAt: 0, freshMs: 1, staleWhileMs: 0, staleErrorMs: 0, asked: false },
    ...more,
  };
};

test('the project that has most gives, the entry used least recently first', () => {
  const entries = new Entries();
  const small = entry('small', 10_000);
  const large = [entry('large', 9000), entry('large', 9000), entry('large', 9000)] as const;
  for (const one of [small, ...large]) entries.add(one);
  entries.used(large[0]);
  expect(entries.nextToGo()).toBe(large[1]);
  entries.remove(large[1]);
  expect(entries.nextToGo()).toBe(large[2]);
  entries.remove(large[2]);
  // Now the other one has more.
  expect(entries.nextToGo()).toBe(small);
});

test('what is removed is in no list any more, and counts for nothing', () => {
  const entries = new Entries();
  const one = entry('p', 100, { key: 'same' });
  const other = entry('p', 100, { key: 'same' });
  entries.add(one);
  entries.add(other);
  expect(entries.ofKey('same')).toEqual([one, other]);
  expect([entries.remove(one), entries.remove(one)]).toEqual([true, false]);
  expect([entries.ofKey('same'), [...entries.ofFunction('fn_p')], [...entries.all()]]).toEqual([
    [other],
    [other],
    [other],
  ]);
  entries.remove(other);
  expect([entries.bytes, entries.count, entries.nextToGo()]).toEqual([0, 0, undefined]);
});

test('a URL leads to its entries of one function, without a look at the others', () => {
  const entries = new Entries();
  const [one, same] = [entry('p', 1, { url: 'a.test/x' }), entry('p', 1, { url: 'a.test/x' })];
  const others = [entry('p', 1, { url: 'a.test/y' }), entry('q', 1, { url: 'a.test/x' })];
  for (const each of [one, same, ...others]) entries.add(each);
  expect([...entries.ofUrls('fn_p', ['a.test/x', 'a.test/x', 'a.test/none'])]).toEqual([one, same]);
  entries.remove(one);
  expect([...entries.ofUrls('fn_p', ['a.test/x'])]).toEqual([same]);
  entries.remove(same);
  expect([...entries.ofUrls('fn_p', ['a.test/x'])]).toEqual([]);
  expect([...entries.ofFunction('fn_p')]).toEqual([others[0]]);
});

test('all that an entry is kept with counts, not only its body', () => {
  const long = 'x'.repeat(1000);
  const plain = bytesOf(entry('p', 0, { key: 'k', url: 'u' }));
  for (const more of [
    { key: `k${long}` },
    { url: `u${long}` },
    { tags: [long] },
    { vary: [['x-who', long]] as const },
    { fields: [['x-long', long]] as const },
  ])
    expect(bytesOf(entry('p', 0, { key: 'k', url: 'u', ...more }))).toBeGreaterThanOrEqual(plain + 2000);
});

test('a purge matches what it names, of whom it names', () => {
  const page = { function: 'fn_1', project: 'shop', url: 'a.test/img/1', tags: ['news'] };
  expect(purgeMatcher({ urls: ['a.test/img/1'] })(page)).toBe(true);
  expect(purgeMatcher({ urls: ['a.test/img'] })(page)).toBe(false);
  expect(purgeMatcher({ prefixes: ['a.test/img'] })(page)).toBe(true);
  expect(purgeMatcher({ tags: ['sport', 'news'] })(page)).toBe(true);
  expect(purgeMatcher({ tags: ['sport'] })(page)).toBe(false);
  expect(purgeMatcher({ function: 'fn_2', everything: true })(page)).toBe(false);
  expect(purgeMatcher({ project: 'other', tags: ['news'] })(page)).toBe(false);
  expect(purgeMatcher({ project: 'shop', everything: true })(page)).toBe(true);
});

test('an answer that is still to come may have any tag', () => {
  const coming = { function: 'fn_1', project: 'shop', url: 'a.test/1', tags: undefined };
  expect(purgeMatcher({ tags: ['news'] })(coming)).toBe(true);
  expect(purgeMatcher({ project: 'other', tags: ['news'] })(coming)).toBe(false);
  expect(purgeMatcher({ urls: ['a.test/2'] })(coming)).toBe(false);
});
