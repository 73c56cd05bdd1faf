// /health, /ready and /info: the platform itself.

import { z } from '@hono/zod-openapi';
import { AppError } from '../model/errors.ts';
import { requestBytesMax } from '../model/limits.ts';
import type { Platform } from '../platform/platform.ts';
import { type ApiApp, addOperation } from './operation.ts';

const noQuery = z.strictObject({});
const readyRetryAfterSeconds = 1;

const healthSchema = z
  .strictObject({
    status: z.enum(['ok', 'degraded']),
    uptime_seconds: z.number(),
    problems: z.array(z.string()).openapi({ description: 'Each reason that the status is not `ok`.' }),
    counts: z.record(z.string(), z.number()),
    memory: z
      .strictObject({ used_bytes: z.number(), limit_bytes: z.number(), control_bytes: z.number() })
      .openapi({ description: 'Of all instances, what they may have, and of control itself.' }),
    cpu: z.strictObject({
      load_average: z.array(z.number()).openapi({ description: 'Of 1, 5 and 15 minutes.' }),
      cores: z.int(),
    }),
    sandbox: z.strictObject({ available: z.boolean(), description: z.string() }),
    uptime: z
      .number()
      .openapi({ description: 'The same as `uptime_seconds`, for who knows it by this name.' }),
    totalInvocations: z.int().openapi({ description: 'Of all functions since control started.' }),
    successfulInvocations: z.int(),
    failedInvocations: z.int().openapi({ description: 'Answered with a status of 500 or more.' }),
  })
  .openapi('Health');
export type Health = z.output<typeof healthSchema>;

const infoSchema = z
  .strictObject({
    version: z.string(),
    workerd: z.string(),
    node: z.string(),
    sandbox: z.string(),
    edge: z.string(),
    tls: z.strictObject({ port: z.int() }).nullable().openapi({ description: 'Where HTTPS is served.' }),
    domain: z.string(),
    fronts: z.int(),
    slots: z.int(),
    isolation: z
      .record(z.string(), z.string())
      .openapi({ description: 'What keeps an instance apart, a sentence for each kind of wall.' }),
    limits: z.record(z.string(), z.unknown()),
    signing: z
      .strictObject({ algorithm: z.string(), key_id: z.string(), public_key: z.string() })
      .openapi({ description: 'The key that versions are signed with; `public_key` is PEM.' }),
  })
  .openapi('Info');
export type Info = z.output<typeof infoSchema>;

export function addSystem(app: ApiApp, platform: Platform): void {
  addOperation(
    app,
    {
      name: 'getHealth',
      method: 'get',
      path: '/health',
      access: 'open',
      tag: 'System',
      summary: 'How the platform is',
      description: 'A platform that is degraded still serves, so the status is 200 as well; see `/ready`.',
      query: noQuery,
      answers: [
        {
          status: 200,
          means: 'It is up.',
          schema: healthSchema,
          example: {
            status: 'degraded',
            uptime_seconds: 86400.5,
            problems: ['bubblewrap is not installed: functions run without a sandbox.'],
            counts: { functions: 12, instances: 3 },
            memory: { used_bytes: 27_262_976, limit_bytes: 6_871_947_673, control_bytes: 104_857_600 },
            cpu: { load_average: [0.52, 0.4, 0.31], cores: 2 },
            sandbox: { available: false, description: 'bubblewrap is not installed' },
            uptime: 86400.5,
            totalInvocations: 150,
            successfulInvocations: 148,
            failedInvocations: 2,
          },
        },
      ],
    },
    async () => {
      const health = await platform.health();
      return Response.json({
        status: health.status,
        uptime_seconds: health.uptimeSeconds,
        problems: health.problems,
        counts: health.counts,
        memory: {
          used_bytes: health.memory.usedBytes,
          limit_bytes: health.memory.limitBytes,
          control_bytes: health.memory.controlBytes,
        },
        cpu: { load_average: health.cpu.load, cores: health.cpu.cores },
        sandbox: health.sandbox,
        uptime: health.uptimeSeconds,
        totalInvocations: health.invocations.total,
        successfulInvocations: health.invocations.total - health.invocations.failed,
        failedInvocations: health.invocations.failed,
      });
    },
  );

  addOperation(
    app,
    {
      name: 'getReady',
      method: 'get',
      path: '/ready',
      access: 'open',
      tag: 'System',
      summary: 'Whether functions are served as they are set',
      query: noQuery,
      answers: [
        {
          status: 200,
          means: 'All fronts serve the newest state.',
          schema: z.strictObject({ ready: z.literal(true) }),
          example: { ready: true },
        },
      ],
      errors: ['SYS_003'],
    },
    () => {
      if (platform.ready()) return Response.json({ ready: true });
      throw new AppError('SYS_003', 'The fronts do not all serve the newest state yet: ask again.', {
        retryAfterSeconds: readyRetryAfterSeconds,
      });
    },
  );

  addOperation(
    app,
    {
      name: 'getInfo',
      method: 'get',
      path: '/info',
      access: 'read',
      tag: 'System',
      summary: 'What the platform is made of',
      query: noQuery,
      answers: [
        {
          status: 200,
          means: 'Versions, addresses and limits.',
          schema: infoSchema,
          example: {
            version: '0.1.0',
            workerd: '1.20261117.1',
            node: '24.21.0',
            sandbox: 'bubblewrap',
            edge: 'http://127.0.0.1:8080',
            tls: { port: 443 },
            domain: 'localhost',
            fronts: 2,
            slots: 1024,
            isolation: {
              sandbox: 'bubblewrap 0.8.0',
              system_calls: 'an allowlist of 108; others are refused',
            },
            limits: { request_bytes_max: requestBytesMax },
            signing: {
              algorithm: 'ed25519',
              key_id: '3f1c9b7a5e2d8046',
              public_key: '-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n',
            },
          },
        },
      ],
    },
    async () => {
      const info = await platform.info();
      return Response.json({
        version: info.version,
        workerd: info.workerd,
        node: info.node,
        sandbox: info.sandbox,
        edge: info.edge,
        tls: info.tls,
        domain: info.domain,
        fronts: info.fronts,
        slots: info.slots,
        isolation: info.isolation,
        limits: info.limits,
        signing: {
          algorithm: info.signing.algorithm,
          key_id: info.signing.keyId,
          public_key: info.signing.publicKey,
        },
      });
    },
  );
}
