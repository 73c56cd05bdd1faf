// Control's own socket, for the fronts: a front that has no instance for a request asks for one here.

import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type {
  ActivateAnswer,
  EndedAnswer,
  LeaseAnswer,
  LoanAnswer,
  LoanRequest,
} from '../../edge/contract/front-api.ts';
import type { RoutingTable } from '../../edge/contract/routing-table.ts';
import { AppError } from '../model/errors.ts';
import type { RecentEnd } from './recent-ends.ts';
import { readAll } from './unix-http.ts';

const activateSchema = z.strictObject({ function: z.string(), version: z.string(), generation: z.int() });
const leaseSchema = z.strictObject({ function: z.string(), want: z.int().min(1) });

const loanSchema = z.strictObject({
  function: z.string(),
  limiter: z.strictObject({
    ...{ id: z.string(), name: z.string() },
    algorithm: z.enum(['fixed', 'sliding', 'token_bucket']),
    ...{ limit: z.number().positive(), windowMs: z.number().positive(), rate: z.number().min(0) },
  }),
  key: z.string(),
  period: z.int(),
  seat: z.int().min(0),
  ...{ want: z.number().positive(), need: z.number().min(0) },
});

const endedSchema = z.strictObject({ function: z.string(), version: z.string(), slot: z.int().min(0) });

export interface ControlSocketHandlers {
  readonly table: () => RoutingTable;
  /** Resolves when the version has an instance that the front may use. */
  readonly activate: (functionId: string, version: string) => Promise<ActivateAnswer>;
  /** Adds an instance if the function may have one more. */
  readonly scale: (functionId: string, version: string) => void;
  /** Why and when the instance at a slot ended; undefined when nothing is known of an end. */
  readonly ended: (functionId: string, version: string, slot: number) => Promise<RecentEnd | undefined>;
  /** Gives leave to take requests of a function with a rate limit. */
  readonly lease: (functionId: string, want: number) => LeaseAnswer;
  /** Borrows from the other fronts what they have left of a limit. */
  readonly borrow: (question: LoanRequest) => Promise<LoanAnswer>;
  /** What failed is a bug or the machine, and not the function. */
  readonly onFault: (error: unknown) => void;
}

/** Listens on `path`, replacing what an earlier control left there. The caller closes it. */
export function serveControlSocket(path: string, handlers: ControlSocketHandlers): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    answer(request, handlers).then(
      ({ status, body }) => reply(response, status, body),
      (error: unknown) => {
        if (!(error instanceof AppError)) handlers.onFault(error);
        // Why a start failed is its owner's to read, in the log, and not every visitor's.
        const fault =
          error instanceof AppError && error.code !== 'FN_005'
            ? error
            : new AppError(
                'FN_008',
                'No instance of the function could be started; its log, and that of control, say why.',
                { retryAfterSeconds: 1 },
                error,
              );
        reply(response, 503, {
          error: {
            code: fault.code,
            message: fault.message,
            retryAfterSeconds: fault.details.retryAfterSeconds,
          },
        });
      },
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, backlog: 4096 }, () => resolve(server));
  });
}

async function answer(
  request: IncomingMessage,
  handlers: ControlSocketHandlers,
): Promise<{ status: number; body: unknown }> {
  switch (`${request.method} ${request.url}`) {
    case 'GET /table':
      return { status: 200, body: handlers.table() };
    case 'POST /activate': {
      const input = activateSchema.parse(JSON.parse(String(await readAll(request))));
      return { status: 200, body: await handlers.activate(input.function, input.version) };
    }
    case 'POST /scale': {
      const input = activateSchema.parse(JSON.parse(String(await readAll(request))));
      handlers.scale(input.function, input.version);
      return { status: 202, body: {} };
    }
    case 'POST /ended': {
      const input = endedSchema.parse(JSON.parse(String(await readAll(request))));
      const end = await handlers.ended(input.function, input.version, input.slot);
      const answer: EndedAnswer = end ? { ...end.cause, at: end.at } : { code: null, message: '' };
      return { status: 200, body: answer };
    }
    case 'POST /lease': {
      const input = leaseSchema.parse(JSON.parse(String(await readAll(request))));
      return { status: 200, body: handlers.lease(input.function, input.want) };
    }
    case 'POST /limits/borrow': {
      const question = loanSchema.parse(JSON.parse(String(await readAll(request))));
      return { status: 200, body: await handlers.borrow(question) };
    }
    default:
      return { status: 404, body: { error: { code: 'FN_001', message: `No such call: ${request.url}` } } };
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
