// GET /functions/{id}/logs: a page of the log, or with `follow=true` a stream of what comes.

import { z } from '@hono/zod-openapi';
import type { LogEntry, Platform } from '../platform/platform.ts';
import type { ApiLog } from './error-response.ts';
import { exampleLogEntry } from './examples.ts';
import { functionParams, functionRef } from './function-ref.ts';
import { LEVELS, logEntryJson, logEntrySchema } from './log-entry-json.ts';
import { logStream } from './log-stream.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { flagQuery, pageQuery, projectQuery, searchLengthMax, timeQuery } from './query.ts';

const querySchema = z.strictObject({
  ...projectQuery,
  ...pageQuery,
  since: timeQuery('Only from this time on.'),
  until: timeQuery('Only before this time.'),
  level: z.enum(LEVELS).optional().openapi({ description: 'This level and the more severe ones.' }),
  search: z
    .string()
    .min(1)
    .max(searchLengthMax)
    .optional()
    .openapi({ description: 'Only whose message has this in it.', example: 'timeout' }),
  request_id: z.string().min(1).max(128).optional().openapi({ description: 'Only of this request.' }),
  follow: flagQuery('Answers with a stream of server-sent events: new entries as they come.'),
});

const logPageSchema = z.strictObject({
  logs: z.array(logEntrySchema),
  cursor: z.string().nullable(),
  dropped: z.int(),
});
export type LogPage = z.output<typeof logPageSchema>;
export type LogParameters = Partial<z.output<typeof querySchema>>;

export function addLogs(app: ApiApp, platform: Platform, log: ApiLog): void {
  addOperation(
    app,
    {
      name: 'listLogs',
      method: 'get',
      path: '/functions/{id}/logs',
      access: 'read',
      tag: 'Logs',
      summary: 'Read or follow the log',
      description:
        'With `follow=true` the answer is `text/event-stream`: each entry is an event `log` with its `id` and the entry as JSON in `data`; a comment comes every 15 seconds so that proxies keep the connection. If the stream has to end, an event `error` says why. What happens between two connections is not sent again: read it with `since`.',
      params: functionParams,
      query: querySchema,
      answers: [
        {
          status: 200,
          means:
            'A page of entries; `dropped` counts the lines of this function that were lost since it was created.',
          schema: logPageSchema,
          example: { logs: [exampleLogEntry], cursor: null, dropped: 0 },
          or: {
            contentType: 'text/event-stream',
            schema: z.string(),
            example: `event: log\nid: ${exampleLogEntry.id}\ndata: ${JSON.stringify(exampleLogEntry)}\n\n`,
          },
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => {
      const ref = functionRef(call);
      const { project: _, request_id, follow, ...rest } = call.query;
      const query = { ...rest, requestId: request_id };
      if (follow) {
        // Found out before the stream begins: later there is no status to tell it with.
        const { record } = await platform.getFunction(call.by, ref);
        const entries = (signal: AbortSignal): AsyncIterable<LogEntry> =>
          platform.followLogs(call.by, { idOrName: record.id }, query, signal);
        return new Response(logStream(entries, call.signal, { requestId: call.requestId, log }), {
          headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' },
        });
      }
      const page = await platform.logs(call.by, ref, query);
      return Response.json({
        logs: page.items.map(logEntryJson),
        cursor: page.cursor,
        dropped: page.dropped,
      });
    },
  );
}
