import { expect, test } from 'vitest';
import { useFakeControl } from '../../test/support/use-fake-control.ts';
import { eventCharactersMax } from './bounds.ts';
import { readEvents, type ServerEvent } from './read-events.ts';

function streamOf(...chunks: readonly (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
}

async function eventsOf(...chunks: readonly (string | Uint8Array)[]): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of readEvents(streamOf(...chunks))) events.push(event);
  return events;
}

test('reads events however the stream is cut, even within a character', async () => {
  const whole = new TextEncoder().encode(
    'retry: 2000\n\nevent: log\nid: 1\ndata: {"m":"grüße"}\n\n: still here\n\nevent: log\ndata: 2\n\n',
  );
  const expected = [
    { event: 'log', data: '{"m":"grüße"}' },
    { event: 'log', data: '2' },
  ];
  expect(await eventsOf(whole)).toEqual(expected);
  expect(await eventsOf(...Array.from(whole, (byte) => Uint8Array.of(byte)))).toEqual(expected);
});

test('an event that the end of the stream cut is none', async () => {
  expect(await eventsOf('data: 1\n\nevent: log\ndata: 2\n')).toEqual([{ event: 'message', data: '1' }]);
});

test('an event without an end is refused before it fills the memory', async () => {
  await expect(eventsOf(`data: ${'x'.repeat(eventCharactersMax)}`)).rejects.toThrow(
    `longer than ${eventCharactersMax} characters`,
  );
});

test('followLogs gives entries and rejects with the error that ends the stream', async () => {
  const error = { error: { code: 'FN_009', message: 'the key was revoked' }, request_id: 'req-1' };
  const text = `event: log\ndata: {"message":"one"}\n\nevent: error\ndata: ${JSON.stringify(error)}\n\n`;
  const { client, sent } = useFakeControl([{ text }]);
  const messages: string[] = [];
  const following = (async () => {
    for await (const { message } of client.functions.followLogs('cart', { level: 'warn' }))
      messages.push(message);
  })();
  await expect(following).rejects.toMatchObject({ code: 'FN_009', requestId: 'req-1' });
  expect(messages).toEqual(['one']);
  expect(sent[0]?.url).toBe('http://control.test/functions/cart/logs?level=warn&follow=true');
});

test('leaving the loop closes the connection', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) =>
      controller.enqueue(new TextEncoder().encode('event: log\ndata: {"message":"one"}\n\n')),
    cancel: () => {
      cancelled = true;
    },
  });
  const { client } = useFakeControl([], { fetch: async () => new Response(body) });
  for await (const { message } of client.functions.followLogs('cart')) {
    expect(message).toBe('one');
    break;
  }
  expect(cancelled).toBe(true);
});

test('a signal ends a stream that is silent, and closes the connection', async () => {
  const cancelled = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({ cancel: () => cancelled.resolve() });
  const { client } = useFakeControl([], { fetch: async () => new Response(body) });
  const leaving = new AbortController();
  const next = client.functions.followLogs('cart', {}, { signal: leaving.signal }).next();
  leaving.abort();
  expect(await next).toEqual({ value: undefined, done: true });
  await cancelled.promise;
});
