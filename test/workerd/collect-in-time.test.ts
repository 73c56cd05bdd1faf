// Goal: what workerd keeps of finished requests does not fill an instance's memory, however many there were.
// Method: a function that only says hello gets so many requests that without the collections it would have 150 MB.

import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { expect, test } from 'vitest';
import { useBundledFunction } from '../support/use-bundled-function.ts';

const clients = 50;
const requestsEach = 400;

test('memory stays small over 20,000 requests', async () => {
  const code = `export default { fetch() { return new Response('hello'); } };`;
  const { pid, socket } = await useBundledFunction({ code });
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const call = (): Promise<number> =>
    new Promise((resolve, reject) => {
      request({ socketPath: socket, agent }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
      })
        .once('error', reject)
        .end();
    });
  const all = Array.from({ length: clients }, async () => {
    const statuses = new Set<number>();
    for (let n = 0; n < requestsEach; n += 1) statuses.add(await call());
    return [...statuses];
  });
  expect((await Promise.all(all)).flat().filter((status) => status !== 200)).toEqual([]);
  agent.destroy();
  const privateKb = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  expect(Number(privateKb) / 1024).toBeLessThan(64);
});
