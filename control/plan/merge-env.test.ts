import { expect, test } from 'vitest';
import type { OverlayVariable } from '../model/overlay.ts';
import { mergeEnv } from './merge-env.ts';

const set = (key: string, environment: string | null, base: string | null): OverlayVariable => ({
  ...{ project: 'shop', environment, base, key, secret: false, updatedAt: '' },
  value: base ?? environment ?? 'project',
});
const own = (key: string) => ({ key, value: 'own', secret: true });

test.each([
  ['nowhere else', ['p'], [], 'project'],
  ['in the environment too', ['p', 'e'], [], 'staging'],
  ['by the version too', ['p', 'e'], ['v'], 'own'],
  ['for the function in the environment', ['o', 'p', 'e'], ['v'], 'cart'],
  ['for the function alone', ['o'], ['v'], 'cart'],
])('a name that is set for the project and %s has that value', (_, overlay, version, value) => {
  const layers = { p: set('A', null, null), e: set('A', 'staging', null), o: set('A', 'staging', 'cart') };
  const merged = mergeEnv(
    overlay.map((name) => layers[name as keyof typeof layers]),
    version.map(() => own('A')),
  );
  expect(merged.map((entry) => entry.value)).toEqual([value]);
});

test('names are sorted, and each says where it comes from and whether it is a secret', () => {
  const merged = mergeEnv([set('C', null, null), set('A', 'staging', 'cart')], [own('B')]);
  expect(merged.map(({ key, source, secret }) => [key, source, secret])).toEqual([
    ['A', 'override', false],
    ['B', 'function', true],
    ['C', 'project', false],
  ]);
});
