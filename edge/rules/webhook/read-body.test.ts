import { expect, onTestFinished, test, vi } from 'vitest';
import { readBody, webhookReadMs } from './read-body.ts';

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
  expect(text.decode(await readBody(post('abc'), 3))).toBe('abc');
  expect(text.decode(await readBody(post(pieces('a', '', 'bc')), 3))).toBe('abc');
  expect((await readBody(new Request('http://a.test/'), 3)).byteLength).toBe(0);
});

test('one that is a byte too long is refused, be it said before or not', async () => {
  const said = new Request('http://a.test/', {
    method: 'POST',
    body: 'abcd',
    headers: { 'content-length': '4' },
  });
  await expect(readBody(said, 3)).rejects.toMatchObject({ code: 'FN_006', status: 413 });
  await expect(readBody(post(pieces('ab', 'cd')), 3)).rejects.toMatchObject({ code: 'FN_006', status: 413 });
});

test('one that breaks off is refused', async () => {
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
  await expect(readBody(post(broken), 3)).rejects.toMatchObject({ code: 'FN_006', status: 400 });
});

test('one that has not come in time is refused', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const slow = readBody(post(new ReadableStream({})), 3);
  const refused = expect(slow).rejects.toMatchObject({ code: 'FN_006', status: 408 });
  await vi.advanceTimersByTimeAsync(webhookReadMs);
  await refused;
});
