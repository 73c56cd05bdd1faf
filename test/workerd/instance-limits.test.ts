// Goal: an instance runs as many handlers at a time as its function allows and not one more, and what goes on
// behind a response ends when its time is over.
// Method: small functions in the real workerd; what they saw of each other is in their answers and the console.

import { expect, it } from 'vitest';
import type { ConsoleLine } from '../../edge/contract/console-line.ts';
import { INVOKE_HEADER, PROBE_HEADER } from '../../edge/contract/names.ts';
import { type BundledFunction, useBundledFunction } from '../support/use-bundled-function.ts';

const logs = (lines: readonly ConsoleLine[]): string[] =>
  lines.flatMap((line) => (line.k === 'log' ? [line.m] : []));
const errors = (lines: readonly ConsoleLine[]): string[] =>
  lines.flatMap((line) => (line.k === 'error' ? [line.m] : []));
const has = (text: string) => (lines: readonly ConsoleLine[]) => logs(lines).includes(text);

/** Answers with the most handlers that ran together; `?ms=` is how long it runs. */
const overlaps = `let running = 0, most = 0;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export default { async fetch(request) {
  const url = new URL(request.url);
  running++; most = Math.max(most, running);
  console.log('begin ' + url.pathname);
  if (url.pathname === '/hang') await pause(60_000);
  if (url.pathname === '/throw') { running--; throw new Error('thrown'); }
  if (url.pathname === '/stream') return new Response(new ReadableStream({ async pull(controller) {
    await pause(20); controller.enqueue(new TextEncoder().encode(String(most))); running--; controller.close();
  } }));
  await pause(10);
  running--;
  return new Response(String(most));
} };`;

const bodies = (run: BundledFunction, paths: readonly string[]): Promise<string[]> =>
  Promise.all(paths.map(async (path) => (await run.fetch(path)).text()));
const paths = (count: number, path = ''): string[] =>
  Array.from({ length: count }, (_, index) => `/${path || index}`);

it.each([1, 3])(
  'runs no more than %s handlers at a time, however many connections there are',
  async (concurrency) => {
    const run = await useBundledFunction({ code: overlaps }, {}, { concurrency });
    const seen = (await bodies(run, paths(30))).map(Number);
    expect(seen).toHaveLength(30);
    expect(Math.max(...seen)).toBe(concurrency);
  },
);

it('keeps to its places with the oldest compatibility date, too', async () => {
  const run = await useBundledFunction({ code: overlaps }, {}, { concurrency: 1 }, '2021-11-03');
  const seen = await bodies(run, [...paths(6), ...paths(2, 'throw')]);
  expect(seen.filter((body) => /^\d+$/.test(body))).toEqual(Array(6).fill('1'));
});

it('lets nobody in while its only place is taken, and all that wait once it is free', async () => {
  const run = await useBundledFunction({ code: overlaps }, {}, { concurrency: 1 });
  const first = new AbortController();
  const left = run.fetch('/hang', { signal: first.signal }).catch(() => 'left');
  await run.linesUntil(has('begin /hang'));
  const answers: Promise<Response>[] = [];
  for (const path of paths(5)) {
    answers.push(run.fetch(path));
    // A request that the probe's answer follows has been read.
    await run.fetch('/', { headers: { [PROBE_HEADER]: '1' } });
  }
  expect(logs(await run.lines())).toEqual(['begin /hang']);
  first.abort();
  await left;
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(5).fill(200));
  expect(
    logs(await run.lines())
      .slice(1)
      .toSorted(),
  ).toEqual(paths(5).map((path) => `begin ${path}`));
});

it('frees the place of a handler that threw, and of one whose body was streamed, at its end', async () => {
  const run = await useBundledFunction({ code: overlaps }, {}, { concurrency: 1 });
  const seen = await bodies(run, [...paths(4, 'stream'), ...paths(4, 'throw'), ...paths(4, 'plain')]);
  expect(seen.filter((body) => /^\d+$/.test(body))).toEqual(Array(8).fill('1'));
});

it('frees the places of clients that left while their handler ran, waited or streamed', async () => {
  const run = await useBundledFunction({ code: overlaps }, {}, { concurrency: 1 });
  const leaving = new AbortController();
  const left = paths(20, 'hang').map((path) =>
    run.fetch(path, { signal: leaving.signal }).catch(() => 'left'),
  );
  await run.linesUntil(has('begin /hang'));
  const behind = run.fetch('/behind');
  leaving.abort();
  await Promise.all(left);
  expect((await behind).status).toBe(200);
});

it('answers a probe while all places are taken', async () => {
  const run = await useBundledFunction({ code: overlaps }, {}, { concurrency: 1 });
  const leaving = new AbortController();
  const left = run.fetch('/hang', { signal: leaving.signal }).catch(() => 'left');
  await run.linesUntil(has('begin /hang'));
  expect((await run.fetch('/', { headers: { [PROBE_HEADER]: '1' } })).status).toBe(204);
  leaving.abort();
  await left;
});

/** Its timers tick behind the response; a request to /later takes so long that a tick would have come. */
const ticks = `const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const forever = async (word) => { for (let n = 0; ; n++) { console.log(word + ' ' + n); await pause(20); } };
export default { async fetch(request, env, ctx) {
  const { pathname } = new URL(request.url);
  if (pathname === '/later') await pause(200);
  if (pathname === '/work') ctx.waitUntil(forever('work'));
  if (pathname === '/handler') await forever('handler');
  if (pathname === '/done') ctx.waitUntil(pause(10).then(() => console.log('done')));
  if (pathname === '/pump') {
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    ctx.waitUntil((async () => {
      for (let n = 0; n < 10; n++) { await writer.write(new TextEncoder().encode(String(n))); await pause(40); }
      await writer.close();
      console.log('pumped');
    })());
    return new Response(readable);
  }
  return new Response('answered');
} };`;

it('ends what was given to waitUntil when its time is over, with its timers, and says so', async () => {
  const run = await useBundledFunction({ code: ticks }, {}, { waitUntilMs: 150 });
  expect(await (await run.fetch('/work', { headers: { 'x-request-id': 'w1' } })).text()).toBe('answered');
  const lines = await run.linesUntil((seen) => errors(seen).length > 0);
  expect(errors(lines)).toEqual([
    expect.stringMatching(/^FN_002: .* not done 0\.15 s after the response.*\(wait_until_timeout\)/),
  ]);
  expect(lines.find(({ k }) => k === 'error')).toMatchObject({ o: 'waituntil', r: 'w1' });
  expect(logs(lines).length).toBeGreaterThan(1);
  await run.fetch('/later');
  expect(logs(await run.lines())).toEqual(logs(lines));
});

it.each(['2026-11-01', '2021-11-03'])(
  'says nothing of work that is done in time, nor of a body that takes longer, as of %s',
  async (date) => {
    const run = await useBundledFunction({ code: ticks }, {}, { waitUntilMs: 150 }, date);
    await run.fetch('/done');
    expect(await (await run.fetch('/pump')).text()).toBe('0123456789');
    const lines = await run.linesUntil((seen) => has('pumped')(seen) && has('done')(seen));
    await run.fetch('/later');
    expect(errors(lines)).toEqual([]);
    expect(await run.lines()).toHaveLength(lines.length);
  },
);

it('tells the end of an invocation whose waitUntil work was ended', async () => {
  const run = await useBundledFunction({ code: ticks }, {}, { waitUntilMs: 100 });
  await run.fetch('/work', { headers: { 'x-request-id': 'i1', [INVOKE_HEADER]: '1' } });
  const lines = await run.linesUntil((seen) => seen.some(({ k }) => k === 'end'));
  expect(lines.filter(({ k }) => k !== 'log').map(({ k }) => k)).toEqual(['error', 'end']);
  await run.fetch('/later');
  expect((await run.lines()).filter(({ k }) => k === 'end')).toHaveLength(1);
});

it('stops a handler whose exchange was given up: its timers do not fire any more', async () => {
  const run = await useBundledFunction({ code: ticks });
  const leaving = new AbortController();
  const left = run.fetch('/handler', { signal: leaving.signal }).catch(() => 'left');
  await run.linesUntil(has('handler 1'));
  leaving.abort();
  await left;
  // Two requests behind each other: one that was under way with the reset could have overtaken it.
  await run.fetch('/later');
  const seen = logs(await run.lines());
  await run.fetch('/later');
  expect(logs(await run.lines())).toEqual(seen);
});
