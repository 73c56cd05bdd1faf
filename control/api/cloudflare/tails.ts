// `wrangler tail`: a Worker's invocations as they happen, over a WebSocket that is opened by the id of its tail alone, as
// wrangler sends no token there.

import { upgradeWebSocket } from '@hono/node-server';
import type { Context } from 'hono';
import { AppError } from '../../model/errors.ts';
import { createTailSchema } from '../../model/tail.ts';
import type { Platform } from '../../platform/platform.ts';
import type { ApiEnv } from '../api-env.ts';
import { TAIL_SOCKET_ROUTE } from '../auth.ts';
import type { ApiApp } from '../operation.ts';
import { addEndpoint } from './add-endpoint.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';
import { answer } from './envelope.ts';
import { findWorker } from './find-worker.ts';
import { SCRIPT } from './scripts.ts';
import { asUuid } from './version-uuid.ts';

/** Bytes that wait for a client that does not read; beyond it is let go. */
const unsentBytesMax = 1024 * 1024;

export function addTails(app: ApiApp, platform: Platform): void {
  const path = `${SCRIPT}/tails`;
  addEndpoint(app, { name: 'createTail', method: 'post', path, access: 'read' }, async (call) => {
    const { record } = await findWorker(platform, call);
    const { filters } = call.json(createTailSchema);
    // `self` is whoever asks; behind a proxy that is the proxy.
    const own = filters.map(({ client_ip, ...filter }) => ({
      ...filter,
      ...(client_ip && { client_ip: client_ip.map((ip) => (ip === 'self' ? (call.by.address ?? ip) : ip)) }),
    }));
    const { id, expiresAt } = await platform.createTail(call.by, { idOrName: record.id }, own);
    const url = `ws://${call.header('host') ?? 'localhost'}${TAIL_SOCKET_ROUTE.replace(':tail', id)}`;
    return answer({ id: asUuid(id), url, expires_at: expiresAt });
  });

  addEndpoint(app, { name: 'listTails', method: 'get', path, access: 'read' }, async (call) => {
    const { record } = await findWorker(platform, call);
    const tails = platform.listTails(call.by, { idOrName: record.id });
    // Ids are not told again: whoever has one can listen.
    return answer(tails.map(({ expiresAt }) => ({ expires_at: expiresAt })));
  });

  addEndpoint(
    app,
    { name: 'deleteTail', method: 'delete', path: `${path}/:tail`, access: 'read' },
    async (call) => {
      const { record } = await findWorker(platform, call);
      const id = call.param('tail').replaceAll('-', '');
      if (platform.deleteTail(call.by, { idOrName: record.id }, id)) return answer(null);
      throw new CloudflareError(
        CODES.noWorker,
        'FN_001',
        'There is no such tail: it may have ended already.',
      );
    },
  );

  app.rules.add('get', TAIL_SOCKET_ROUTE, { operation: 'cloudflare.openTail', access: 'open' });
  app.get(TAIL_SOCKET_ROUTE, (c) => {
    const id = c.req.param('tail');
    if (!platform.hasTail(id))
      throw new AppError('FN_001', 'There is no such tail: it may have expired. Start wrangler tail again.');
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket')
      throw new AppError('FN_006', 'This is a WebSocket: wrangler tail opens it.');
    return stream(c, platform, id);
  });
}

async function stream(c: Context<ApiEnv>, platform: Platform, id: string): Promise<Response> {
  let leave: (() => void) | undefined;
  const upgrade = upgradeWebSocket(() => ({
    onOpen: (_, socket) => {
      leave = platform.connectTail(id, {
        send: (event) => {
          const { bufferedAmount = 0 } = socket.raw as { bufferedAmount?: number };
          if (bufferedAmount > unsentBytesMax) {
            socket.close(1008, 'the client does not read');
            leave?.();
          } else
            socket.send(JSON.stringify({ ...event, scriptVersion: { id: asUuid(event.scriptVersion.id) } }));
        },
        end: (reason) => socket.close(1000, reason),
      });
      if (!leave) socket.close(1008, 'the tail has a client already');
    },
    onClose: () => leave?.(),
    onError: () => leave?.(),
  }));
  return (await upgrade(c, async () => undefined)) as Response;
}
