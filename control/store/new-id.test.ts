import { expect, test } from 'vitest';
import { TOKEN_FORM } from '../../edge/contract/names.ts';
import { newDeploymentId, newFunctionId, newKeyId, newToken } from './new-id.ts';

test('ids have their prefix and 20 lower-case letters and digits', () => {
  expect(newFunctionId()).toMatch(/^fn_[0-9a-z]{20}$/);
  expect(newDeploymentId()).toMatch(/^dep_[0-9a-z]{20}$/);
  expect(newKeyId()).toMatch(/^key_[0-9a-z]{20}$/);
});

test('tokens have the form by which fronts know them', () => {
  expect(newToken()).toMatch(TOKEN_FORM);
});

test('tokens use all letters and digits, about as often as each other', () => {
  const characters = Array.from({ length: 2000 }, () => newToken().slice('slv_'.length)).join('');
  const counts = new Map<string, number>();
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  expect(counts.size).toBe(62);
  // 80,000 draws: 1,290 of each are expected, with a standard deviation of 36. Seven of those leave room.
  expect(Math.min(...counts.values())).toBeGreaterThan(1040);
  expect(Math.max(...counts.values())).toBeLessThan(1540);
});
