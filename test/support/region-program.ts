// A region of a test: an HTTP server that says its name, behind a relay that holds back what passes for as long as a
// distant network would. It runs in a network namespace of its own. Each line on standard input is another delay.
//
//   node region-program.ts <address> <port> <name> <delay in ms, there and back>

import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createRelay, type Socket } from 'node:net';

const [address = '', port = '', name = '', delay = ''] = process.argv.slice(2);
let oneWayMs = Number(delay) / 2;
process.stdin.on('data', (line) => {
  oneWayMs = Number(String(line)) / 2;
});

const server = createServer((request, response) => {
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.byteLength;
  });
  request.on('end', () => {
    const body = JSON.stringify({ region: name, url: request.url, host: request.headers.host, length });
    response.setHeader('content-length', Buffer.byteLength(body));
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const behind = (server.address() as AddressInfo).port;
  createRelay({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: behind, host: '127.0.0.1', allowHalfOpen: true });
    carry(near, far);
    carry(far, near);
  }).listen(Number(port), address, () => process.stdout.write('ready\n'));
});

/** In order, as each piece is held back for as long as the one before it at least. */
function carry(from: Socket, to: Socket): void {
  let last = Promise.resolve();
  const after = (work: () => void): void => {
    const until = new Promise((resolve) => setTimeout(resolve, oneWayMs));
    last = last.then(() => until).then(work);
  };
  from.on('data', (chunk) => after(() => void to.write(chunk)));
  from.on('end', () => after(() => void to.end()));
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroySoon());
}
