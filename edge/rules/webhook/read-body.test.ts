import { expect, onTestFinished, test, vi } from 'vitest';
import { HeldBytes, webhookBytesHeldMax } from './held-bytes.ts';
import { readBody, webhookReadMs } from './read-body.ts';

const free = () => new HeldBytes().hold();

const post = (body: string | ReadableStream): Request =>
  new Request('http://a.test/', { method: 'POST', body, ...({ duplex: 'half' } as object) });
const pieces = (...list: string[]): ReadableStream =>
  new ReadableStream({
    start(controller) {
      for (const piece of list) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });

test('a body is read whole, in however many pieces it comes', async () => {
  const text = new TextDecoder();
  expect(text.decode(await readBody(post('abc'), 3, free()))).toBe('abc');
  expect(text.decode(await readBody(post(pieces('a', '', 'bc')), 3, free()))).toBe('abc');
  expect((await readBody(new Request('http://a.test/'), 3, free())).byteLength).toBe(0);
});

test('one that is a byte too long is refused, be it said before or not', async () => {
  const said = new Request('http://a.test/', {
    method: 'POST',
    body: 'abcd',
    headers: { 'content-length': '4' },
  });
  await expect(readBody(said, 3, free())).rejects.toMatchObject({ code: 'FN_006', status: 413 });
  await expect(readBody(post(pieces('ab', 'cd')), 3, free())).rejects.toMatchObject({
    code: 'FN_006',
    status: 413,
  });
});

test('one that breaks off is refused', async () => {
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
  await expect(readBody(post(broken), 3, free())).rejects.toMatchObject({ code: 'FN_006', status: 400 });
});

test('one that has not come in time is refused', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const slow = readBody(post(new ReadableStream({})), 3, free());
  const refused = expect(slow).rejects.toMatchObject({ code: 'FN_006', status: 408 });
  await vi.advanceTimersByTimeAsync(webhookReadMs);
  await refused;
});

test('one for which there is no room beside the others is refused, be its length said before or not', async () => {
  const held = new HeldBytes();
  held.hold().take(webhookBytesHeldMax - 3);
  const said = (body: string) =>
    new Request('http://a.test/', { method: 'POST', body, headers: { 'content-length': '4' } });
  const refused = { code: 'FN_008', status: 503, options: { retryAfterSeconds: 5 } };
  await expect(readBody(said('abcd'), 9, held.hold())).rejects.toMatchObject(refused);
  const hold = held.hold();
  await expect(readBody(post(pieces('ab', 'cd')), 9, hold)).rejects.toMatchObject(refused);
  expect(held.bytes).toBe(webhookBytesHeldMax - 1);
  hold.release();
  expect((await readBody(post(pieces('ab', 'c')), 9, held.hold())).byteLength).toBe(3);
});
