// An entry of a function's log as the interface shows it, in a page and in a stream.

import { z } from '@hono/zod-openapi';
import type { ConsoleLevel } from '../../edge/contract/console-line.ts';
import type { LogEntry } from '../platform/platform.ts';

export const LEVELS = ['debug', 'log', 'info', 'warn', 'error'] as const satisfies readonly ConsoleLevel[];

export const logEntrySchema = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['console', 'error', 'invocation']),
    time: z.iso.datetime(),
    level: z.enum(LEVELS),
    message: z.string(),
    request_id: z.string().nullable(),
    version: z.string().nullable(),
    stack: z.string().optional().openapi({ description: 'Mapped to your source; of errors.' }),
    invocation: z
      .strictObject({
        method: z.string(),
        path: z.string(),
        status: z.int(),
        duration_ms: z.number(),
        cold_start: z.boolean(),
        shadow: z.literal(true).optional().openapi({
          description: 'It was a copy of a request, made for a shadow, and nobody got its answer.',
        }),
        error: z.string().optional(),
        memory_bytes: z.int().optional().openapi({
          description: 'Of its instance, up to a second after it began; absent where that had ended by then.',
        }),
      })
      .optional()
      .openapi({ description: 'Of the kind `invocation`.' }),
  })
  .openapi('LogEntry');
export type LogEntryJson = z.output<typeof logEntrySchema>;

export function logEntryJson(entry: LogEntry): z.output<typeof logEntrySchema> {
  const { invocation } = entry;
  return {
    id: entry.id,
    kind: entry.kind,
    time: entry.time,
    level: entry.level,
    message: entry.message,
    request_id: entry.requestId,
    version: entry.version,
    ...(entry.stack !== undefined && { stack: entry.stack }),
    ...(invocation && {
      invocation: {
        method: invocation.method,
        path: invocation.path,
        status: invocation.status,
        duration_ms: invocation.durationMs,
        cold_start: invocation.coldStart,
        ...(invocation.shadow && { shadow: true as const }),
        ...(invocation.error !== undefined && { error: invocation.error }),
        ...(invocation.memoryBytes !== undefined && { memory_bytes: invocation.memoryBytes }),
      },
    }),
  };
}
