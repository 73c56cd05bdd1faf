// Attacks below HTTP: clients that send slowly, half, too much, or leave.

import { connect, type Socket } from 'node:net';
import type { Drive, Scene } from '../fault.ts';
import { pause } from './requests.ts';

interface ConnectionsOptions {
  readonly connections: number;
  /** What a connection does once it is there; the drive closes it when the attack is over. */
  readonly act: (socket: Socket, scene: Scene) => void;
  /** A connection that the platform closed is opened again. */
  readonly again?: boolean;
}

/** Holds connections until the attack is over; counts those that it still has, and those that were closed. */
export function connections({ act, again, connections: count }: ConnectionsOptions): Drive {
  return async (scene) => {
    const open = new Set<Socket>();
    const add = (): void => {
      const socket = connect(scene.platform.edgePort, '127.0.0.1');
      open.add(socket);
      let answer = '';
      socket.on('data', (part: Buffer) => {
        answer ||= /^HTTP\/1.1 (\d+)/.exec(part.toString('latin1'))?.[1] ?? 'not HTTP';
      });
      socket.on('error', () => undefined); // `close` follows and counts it.
      socket.on('connect', () => act(socket, scene));
      socket.on('close', () => {
        if (!open.delete(socket)) return;
        scene.tally.add(answer === '' ? 'closed' : `closed after ${answer}`);
        if (again && Date.now() < scene.until) add();
      });
    };
    for (let i = 0; i < count; i += 1) add();
    await pause(Math.max(0, scene.until - Date.now()));
    for (const socket of open) {
      open.delete(socket);
      scene.tally.add('held');
      socket.resetAndDestroy();
    }
  };
}

export const head = (name: string, method = 'GET', rest = ''): string =>
  `${method} / HTTP/1.1\r\nhost: ${name}.localhost\r\n${rest}`;

/** A byte of the head a second: it is never whole. */
export const slowHead = (socket: Socket, { name }: Scene): void => {
  const bytes = head(name, 'GET', `x-slow: ${'s'.repeat(1000)}`);
  let sent = 0;
  const timer = setInterval(() => {
    socket.write(bytes.charAt(sent % bytes.length));
    sent += 1;
  }, 1000);
  socket.on('close', () => clearInterval(timer));
};

/** A byte of the body a second. */
export const slowBody = (socket: Socket, { name }: Scene): void => {
  socket.write(head(name, 'POST', 'content-length: 100000\r\n\r\n'));
  const timer = setInterval(() => socket.write('x'), 1000);
  socket.on('close', () => clearInterval(timer));
};

/** A whole request, and then the client's side is closed quietly. */
export const halfOpen = (socket: Socket, { name }: Scene): void => {
  socket.end(head(name, 'GET', '\r\n'));
};

/** A whole request, and the client is gone before an answer can be. */
export const leave = (socket: Socket, { name }: Scene): void => {
  socket.write(head(name, 'GET', '\r\n'), () => setTimeout(() => socket.resetAndDestroy(), 20));
};

/** A megabyte of headers. */
export const hugeHead = (socket: Socket, { name }: Scene): void => {
  const headers = Array.from({ length: 1000 }, (_, i) => `x-${i}: ${'h'.repeat(1000)}\r\n`).join('');
  socket.write(head(name, 'GET', `${headers}\r\n`));
};

/** A thousand requests at once on one connection. */
export const pipeline = (socket: Socket, { name }: Scene): void => {
  socket.write(head(name, 'GET', '\r\n').repeat(1000));
};

/** Bytes that are no HTTP. */
export const garbage = (socket: Socket): void => {
  socket.write(Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)));
};
