import { expect, test } from 'vitest';
import { aTable } from '../../test/support/an-entry.ts';
import { type TableChange, tableDelta } from './table-delta.ts';

const key = { id: 'ak_1', project: 'default', function: null, scopes: [], expiresAt: null };
const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
const change = (generation: number, apiKeys?: readonly string[]): TableChange => ({
  ...{ generation, functions: [], routes: false, credentials: false },
  ...(apiKeys && { apiKeys }),
});

test('of the keys of visitors just those that changed are sent, as they are now', () => {
  const table = aTable([], { generation: 4, apiKeys: { [a]: key } });
  const changes = [change(2, [a]), change(3, [b]), change(4)];
  expect(tableDelta(table, changes, 1)?.apiKeys).toEqual({ set: { [a]: key }, removed: [b] });
  expect(tableDelta(table, changes, 2)?.apiKeys).toEqual({ set: {}, removed: [b] });
  expect(tableDelta(table, changes, 3)).not.toHaveProperty('apiKeys');
});
