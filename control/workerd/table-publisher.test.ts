import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { FrontAck } from '../../edge/contract/front-api.ts';
import type { RoutingTable, TableDelta } from '../../edge/contract/routing-table.ts';
import type { Front } from './front.ts';
import { TablePublisher } from './table-publisher.ts';

/** A front as far as the publisher knows one: it takes what is newer than what it has. */
class FakeFront {
  generation: number;
  routes: readonly unknown[] = [];
  hangs = false;

  constructor(generation = -1) {
    this.generation = generation;
  }

  async putTable(table: RoutingTable): Promise<FrontAck> {
    await this.#answer();
    if (table.generation >= this.generation) this.#take(table.generation, table.routes);
    return { generation: this.generation };
  }

  async patchTable(delta: TableDelta): Promise<FrontAck> {
    await this.#answer();
    if (delta.base === this.generation) this.#take(delta.generation, delta.routes ?? this.routes);
    return { generation: this.generation };
  }

  #take(generation: number, routes: readonly unknown[]): void {
    this.generation = generation;
    this.routes = structuredClone(routes);
  }

  #answer(): Promise<void> {
    return this.hangs ? Promise.reject(new Error('no answer within 5 s')) : Promise.resolve();
  }
}

function usePublisher(generation: number) {
  const snapshotDir = mkdtempSync(join(tmpdir(), 'slv-'));
  onTestFinished(async () => {
    await publisher.writeSnapshot();
    rmSync(snapshotDir, { recursive: true, force: true });
  });
  const faulty: FakeFront[] = [];
  const publisher = new TablePublisher(
    { generation, domain: 'localhost', trustedProxies: [], functions: {}, routes: [], credentials: {} },
    snapshotDir,
    (front) => faulty.push(front as unknown as FakeFront),
  );
  const add = (front: FakeFront): Promise<void> => publisher.add(front as unknown as Front);
  return { publisher, faulty, add };
}

const route = { function: 'fn_1', host: null, path: '/', methods: null };

test('publish resolves when every front has the change', async () => {
  const { publisher, add } = usePublisher(100);
  const fronts = [new FakeFront(), new FakeFront()];
  await Promise.all(fronts.map(add));
  await publisher.publish({ routes: [route] });
  expect(fronts.map(({ generation, routes }) => [generation, routes.length])).toEqual([
    [101, 1],
    [101, 1],
  ]);
  expect(publisher.settled).toBe(true);
});

test('a front that does not answer is given up, and publish ends for the others', async () => {
  const { publisher, faulty, add } = usePublisher(100);
  const [good, bad] = [new FakeFront(), new FakeFront()];
  await Promise.all([add(good), add(bad)]);
  bad.hangs = true;
  await publisher.publish({ routes: [route] });
  expect(faulty).toEqual([bad]);
  expect(good.routes).toHaveLength(1);
  expect(publisher.settled).toBe(true);
});

test('a front with a newer table, as after the clock was set back, takes the table all the same', async () => {
  const { publisher, faulty, add } = usePublisher(100);
  const [first, ahead] = [new FakeFront(), new FakeFront(5000)];
  await add(first);
  await add(ahead);
  await publisher.publish({ routes: [route] });
  expect([first.routes, ahead.routes]).toEqual([[route], [route]]);
  expect(first.generation).toBe(ahead.generation);
  expect(ahead.generation).toBeGreaterThan(5000);
  expect(publisher.settled).toBe(true);
  expect(faulty).toEqual([]);
});
