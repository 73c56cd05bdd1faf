// The one process of a network namespace that a test talks to. Sockets of the file system reach through namespaces:
// a connection to the socket in argument 1 begins with a line, `connect <host> <port>` or `listen <host> <port>
// <path>`, and is then that TCP connection, or says that what arrives there is handed to the socket at <path>.

import { connect, createServer, type Socket } from 'node:net';

const join = (one: Socket, other: Socket): void => {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
};

const server = createServer((client) => {
  client.on('error', () => client.destroy());
  client.once('data', (line) => {
    const [command, host, port, path] = String(line).trim().split(' ');
    if (command === 'connect') {
      const target = connect({ host: String(host), port: Number(port) });
      target.on('error', () => client.destroy());
      target.once('connect', () => {
        client.write('ok\n');
        join(client, target);
      });
      return;
    }
    const listener = createServer((arrived) => join(arrived, connect(String(path))));
    listener.once('error', (error) => client.end(`${error}\n`));
    listener.listen(Number(port), host, () => client.end('ok\n'));
  });
});
server.listen(process.argv[2], () => process.stdout.write('ready\n'));
