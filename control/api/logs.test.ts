import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  errorOf,
  FUNCTION_ID,
  invocationEntry,
  logEntry,
  TIME,
  TOKEN,
  useApi,
  VERSION_ID,
} from '../../test/support/use-api.ts';
import { AppError } from '../model/errors.ts';
import type { LogEntry } from '../platform/platform.ts';
import { heartbeatSeconds } from './log-stream.ts';

const shown = {
  id: '41',
  kind: 'console',
  time: TIME,
  level: 'warn',
  message: 'careful\nnow',
  request_id: 'req-1',
  version: VERSION_ID,
};

test('shows a page of entries of every kind', async () => {
  const { call } = useApi();
  const response = await call('GET', '/functions/cart/logs');
  expect(await response.json()).toEqual({
    logs: [
      shown,
      {
        id: '42',
        kind: 'invocation',
        time: TIME,
        level: 'error',
        message: 'GET /cart 500',
        request_id: 'req-1',
        version: VERSION_ID,
        stack: 'Error: no\n    at index.ts:1:1',
        invocation: {
          method: 'GET',
          path: '/cart',
          status: 500,
          duration_ms: 3,
          cold_start: true,
          error: 'FN_004',
        },
      },
    ],
    cursor: null,
    dropped: 7,
  });
});

test('passes each filter on, times in UTC', async () => {
  const { call, platform } = useApi();
  const response = await call(
    'GET',
    '/functions/cart/logs?project=shop&limit=5&cursor=c&since=2026-11-21T13:00:00%2B01:00&until=2026-11-21T13:00:00Z&level=warn&search=x&request_id=req-1&follow=false',
  );
  expect(response.status).toBe(200);
  expect(platform.logs).toHaveBeenCalledWith(
    expect.anything(),
    { idOrName: 'cart', project: 'shop' },
    {
      limit: 5,
      cursor: 'c',
      since: '2026-11-21T12:00:00.000Z',
      until: '2026-11-21T13:00:00.000Z',
      level: 'warn',
      search: 'x',
      requestId: 'req-1',
    },
  );
});

describe('following', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Reads the stream piece by piece. */
  async function useFollow(
    entries: (signal: AbortSignal) => AsyncIterable<LogEntry>,
    client = new AbortController(),
  ) {
    const api = useApi();
    let signal: AbortSignal | undefined;
    api.platform.followLogs.mockImplementation((_by, _ref, _query, given) => {
      signal = given;
      return entries(given);
    });
    const response = await api.app.request('/functions/cart/logs?follow=true&level=warn', {
      headers: { authorization: `Bearer ${TOKEN}` },
      signal: client.signal,
    });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const read = async (): Promise<string | undefined> => {
      const { value, done } = await reader.read();
      return done ? undefined : new TextDecoder().decode(value);
    };
    return { ...api, response, reader, read, client, signal: () => signal };
  }

  const until = <T>(signal: AbortSignal, value: T): Promise<T> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(value)));

  test('sends each entry as an event and ends with the entries', async () => {
    const { response, read, signal, platform } = await useFollow(async function* () {
      yield logEntry;
      yield invocationEntry;
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await read()).toBe('retry: 2000\n\n');
    expect(await read()).toBe(`event: log\nid: 41\ndata: ${JSON.stringify(shown)}\n\n`);
    expect(await read()).toContain('event: log\nid: 42\n');
    expect(platform.followLogs.mock.lastCall?.[1]).toEqual({ idOrName: FUNCTION_ID });
    expect(platform.followLogs.mock.lastCall?.[2]).toMatchObject({ level: 'warn' });
    expect(await read()).toBeUndefined();
    expect(signal()?.aborted).toBe(true);
  });

  test('sends a comment after each silence, and misses no entry for it', async () => {
    const { promise, resolve } = Promise.withResolvers<LogEntry>();
    const { read } = await useFollow(async function* () {
      yield await promise;
    });
    await read();
    for (let beats = 0; beats < 3; beats++) {
      const piece = read();
      await vi.advanceTimersByTimeAsync(heartbeatSeconds * 1000);
      expect(await piece).toBe(': still here\n\n');
    }
    resolve(logEntry);
    expect(await read()).toContain('id: 41\n');
    expect(await read()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('tells the platform when the reader goes', async () => {
    const { read, reader, signal, log } = await useFollow(async function* (left) {
      yield await until(left, logEntry);
    });
    await read();
    const end = read();
    await vi.waitFor(() => expect(signal()?.aborted).toBe(false));
    await reader.cancel();
    expect(await end).toBeUndefined();
    expect(signal()?.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(heartbeatSeconds * 1000);
    expect(vi.getTimerCount()).toBe(0);
    expect(log.error).not.toHaveBeenCalled();
  });

  test('lets the platform clean up when the reader goes between two entries', async () => {
    let cleaned = false;
    const { read, reader } = await useFollow(async function* () {
      try {
        for (;;) yield logEntry;
      } finally {
        cleaned = true;
      }
    });
    await read();
    await read();
    await reader.cancel();
    await vi.waitFor(() => expect(cleaned).toBe(true));
  });

  test('takes a platform that throws because nobody listens for one that ended', async () => {
    const { read, client, log } = await useFollow(async function* (left) {
      const entry = await until(left, logEntry);
      left.throwIfAborted();
      yield entry;
    });
    await read();
    const end = read();
    client.abort();
    expect(await end).toBeUndefined();
    await vi.advanceTimersByTimeAsync(heartbeatSeconds * 1000);
    expect(log.error).not.toHaveBeenCalled();
  });

  test('ends when the request is aborted, also where the platform is slow to notice', async () => {
    const { read, client, signal } = await useFollow(async function* () {
      yield await new Promise<LogEntry>(() => undefined);
    });
    await read();
    const end = read();
    client.abort();
    expect(await end).toBeUndefined();
    expect(signal()?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('says why it ends when the entries fail', async () => {
    const { read, signal, log } = await useFollow(async function* () {
      yield logEntry;
      throw new AppError('SYS_002', 'The log cannot be read.');
    });
    await read();
    await read();
    const last = await read();
    expect(last).toMatch(/^event: error\ndata: /);
    expect(last).toContain('"code":"SYS_002","message":"The log cannot be read."');
    expect(await read()).toBeUndefined();
    expect(signal()?.aborted).toBe(true);
    expect(log.error).toHaveBeenCalledOnce();
  });

  test('asks the platform for no entry before the client has room', async () => {
    let asked = 0;
    const { read } = await useFollow(async function* () {
      for (;;) {
        asked++;
        yield logEntry;
      }
    });
    await read();
    await read();
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toBeLessThanOrEqual(3);
  });

  test('begins nothing for HEAD, whose answer nobody reads', async () => {
    const { call, platform } = useApi();
    const response = await call('HEAD', '/functions/cart/logs?follow=true');
    expect(response.status).toBe(200);
    await vi.advanceTimersByTimeAsync(heartbeatSeconds * 1000);
    expect(platform.followLogs).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('answers 404 and no stream for a function that is not there', async () => {
    const { call, platform } = useApi();
    platform.getFunction.mockRejectedValue(new AppError('FN_001', 'There is no function "cart".'));
    const response = await call('GET', '/functions/cart/logs?follow=true');
    expect(response.status).toBe(404);
    expect((await errorOf(response)).error.code).toBe('FN_001');
    expect(platform.followLogs).not.toHaveBeenCalled();
  });
});
