// Ends connections over HTTP/2 on which nothing is asked. What a client sends besides requests does not count: one that
// keeps a connection with pings, or with half a head, is idle.

import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { tlsIdleMs } from './limits.ts';

export function watchIdleSession(session: ServerHttp2Session): void {
  let open = 0;
  const end = (): void => {
    session.close();
    session.destroy();
  };
  let timer = setTimeout(end, tlsIdleMs).unref();
  session.on('stream', (stream: ServerHttp2Stream) => {
    open += 1;
    clearTimeout(timer);
    stream.once('close', () => {
      open -= 1;
      if (open === 0 && !session.destroyed) timer = setTimeout(end, tlsIdleMs).unref();
    });
  });
  session.once('close', () => clearTimeout(timer));
}
