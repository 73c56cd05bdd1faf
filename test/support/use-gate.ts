// A front with one function that has rules, as control compiles them, and an instance that tells what reached it.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { rulesSchema } from '../../control/model/rules.ts';
import { compileRules } from '../../control/plan/compile-rules.ts';
import type { FunctionEntry, RouteEntry } from '../../edge/contract/routing-table.ts';
import type { RulesEntry } from '../../edge/contract/rules.ts';
import { anEntry, aTable, type RunningFront, useFront } from './use-front.ts';

export interface Gate extends RunningFront {
  /** Bodies of the requests that reached the function. */
  readonly reached: readonly string[];
  /** How often control was asked for an instance. */
  startsAsked(): number;
}

export interface GateOptions {
  /** Without an instance. */
  readonly idle?: boolean;
  readonly entry?: Partial<FunctionEntry>;
  readonly routes?: (rules: RulesEntry | undefined) => readonly RouteEntry[];
  /** In place of an answer that tells the URL and the headers which came. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => void;
}

export async function useGate(
  rules: object,
  { idle = false, entry = {}, routes = () => [], answer = tell }: GateOptions = {},
): Promise<Gate> {
  const context = { project: 'default', functionId: 'fn_hello', environment: 'prod' };
  const compiled = compileRules(rulesSchema.parse(rules), context);
  const front = await useFront(
    aTable([anEntry({ ...(compiled && { rules: compiled }), ...(idle && { slots: {} }), ...entry })], {
      routes: [...routes(compiled)],
    }),
  );
  const reached: string[] = [];
  let asked = 0;
  const listener: RequestListener = async (request, response) => {
    // One whose body is too long breaks off.
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    reached.push(body);
    answer(request, response);
  };
  await front.slot(0, listener);
  await front.control((_, response) => {
    asked += 1;
    response.writeHead(503).end('{"error":{"code":"FN_008","message":"x"}}');
  });
  return { ...front, reached, startsAsked: () => asked };
}

function tell(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.end(JSON.stringify({ url: request.url, headers: request.headers }));
}
