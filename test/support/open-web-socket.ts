// A client's WebSocket to a function.

import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { TestPlatform } from './test-platform.ts';

/** Resolves when it is open. */
export async function openWebSocket(platform: TestPlatform, name: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${platform.edgePort}/`, {
    headers: { host: `${name}.localhost` },
  });
  await once(socket, 'open');
  return socket;
}

/** Sends a message, and resolves with the next one that comes. */
export async function echoOf(socket: WebSocket, message: string): Promise<string> {
  const answered = once(socket, 'message');
  socket.send(message);
  return String((await answered)[0]);
}
