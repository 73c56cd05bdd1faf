// Attacks by WebSocket.

import { WebSocket } from 'ws';
import type { Drive } from '../fault.ts';
import { pause } from './requests.ts';

export interface WebSocketsOptions {
  /** Each sends a message so often. */
  readonly sendEveryMs?: number;
  /** False: what the function sends is left in the connection. */
  readonly reads?: boolean;
}

/** Opens so many and holds them until the attack is over. */
export function webSockets(count: number, { reads = true, sendEveryMs }: WebSocketsOptions = {}): Drive {
  return async (scene) => {
    const open = Array.from({ length: count }, () => {
      const socket = new WebSocket(`ws://127.0.0.1:${scene.platform.edgePort}/`, {
        headers: { host: `${scene.name}.localhost` },
      });
      let held = false;
      socket.on('open', () => {
        held = true;
        if (!reads) socket.pause();
        if (sendEveryMs === undefined) return;
        const timer = setInterval(() => socket.send('x'.repeat(1000)), sendEveryMs);
        socket.on('close', () => clearInterval(timer));
      });
      socket.on('error', () => undefined); // `close` follows and counts it.
      socket.on('close', () => scene.tally.add(held ? 'opened and closed' : 'refused'));
      return socket;
    });
    await pause(Math.max(0, scene.until - Date.now()));
    // The end of one whose messages wait to be read is told only behind them.
    const left = open.filter(({ readyState }) => readyState !== WebSocket.CLOSED);
    const closed = left.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of left) {
      socket.terminate();
      socket.resume();
    }
    await Promise.all(closed);
  };
}
