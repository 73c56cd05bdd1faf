// NQRust MicroVM's virtual machines, `/v1/vms`: here the instances of functions ("Monitor Function VM"). The document
// names the calls and not their bodies, so that these say what the kernel does of an instance, and null where it does not.

import { upgradeWebSocket } from '@hono/node-server';
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError } from '../../model/errors.ts';
import type { InstanceSample, InstanceView, Platform } from '../../platform/platform.ts';
import type { ApiEnv } from '../api-env.ts';
import { type ApiApp, addRoute } from '../operation.ts';

const noQuery = z.strictObject({});
/** Digits of an instance's id in its name. */
const nameDigits = 8;
/** Bytes that wait for a client that does not read; beyond it is let go. */
const unsentBytesMax = 65_536;

export function addVms(app: ApiApp, platform: Platform): void {
  const at = '/v1/vms/{id}';
  addRoute(
    app,
    { name: 'nqrustListVms', method: 'get', path: '/v1/vms', access: 'read', query: noQuery },
    ({ by }) => Response.json({ items: platform.listInstances(by).map(vm) }),
  );
  addRoute(
    app,
    { name: 'nqrustGetVm', method: 'get', path: at, access: 'read', query: noQuery },
    ({ by, param }) => Response.json({ item: vm(platform.getInstance(by, param('id'))) }),
  );
  addRoute(
    app,
    { name: 'nqrustVmShell', method: 'get', path: `${at}/shell`, access: 'read', query: noQuery },
    () => {
      throw new AppError(
        'FN_001',
        'There is no shell: an instance is one sandboxed workerd process without one. Read GET /v1/functions/{id}/logs, or the whole log with GET /functions/{id}/logs.',
      );
    },
  );
  addRoute(
    app,
    { name: 'nqrustVmMetrics', method: 'get', path: `${at}/metrics/ws`, access: 'read', query: noQuery },
    ({ by, param }, c) => {
      const left = new AbortController();
      const id = param('id');
      const samples = platform.watchInstance(by, id, left.signal);
      if (c.req.header('upgrade')?.toLowerCase() === 'websocket') return stream(c, id, samples, left);
      throw new AppError('FN_006', 'This is a WebSocket: open it with a WebSocket client, at ws://.');
    },
  );
}

async function stream(
  c: Context<ApiEnv>,
  id: string,
  samples: AsyncIterable<InstanceSample>,
  left: AbortController,
): Promise<Response> {
  const upgrade = upgradeWebSocket(() => ({
    onOpen: async (_, socket) => {
      try {
        for await (const sample of samples) {
          socket.send(JSON.stringify(metrics(id, sample)));
          const { bufferedAmount = 0 } = socket.raw as { bufferedAmount?: number };
          if (bufferedAmount > unsentBytesMax) return socket.close(1008, 'the client does not read');
        }
        socket.close(1000, 'the instance has ended');
      } catch (error) {
        socket.close(1008, error instanceof Error ? error.message.slice(0, 100) : 'an error');
      }
    },
    onClose: () => left.abort(),
    onError: () => left.abort(),
  }));
  return (await upgrade(c, async () => undefined)) as Response;
}

const vm = ({ id, functionId, functionName, memory, vcpu, readyAt, usage }: InstanceView) => ({
  id,
  name: `fn-${functionName}-${id.replace(/^instance-/, '').slice(0, nameDigits)}`,
  state: 'running',
  function_id: functionId,
  vcpu,
  memory_mb: memory,
  guest_ip: null,
  created_at: readyAt,
  cpu_ms: usage?.cpuMs ?? null,
  memory_used_bytes: usage?.memoryBytes ?? null,
  memory_peak_bytes: usage?.peakMemoryBytes ?? null,
});

/** "Function-Specific Metrics". An instance has neither a network card nor a disk that the kernel could count at. */
const metrics = (id: string, { time, cpuMs, cpuPercent, memoryBytes, peakMemoryBytes }: InstanceSample) => ({
  ...{ vm_id: id, time },
  cpu_percent: cpuPercent,
  cpu_ms: cpuMs,
  memory_used_bytes: memoryBytes,
  memory_peak_bytes: peakMemoryBytes,
  network_rx_bytes: null,
  network_tx_bytes: null,
  disk_read_bytes: null,
  disk_write_bytes: null,
});
