import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { connectedInstances } from './connected-instances.ts';
import { boundPath } from './listening-socket.ts';

test('tells who is connected to, and no more once the connection has gone', async () => {
  const id = `seen-${process.pid}`;
  const server = createServer();
  onTestFinished(() => void server.close());
  server.listen(boundPath(join(useTmpDir(), `${id}.sock`)));
  await once(server, 'listening');
  expect(connectedInstances().has(id)).toBe(false);
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect(server.address() as string);
  await accepted;
  expect(connectedInstances().has(id)).toBe(true);
  client.destroy();
  await waitFor('the connection to go', () => !connectedInstances().has(id));
});

test('passes over sockets that listen, have no name, or have one that is not of an instance', () => {
  const table = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 48966 /d/run/slots/listens.sock~
0000000000000000: 00000003 00000000 00000000 0001 03 48967
0000000000000000: 00000003 00000000 00000000 0001 03 48968 /d/run/control.sock
0000000000000000: 00000003 00000000 00000000 0001 03    19 /d e/run/slots/busy.sock~
`;
  expect(connectedInstances(table)).toEqual(new Set(['busy']));
});
