import { expect, it } from 'vitest';
import { routingTableSchema } from '../../../edge/contract/routing-table.ts';
import { resolveTarget } from '../../../edge/route/resolve-target.ts';
import { TableIndex } from '../../../edge/route/table-index.ts';
import { checkFunction, localRecord } from './function-input.ts';
import { localTable } from './local-table.ts';

const version = '1a'.repeat(32);
const record = localRecord(checkFunction({ name: 'hello', project: 'shop', code: 'x' }, {}));
const table = localTable({ generation: 1, record, version, slot: 2 });
const target = (host: string, path: string) =>
  resolveTarget(new TableIndex(table), host, 'GET', `http://${host}${path}`);

it('is a table as the router takes it', () => {
  expect(routingTableSchema.parse(table)).toEqual(table);
});

it.each(['127.0.0.1:8787', 'localhost', 'hello.shop.localhost', 'abc.tunnel.example'])(
  'leads every path at %s to the function',
  (host) => {
    expect(target(host, '/a/b')).toMatchObject({ entry: { name: 'hello' }, url: null, mount: null });
  },
);

it('has the path mount, below which the function sees the rest', () => {
  expect(target('127.0.0.1', '/p/shop/functions/hello/a?b')).toMatchObject({
    entry: { name: 'hello' },
    url: 'http://127.0.0.1/a?b',
    mount: '/p/shop/functions/hello',
  });
});

it('is public, and has no instance when nothing was built', () => {
  const empty = localTable({ generation: 1, record, version, slot: undefined });
  expect(Object.values(empty.functions)).toMatchObject([{ public: true, slots: {} }]);
});
