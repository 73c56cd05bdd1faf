// A control API that answers what a test says, one answer after the other, and remembers what it was asked.

import { type Client, type ClientOptions, createClient } from '../../control/client/client.ts';

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** In place of `body`, sent as it is. */
  readonly text?: string;
  /** In place of an answer. */
  readonly fails?: unknown;
  /** Answers only when the request is aborted. */
  readonly hangs?: boolean;
}

export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface FakeControl {
  readonly client: Client;
  readonly options: ClientOptions;
  readonly sent: SentRequest[];
}

export function useFakeControl(
  answers: readonly FakeAnswer[],
  options: Partial<ClientOptions> = {},
): FakeControl {
  const sent: SentRequest[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const answer = answers[sent.length];
    sent.push({
      ...{ method: init.method ?? 'GET', url },
      headers: init.headers as Record<string, string>,
      body: init.body === undefined ? undefined : JSON.parse(String(init.body)),
    });
    if (!answer) throw new Error(`no answer is prepared for request ${sent.length}: ${init.method} ${url}`);
    if (answer.fails !== undefined) throw answer.fails;
    if (answer.hangs) await aborted(init.signal);
    const text = answer.text ?? JSON.stringify(answer.body ?? {});
    return new Response(text, { status: answer.status ?? 200, headers: { ...answer.headers } });
  };
  const all = { url: 'http://control.test', token: 'token-of-the-test', fetch, ...options };
  return { client: createClient(all), options: all, sent };
}

/** Rejects as `fetch` does. */
const aborted = (signal: AbortSignal | null | undefined): Promise<never> =>
  new Promise((_, reject) => {
    const leave = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', leave);
    if (signal?.aborted) leave();
  });
