// A name server that says 127.0.0.1 of every host, and nothing of an IPv6 address.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const TYPE_A = 1;

export async function startNameServer(): Promise<{ readonly port: number; stop(): void }> {
  const socket: Socket = createSocket('udp4');
  socket.on('message', (question, { port, address }) => socket.send(answerTo(question), port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, stop: () => socket.close() };
}

function answerTo(message: Buffer): Buffer {
  let end = 12;
  while ((message[end] ?? 0) !== 0) end += (message[end] ?? 0) + 1;
  const question = message.subarray(12, end + 5);
  const known = question.readUInt16BE(question.length - 4) === TYPE_A;
  const header = Buffer.alloc(12);
  header.writeUInt16BE(message.readUInt16BE(0), 0);
  header.writeUInt16BE(0x8580, 2); // An answer, of one who knows.
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(known ? 1 : 0, 6);
  // The name of the question, an address, of the internet, for a second, four bytes.
  const address = Buffer.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([header, question, ...(known ? [address] : [])]);
}
