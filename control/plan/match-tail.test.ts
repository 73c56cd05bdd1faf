import { expect, test } from 'vitest';
import { createTailSchema, type TailEvent, type TailFilter } from '../model/tail.ts';
import { matchTail } from './match-tail.ts';

const id = '5f2b1c0d9e8a7f6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b';
const event: TailEvent = {
  ...{ outcome: 'ok', scriptName: 'cart', scriptVersion: { id }, eventTimestamp: 1, wallTime: 2 },
  exceptions: [{ name: 'Error', message: 'no stock', timestamp: 1 }],
  logs: [{ message: ['adding 3'], level: 'log', timestamp: 1 }],
  truncated: false,
  event: {
    request: {
      ...{ url: 'http://cart.localhost/', method: 'GET', cf: {} },
      headers: { 'x-team': 'blue green', 'x-forwarded-for': '192.0.2.1, 10.0.0.1' },
    },
    response: { status: 200 },
  },
};
const cron: TailEvent = { ...event, event: { cron: '* * * * *', scheduledTime: 1 } };

test.each<[TailFilter, boolean, boolean]>([
  [{}, true, true],
  [{ sampling_rate: 0.5 }, true, true],
  [{ sampling_rate: 0.4 }, false, false],
  [{ outcome: ['ok', 'canceled'] }, true, true],
  [{ outcome: ['exception'] }, false, false],
  [{ outcome: [] }, true, true],
  [{ method: ['get'] }, true, false],
  [{ method: ['POST'] }, false, false],
  [{ header: { key: 'X-Team' } }, true, false],
  [{ header: { key: 'x-team', query: 'green' } }, true, false],
  [{ header: { key: 'x-team', query: 'red' } }, false, false],
  [{ header: { key: 'x-other' } }, false, false],
  [{ client_ip: ['192.0.2.1'] }, true, false],
  [{ client_ip: ['10.0.0.1'] }, false, false],
  [{ query: 'adding' }, true, true],
  [{ query: 'stock' }, true, true],
  [{ query: 'else' }, false, false],
  [{ scriptVersion: '5f2b1c0d-9e8a-7f6b-5c4d-3e2f1a0b9c8d' }, true, true],
  [{ scriptVersion: '00000000-9e8a-7f6b-5c4d-3e2f1a0b9c8d' }, false, false],
])('%o tells a request: %s, a schedule: %s', (filter, request, schedule) => {
  expect([matchTail(event, [filter], 0.45), matchTail(cron, [filter], 0.45)]).toEqual([request, schedule]);
});

test('what passes one filter and not another is not told', () => {
  expect(matchTail(event, [{ method: ['GET'] }, { outcome: ['exception'] }], 0)).toBe(false);
});

test.each([
  [[{ sampling_rate: 2 }]],
  [[{ nonsense: 1 }]],
  [Array.from({ length: 21 }, () => ({ method: ['GET'] }))],
])('filters that are not the ecosystem’s, or too many, are refused: %#', (filters) => {
  expect(createTailSchema.safeParse({ filters }).success).toBe(false);
});
