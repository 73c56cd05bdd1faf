import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { DataKey } from './data-key.ts';
import { masterKeyText, newMasterKey, parseMasterKey, unwrapDataKey, wrapDataKey } from './master-key.ts';
import { KEY_BYTES, UnsealError } from './sealing.ts';

test('a key is read back from its text, with its id', () => {
  const key = newMasterKey();
  expect(parseMasterKey(`  ${masterKeyText(key)}\n`)).toEqual({ id: key.id, bytes: Buffer.from(key.bytes) });
  expect(key.id).toMatch(/^[0-9a-f]{16}$/);
  expect(newMasterKey().id).not.toBe(key.id);
});

test.each([
  ['nothing', ''],
  ['31 bytes', randomBytes(31).toString('base64')],
  ['33 bytes', randomBytes(33).toString('base64')],
  ['hex', randomBytes(32).toString('hex')],
  ['two keys', `${randomBytes(32).toString('base64')}\n${randomBytes(32).toString('base64')}`],
])('%s is no master key', (_, text) => {
  expect(parseMasterKey(text)).toBeUndefined();
});

test('a data key is unwrapped for its own project alone, and by its own master key alone', () => {
  const master = newMasterKey();
  const dataKey = randomBytes(KEY_BYTES);
  const wrapped = wrapDataKey(master, 'shop', dataKey);
  expect(Buffer.from(unwrapDataKey(master, 'shop', wrapped))).toEqual(dataKey);
  expect(() => unwrapDataKey(master, 'other', wrapped)).toThrow(UnsealError);
  expect(() => unwrapDataKey(newMasterKey(), 'shop', wrapped)).toThrow(UnsealError);
});

test('a mark is the same for the same name and value, and another under another key', () => {
  const bytes = randomBytes(KEY_BYTES);
  const mark = new DataKey('shop', bytes).mark('A', '1');
  expect(new DataKey('shop', bytes).mark('A', '1')).toBe(mark);
  expect(new DataKey('shop', bytes).mark('A', '2')).not.toBe(mark);
  expect(new DataKey('shop', bytes).mark('B', '1')).not.toBe(mark);
  expect(new DataKey('shop', randomBytes(KEY_BYTES)).mark('A', '1')).not.toBe(mark);
});
