// One walk through the client, the same in every place where it is to run. It takes the client's front door and not
// its file, so that it can be bundled with it, or given the one that was installed.

import type { createClient } from '../../control/client/client.ts';

export interface TourReport {
  readonly created: string;
  readonly response: unknown;
  readonly printed: string;
  readonly error: { readonly name: string; readonly code: unknown; readonly stack: string | null };
  readonly followed: string;
  readonly missing: unknown;
  /** Of the function, and of the caller. */
  readonly timeouts: readonly unknown[];
  readonly listed: readonly string[];
}

const source = `exports.handler = async (data) => {
  console.log('adding', data.a, data.b);
  if (data.wait) await new Promise((resolve) => setTimeout(resolve, data.wait));
  if (typeof data.a !== 'number') throw new TypeError('a is no number');
  return { sum: data.a + data.b };
};`;

export async function tour(
  create: typeof createClient,
  options: { readonly url: string; readonly token: string; readonly project: string },
): Promise<TourReport> {
  const { functions } = create(options);
  const created = await functions.create({ name: 'adder', code: source });
  const { response, logs: printed } = await functions.execute('adder', { a: 2, b: 3 });
  const followed = await firstLine(functions);
  const failed = await rejection(functions.execute('adder', { a: 'two' }));
  const missing = await rejection(functions.get('nobody'));
  const slow = { a: 1, b: 1, wait: 5000 };
  const late = [
    await rejection(functions.execute('adder', slow, { timeout: 300 })),
    await rejection(functions.execute('adder', slow, { timeoutMs: 300 })),
  ];
  const { functions: listed } = await functions.list({ project: options.project });
  await functions.delete('adder');
  return {
    created: created.status,
    ...{ response, printed, followed },
    error: { name: failed.name, code: failed.code, stack: failed.functionStack },
    missing: missing.code,
    timeouts: late.map(({ code }) => code),
    listed: listed.map(({ name }) => name),
  };
}

type Functions = ReturnType<typeof createClient>['functions'];

/** Follows the log, and calls the function until a line comes: what it prints before the stream is open is not sent. */
async function firstLine(functions: Functions): Promise<string> {
  const leaving = new AbortController();
  const calling = (async () => {
    while (!leaving.signal.aborted) await functions.execute('adder', { a: 4, b: 4 });
  })();
  try {
    for await (const { kind, message } of functions.followLogs('adder', { search: 'adding 4' })) {
      if (kind === 'console') return message;
    }
    return 'the stream ended';
  } finally {
    leaving.abort();
    await calling;
  }
}

interface Rejection {
  readonly name: string;
  readonly code: unknown;
  readonly functionStack: string | null;
}

const rejection = (promise: Promise<unknown>): Promise<Rejection> =>
  promise.then(
    () => ({ name: 'none', code: 'none', functionStack: null }),
    (error) => ({ name: error.name, code: error.code, functionStack: error.functionStack }),
  );
