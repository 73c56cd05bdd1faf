// Goal: functions reach out through outbound under its network's rules, and learn why when they may not.
// Method: the built worker in the workerd that runs it. Its public-only network is as control emits it; where
// something must be reached, the same config with a network that allows the test's own machine.

import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { bundleEdge } from '../../control/workerd/edge-bundle.ts';
import { emitCapnp } from '../../control/workerd/emit-capnp.ts';
import { instanceSample } from '../../control/workerd/goldens/sample-configs.ts';
import { outboundConfig } from '../../control/workerd/outbound-config.ts';
import { type RunningWorkerd, useWorkerd } from '../support/use-workerd.ts';

const FUNCTION = `import { connect } from 'cloudflare:sockets';
const overTcp = async (address) => {
  const socket = connect(address);
  await socket.writable.getWriter().write(new TextEncoder().encode('ping'));
  const { value } = await socket.readable.getReader().read();
  return new Response(value);
};
export default {
  fetch(request) {
    const target = request.headers.get('x-target');
    if (!target.startsWith('tcp:')) return fetch(target);
    return overTcp(target.slice(4)).catch((error) => new Response(String(error), { status: 599 }));
  },
};`;

async function useFunction(allow: 'public' | 'private'): Promise<RunningWorkerd> {
  const config = outboundConfig({ outbound: await bundleEdge('outbound') });
  const services = config.services.map((service) =>
    service.kind === 'network' && allow === 'private'
      ? { ...service, allow: ['private'], deny: [] }
      : service,
  );
  const outbound = await useWorkerd(emitCapnp({ ...config, services }), { sockets: ['outbound'] });
  const modules = [{ name: 'index.js', type: 'esm', content: FUNCTION }] as const;
  const instance = instanceSample({ modules, outboundSocket: outbound.socketPath('outbound') });
  return useWorkerd(emitCapnp(instance), { sockets: ['http'] });
}

test.each(['http://127.0.0.1:9/', 'http://[::1]/', 'http://localhost:9000/functions', 'https://10.0.0.1/'])(
  '%s is refused with the reason',
  async (target) => {
    const instance = await useFunction('public');
    const answer = await instance.fetch('http', '/', { 'x-target': target });
    expect([answer.status, answer.headers['x-selvedge-error']]).toEqual([403, 'FN_009']);
    const { message } = JSON.parse(answer.body).error;
    expect(message).toContain(`may not connect to "${new URL(target).hostname}"`);
  },
);

test('a name that does not resolve is told as such', async () => {
  const instance = await useFunction('public');
  const answer = await instance.fetch('http', '/', { 'x-target': 'http://no-such-host.invalid/' });
  expect([answer.status, answer.headers['x-selvedge-error']]).toEqual([502, 'FN_009']);
  expect(JSON.parse(answer.body).error.message).toMatch(/"no-such-host.invalid".*does not resolve/);
});

test('the identity that the instance carries ends at outbound', async () => {
  let seen: IncomingHttpHeaders = {};
  const origin = createHttpServer((request, response) => {
    seen = request.headers;
    response.end('reached');
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void origin.close());
  const { port } = origin.address() as AddressInfo;
  const instance = await useFunction('private');
  const answer = await instance.fetch('http', '/', { 'x-target': `http://127.0.0.1:${port}/` });
  expect([answer.status, answer.body]).toEqual([200, 'reached']);
  expect(Object.keys(seen).filter((name) => name.startsWith('x-selvedge'))).toEqual([]);
});

test('connect() passes bytes both ways under the rules of the network', async () => {
  const server = createServer((socket) => socket.on('data', (data) => socket.end(`${data} pong`)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const target = { 'x-target': `tcp:127.0.0.1:${port}` };
  const open = await useFunction('private');
  expect((await open.fetch('http', '/', target)).body).toBe('ping pong');
  const closed = await useFunction('public');
  const refused = await closed.fetch('http', '/', target);
  expect([refused.status, refused.body]).toEqual([599, expect.stringContaining('connection lost')]);
});
