// What control asks of the outbound, on a socket that is open to the platform's user only.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { BindingRelay } from './binding-relay.ts';
import type { Callers } from './callers.ts';
import { CONTROL_ADDRESS_PATH, callerPath, DRAIN_BINDINGS_PATH } from './contract.ts';
import type { ControlGuard } from './control-guard.ts';

export function createPrivateServer(callers: Callers, guard: ControlGuard, relay: BindingRelay): Server {
  return createServer((request, response) => {
    answer(request, callers, guard, relay).then(
      (status) => response.writeHead(status).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
}

async function answer(
  { method, url }: IncomingMessage,
  callers: Callers,
  guard: ControlGuard,
  relay: BindingRelay,
): Promise<number> {
  if (method !== 'PUT') return 405;
  if (url === CONTROL_ADDRESS_PATH) {
    guard.read();
    return 204;
  }
  if (url === DRAIN_BINDINGS_PATH) {
    relay.drain();
    return 204;
  }
  const prefix = callerPath('');
  if (!url?.startsWith(prefix)) return 404;
  await callers.load(url.slice(prefix.length));
  return 204;
}
