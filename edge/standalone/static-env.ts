// What stands in for control and slots where there is neither: control is an object that answers as control would in
// a world where nothing changes, and a slot is the service binding of a function.

import type { ActivateAnswer, EndedAnswer, LeaseAnswer } from '../contract/front-api.ts';
import { OUTCOME_HEADER, STATUS_THREW, slotBinding } from '../contract/names.ts';
import type { RouterEnv } from '../env.ts';
import { readRouterSettings, SettingsFault } from './router-settings.ts';
import { STATIC_VERSION, staticTable } from './static-table.ts';

type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** @throws {SettingsFault} for what is wrong with the variable ROUTER, or a binding that it names and is not there. */
export function staticEnv(env: Readonly<Record<string, unknown>>): RouterEnv {
  const { table, bindings } = staticTable(readRouterSettings(env.ROUTER));
  const slots = bindings.map((name, slot): [string, Fetcher] => {
    const binding = env[name] as Fetcher | undefined;
    if (typeof binding?.fetch !== 'function')
      throw new SettingsFault(
        `ROUTER.functions names the binding "${name}", which is not there: add [[services]] with binding = "${name}".`,
      );
    return [slotBinding(slot), fetcher((url, init) => callFunction(binding, url, init))];
  });
  const control = fetcher(async (url, init) => answer(new URL(url).pathname, init));
  const away = fetcher(async () => new Response(null, { status: 404 }));
  // The door for bindings of functions is on a front's private socket, which is not here: there are no grants to open.
  // There are no rules either, so that nothing is to be opened.
  const keys = {
    BINDING_KEY: '',
    RULE_KEYS: { secrets: '', urls: '', previews: '' },
    CLIENT_TOLD: true,
  } as const;
  // And so nothing leads to other hosts.
  return { CONTROL: control, SNAPSHOT: away, ORIGIN: away, ...keys, ...Object.fromEntries(slots) };

  async function answer(path: string, init: RequestInit | undefined): Promise<Response> {
    switch (path) {
      case '/table':
        return Response.json(table);
      case '/activate': {
        const { function: id } = JSON.parse(String(init?.body)) as { function: string };
        const slots = table.functions[id]?.slots[STATIC_VERSION] ?? [];
        return Response.json({ generation: table.generation, slots } satisfies ActivateAnswer);
      }
      case '/ended':
        return Response.json({ code: null, message: '' } satisfies EndedAnswer);
      case '/lease':
        return Response.json({ granted: 1, forMs: 1000 } satisfies LeaseAnswer);
      default:
        return new Response(null, { status: 202 });
    }
  }
}

/** Of all that a Fetcher has, the router uses `fetch`. */
const fetcher = (fetch: Fetch): Fetcher => ({ fetch }) as unknown as Fetcher;

/**
 * A Worker has no harness of ours to say who made a 500: one that throws becomes what a harness would answer, and one
 * that answers 500 by itself is told apart from it.
 */
async function callFunction(binding: Fetcher, url: string, init: RequestInit | undefined): Promise<Response> {
  let response: Response;
  try {
    response = (await binding.fetch(url, init)) as Response;
  } catch (error) {
    if (init?.signal?.aborted) throw error;
    const message = error instanceof Error ? error.message : String(error);
    return Response.json(
      { error: { code: 'FN_004', message } },
      { status: STATUS_THREW, headers: { [OUTCOME_HEADER]: 'threw' } },
    );
  }
  if (response.status !== STATUS_THREW || response.headers.has(OUTCOME_HEADER)) return response;
  const copy = new Response(response.body, response);
  copy.headers.set(OUTCOME_HEADER, 'answered');
  return copy;
}
