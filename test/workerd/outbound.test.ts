// Goal: functions reach out under their rules, whatever way they try, and learn why when they may not.
// Method: the real outbound, started as control starts it, and real instances. Origins listen on loopback, which
// the outbound opens to a test as an operator would: by a list of networks.

import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { useOutbound } from '../support/use-outbound.ts';

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
    const headers = { 'x-selvedge-function': 'forged', 'x-selvedge-egress': 'public', host: 'elsewhere.example' };
    if (!target.startsWith('tcp:')) return fetch(target, { headers });
    return overTcp(target.slice(4)).catch((error) => new Response(String(error), { status: 599 }));
  },
};`;

/** An HTTP origin on loopback; resolves with its port. */
async function useOrigin(handler: Parameters<typeof createHttpServer>[1]): Promise<number> {
  const origin = createHttpServer(handler);
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void origin.close());
  return (origin.address() as AddressInfo).port;
}

test.each(['http://127.0.0.1:9/', 'http://[::1]/', 'http://localhost:9000/functions', 'https://10.0.0.1/'])(
  '%s is refused with the reason, and the refusal is told',
  async (target) => {
    const { instance, lines } = await useOutbound();
    const running = await instance(FUNCTION, 'public');
    const answer = await running.fetch('http', '/', { 'x-target': target });
    expect([answer.status, answer.headers['x-selvedge-error']]).toEqual([403, 'FN_009']);
    const { message } = JSON.parse(answer.body).error;
    const { hostname } = new URL(target);
    expect(message).toContain(`may not connect to "${hostname}:`);
    expect(message).toContain('not public');
    expect(lines()).toMatchObject([{ k: 'log', l: 'warn', m: `FN_009 ${message}`, f: 'fn_0', v: 'v1' }]);
  },
);

test('a name that does not resolve is told as such', async () => {
  const { instance } = await useOutbound();
  const answer = await (await instance(FUNCTION, 'public')).fetch('http', '/', {
    'x-target': 'http://no-such-host.invalid/',
  });
  expect([answer.status, answer.headers['x-selvedge-error']]).toEqual([502, 'FN_010']);
  expect(JSON.parse(answer.body).error.message).toMatch(
    /"no-such-host.invalid:80": .*\((ENOTFOUND|EAI_AGAIN)\)/,
  );
});

test('an origin sees the host of the URL and no header of the platform', async () => {
  let seen: IncomingHttpHeaders = {};
  const port = await useOrigin((request, response) => {
    seen = request.headers;
    response.end('reached');
  });
  const { instance } = await useOutbound({ openNetworks: ['127.0.0.0/8'] });
  const running = await instance(FUNCTION, ['127.0.0.1']);
  const answer = await running.fetch('http', '/', { 'x-target': `http://127.0.0.1:${port}/` });
  expect([answer.status, answer.body]).toEqual([200, 'reached']);
  expect(seen.host).toBe(`127.0.0.1:${port}`);
  expect(Object.keys(seen).filter((name) => name.startsWith('x-selvedge'))).toEqual([]);
});

test('connect() passes bytes both ways under the same rules', async () => {
  const server = createServer((socket) => socket.on('data', (data) => socket.end(`${data} pong`)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const target = { 'x-target': `tcp:127.0.0.1:${port}` };
  const { instance, lines } = await useOutbound({ openNetworks: [`127.0.0.1:${port}`] });
  const open = await instance(FUNCTION, ['127.0.0.0/8']);
  expect((await open.fetch('http', '/', target)).body).toBe('ping pong');
  const closed = await instance(FUNCTION, 'public');
  const refused = await closed.fetch('http', '/', target);
  expect([refused.status, refused.body]).toEqual([599, expect.stringContaining('cannot connect')]);
  expect(lines().map(({ f }) => f)).toEqual(['fn_1']);
});
