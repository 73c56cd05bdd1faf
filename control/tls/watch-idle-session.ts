// Ends connections over HTTP/2 on which nothing is asked. What a client sends besides requests does not count: one that
// keeps a connection with pings, or with half a head, is idle.

import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';

export function watchIdleSession(session: ServerHttp2Session, idleMs: number): void {
  let open = 0;
  const end = (): void => {
    session.close();
    session.destroy();
  };
  let timer = setTimeout(end, idleMs).unref();
  session.on('stream', (stream: ServerHttp2Stream) => {
    open += 1;
    clearTimeout(timer);
    stream.once('close', () => {
      open -= 1;
      if (open === 0 && !session.destroyed) timer = setTimeout(end, idleMs).unref();
    });
  });
  session.once('close', () => clearTimeout(timer));
}
